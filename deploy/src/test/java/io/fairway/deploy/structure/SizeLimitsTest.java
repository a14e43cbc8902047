package io.fairway.deploy.structure;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** How big files, lines, methods and parameter lists may get (house-style.md, "Sizes"). */
final class SizeLimitsTest {
    private static final int FILE_LINES = 400;
    private static final int METHOD_LINES = 60;
    private static final int LINE_COLUMNS = 120;
    private static final int PARAMETERS = 5;
    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();

    /** Tables of cases: their length is the number of cases. */
    private static final Set<String> LONG_METHODS =
            Set.of("ConfigFaultsTest.form", "ConfigFaultsTest.router", "ConfigFaultsTest.pair");

    /** Over the limit today and to be shortened; a name may leave this list, none may come. */
    private static final Set<String> LONG_PARAMETER_LISTS = Set.of(
            "Commands.<init>",
            "Egress.<init>",
            "HitPath.<init>",
            "Ingress.<init>",
            "MissPath.<init>",
            "Frames.tcp",
            "Frames.udp",
            "Frames.echo",
            "Frames.frame",
            "NodeRig.flow");

    @Test
    void filesAndLines() throws IOException {
        final List<String> tooBig = new ArrayList<>();
        for (final Path file : sources()) {
            final List<String> lines = Files.readAllLines(file);
            if (lines.size() > FILE_LINES) {
                tooBig.add(TOP.relativize(file) + " has " + lines.size() + " lines, " + FILE_LINES + " are allowed");
            }
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).length() > LINE_COLUMNS) {
                    tooBig.add(TOP.relativize(file) + ":" + (i + 1) + " has more than " + LINE_COLUMNS + " columns");
                }
            }
        }
        assertThat(tooBig).isEmpty();
    }

    @Test
    void methodsAndParameters() throws IOException {
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            final JavacTask task = (JavacTask) compiler.getTask(
                    null,
                    files,
                    problem -> {},
                    List.of("-proc:none"),
                    null,
                    files.getJavaFileObjectsFromPaths(sources()));
            final MethodScanner scanner = new MethodScanner(Trees.instance(task).getSourcePositions());
            for (final CompilationUnitTree unit : task.parse()) {
                scanner.scan(unit);
            }
            assertThat(scanner.methods).as("methods found").isPositive();
            assertThat(scanner.tooBig).isEmpty();
        }
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(TOP)) {
            return files.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> path.toString().contains("/src/")
                            && !path.toString().contains("/target/"))
                    .sorted()
                    .toList();
        }
    }

    /** Collects what is too big. */
    private static final class MethodScanner extends TreeScanner<Void, Void> {
        private final SourcePositions positions;
        private final List<String> tooBig = new ArrayList<>();
        private int methods;
        private CompilationUnitTree unit;
        private ClassTree type;

        private MethodScanner(final SourcePositions positions) {
            this.positions = positions;
        }

        private void scan(final CompilationUnitTree file) {
            unit = file;
            scan(file, null);
        }

        @Override
        public Void visitClass(final ClassTree inner, final Void nothing) {
            final ClassTree outer = type;
            type = inner;
            super.visitClass(inner, null);
            type = outer;
            return null;
        }

        @Override
        public Void visitMethod(final MethodTree method, final Void nothing) {
            methods++;
            final long lines = line(positions.getEndPosition(unit, method))
                    - line(positions.getStartPosition(unit, method.getBody() == null ? method : method.getBody()))
                    + 1;
            final String shortName = type.getSimpleName() + "." + method.getName();
            if (lines > METHOD_LINES && !LONG_METHODS.contains(shortName)) {
                tooBig.add(name(method) + " has " + lines + " lines, " + METHOD_LINES + " are allowed");
            }
            final boolean canonical =
                    type.getKind() == Tree.Kind.RECORD && method.getName().contentEquals("<init>");
            final int parameters = places(method.getParameters());
            if (parameters > PARAMETERS && !canonical && !LONG_PARAMETER_LISTS.contains(shortName)) {
                tooBig.add(name(method) + " has " + parameters + " parameters, " + PARAMETERS + " are allowed");
            }
            return super.visitMethod(method, null);
        }

        /** A buffer with the offset and the length that follow it is one place in memory: one parameter. */
        private static int places(final List<? extends VariableTree> parameters) {
            int count = parameters.size();
            for (int i = 0; i < parameters.size(); i++) {
                if (parameters.get(i).getType().toString().endsWith("Buffer")) {
                    count -= ends(parameters, i + 1, "ffset") ? 1 : 0;
                    count -= ends(parameters, i + 2, "ength") ? 1 : 0;
                }
            }
            return count;
        }

        private static boolean ends(final List<? extends VariableTree> parameters, final int i, final String end) {
            return i < parameters.size()
                    && parameters.get(i).getName().toString().endsWith(end);
        }

        private long line(final long position) {
            return unit.getLineMap().getLineNumber(position);
        }

        private String name(final MethodTree method) {
            return type.getSimpleName() + "." + method.getName() + " in "
                    + TOP.relativize(Path.of(unit.getSourceFile().toUri()));
        }
    }
}
