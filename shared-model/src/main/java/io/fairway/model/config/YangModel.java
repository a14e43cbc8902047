package io.fairway.model.config;

import com.google.gson.JsonParseException;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.opendaylight.yangtools.yang.data.codec.gson.JSONCodecFactory;
import org.opendaylight.yangtools.yang.data.codec.gson.JSONCodecFactorySupplier;
import org.opendaylight.yangtools.yang.data.codec.gson.JsonParserStream;
import org.opendaylight.yangtools.yang.data.impl.schema.ImmutableNormalizedNodeStreamWriter;
import org.opendaylight.yangtools.yang.data.impl.schema.NormalizationResultHolder;
import org.opendaylight.yangtools.yang.model.api.EffectiveModelContext;
import org.opendaylight.yangtools.yang.model.api.source.SourceIdentifier;
import org.opendaylight.yangtools.yang.model.spi.source.StringYangTextSource;
import org.opendaylight.yangtools.yang.parser.api.YangParser;
import org.opendaylight.yangtools.yang.parser.api.YangParserException;
import org.opendaylight.yangtools.yang.parser.impl.DefaultYangParserFactory;

/** Fairway's YANG modules (resources {@code yang/}), parsed once; immutable, any thread may use it. */
final class YangModel {
    /** The module that holds the root container. */
    static final String ROOT_MODULE = "fairway-authority";

    private static final List<String> MODULES = List.of(
            "fairway-types", "fairway-service", "fairway-pair", "fairway-peering", "fairway-router", ROOT_MODULE);

    private static final Pattern POSITION = Pattern.compile("\\[(\\d+)]");

    private final EffectiveModelContext context;
    private final JSONCodecFactory codecs;

    private YangModel(final EffectiveModelContext context) {
        this.context = context;
        codecs = JSONCodecFactorySupplier.RFC7951.createLazy(context);
    }

    /** The modules, parsed on the first call. */
    static YangModel get() {
        return Holder.MODEL;
    }

    EffectiveModelContext context() {
        return context;
    }

    /** Reads instance data as RFC 7951 JSON with yangtools' own parser; adds the first fault that it finds. */
    void parse(final String json, final Faults faults) {
        try (JsonReader reader = new JsonReader(new StringReader(json));
                JsonParserStream stream = JsonParserStream.create(
                        ImmutableNormalizedNodeStreamWriter.from(new NormalizationResultHolder()), codecs)) {
            try {
                stream.parse(reader);
            } catch (final IllegalArgumentException | IllegalStateException | JsonParseException e) {
                final String reason =
                        String.valueOf(e.getMessage()).lines().findFirst().orElse("");
                faults.add(path(reader.getPath()), "an instance of " + ROOT_MODULE, "a fault: " + sentence(reason));
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A JSONPath as Gson gives it, written like every other path; positions count from 1. */
    private static String path(final String jsonPath) {
        return POSITION.matcher(jsonPath.replaceFirst("^\\$\\." + ROOT_MODULE + ":", "/")
                        .replace('.', '/'))
                .replaceAll(position -> "[" + (Integer.parseInt(position.group(1)) + 1) + "]");
    }

    private static String sentence(final String reason) {
        return reason.endsWith(".") ? reason.substring(0, reason.length() - 1) : reason;
    }

    private static YangModel load() {
        try {
            final YangParser parser = new DefaultYangParserFactory().createParser();
            for (final String module : MODULES) {
                parser.addSource(new StringYangTextSource(new SourceIdentifier(module), text(module)));
            }
            return new YangModel(parser.buildEffectiveModel());
        } catch (final IOException | YangParserException e) {
            throw new IllegalStateException("the YANG modules in this build are broken", e);
        }
    }

    private static String text(final String module) throws IOException {
        try (InputStream stream = YangModel.class.getResourceAsStream("/yang/" + module + ".yang")) {
            if (stream == null) {
                throw new IOException("YANG module " + module + " is not in this build");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static final class Holder {
        static final YangModel MODEL = load();
    }
}
