package io.fairway.ha.arbiter.search;

import io.fairway.ha.arbiter.ArbiterSettings;
import io.fairway.ha.arbiter.HomeClaim;
import io.fairway.ha.arbiter.NodeReport;
import io.fairway.ha.arbiter.PairArbiter;
import io.fairway.ha.arbiter.PairState;
import io.fairway.ha.arbiter.StoredEpochs;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Copies an arbiter and reads all that it remembers, by reflection: a field that is added later takes part by itself,
 * or, if it is of a new kind, stops the search.
 */
final class Insides {
    /** Measured, not times, though they are counted in nanoseconds. */
    private static final Set<String> DURATIONS = Set.of("silenceNs", "deafNs");

    /** Compared with each other, not with now only. */
    private static final Set<String> ORDERED = Set.of("answeredNs", "lapsedNs", "carriersUpSinceNs");

    /** Over or not. */
    private static final Set<String> DEADLINES =
            Set.of("settleDeadlineNs", "retryNs", "askNs", "fenceNs", "calmNs", "unansweredUntilNs");

    private static final Set<String> INCARNATIONS = Set.of("incarnation", "deadIncarnation");

    /** What never changes, and the list that the last event's actions are in. */
    private static final Set<Class<?>> NEVER_READ = Set.of(ArbiterSettings.class, List.class);

    /** What a field is to a {@link StateKey}. */
    private enum Kind {
        FLAG,
        NUMBER,
        CHANGES,
        BITS,
        TIME,
        ORDERED,
        DEADLINE,
        DURATION,
        INCARNATION,
        STATE,
        REPORT,
        CLAIMS,
        TIMES,
        EPOCHS
    }

    private record Value(Field field, Kind kind) {}

    /** What an object remembers, and which parts it is made of. */
    private record Layout(List<Value> values, List<Field> parts) {}

    private static final ClassValue<Layout> LAYOUTS = new ClassValue<>() {
        @Override
        protected Layout computeValue(final Class<?> type) {
            final List<Field> own = Arrays.stream(type.getDeclaredFields())
                    .filter(Insides::mayChange)
                    .toList();
            own.forEach(field -> field.setAccessible(true));
            return new Layout(
                    own.stream()
                            .filter(field -> !isPart(field))
                            .map(field -> new Value(field, kind(field)))
                            .toList(),
                    own.stream()
                            .filter(Insides::isPart)
                            .filter(field -> type == PairArbiter.class || !hangsOnArbiter(field.getType()))
                            .toList());
        }
    };

    private Insides() {}

    private static boolean mayChange(final Field field) {
        final boolean constant = field.getType().isPrimitive() && Modifier.isFinal(field.getModifiers());
        return !Modifier.isStatic(field.getModifiers()) && !NEVER_READ.contains(field.getType()) && !constant;
    }

    private static boolean isPart(final Field field) {
        final Class<?> type = field.getType();
        return !type.isArray()
                && !type.isRecord()
                && !type.isEnum()
                && type.getPackage() == PairArbiter.class.getPackage();
    }

    /** What an arbiter has itself is its own part only, though its other parts know it. */
    private static boolean hangsOnArbiter(final Class<?> type) {
        return Arrays.stream(PairArbiter.class.getDeclaredFields()).anyMatch(field -> field.getType() == type);
    }

    private static Kind kind(final Field field) {
        final Class<?> type = field.getType();
        if (type == long.class) {
            return kind(field.getName());
        } else if (type == boolean.class) {
            return Kind.FLAG;
        } else if (type == int.class) {
            return field.getName().equals("changes") ? Kind.CHANGES : Kind.NUMBER;
        } else if (type == PairState.class) {
            return Kind.STATE;
        } else if (type == NodeReport.class) {
            return Kind.REPORT;
        } else if (type == HomeClaim[].class) {
            return Kind.CLAIMS;
        } else if (type == long[].class && field.getName().endsWith("Ns")) {
            return Kind.TIMES;
        } else if (type == int[].class && field.getName().equals("highestEpochs")) {
            return Kind.EPOCHS;
        }
        throw new IllegalStateException("the search cannot compare " + field);
    }

    private static Kind kind(final String name) {
        if (DURATIONS.contains(name)) {
            return Kind.DURATION;
        } else if (ORDERED.contains(name)) {
            return Kind.ORDERED;
        } else if (DEADLINES.contains(name)) {
            return Kind.DEADLINE;
        } else if (INCARNATIONS.contains(name)) {
            return Kind.INCARNATION;
        }
        return name.endsWith("Ns") ? Kind.TIME : Kind.BITS;
    }

    /** Another arbiter that remembers the same. Its parts know each other as in every arbiter: all hang on it. */
    static PairArbiter copy(final PairArbiter from, final ArbiterSettings settings) {
        final PairArbiter to = new PairArbiter(settings, StoredEpochs.NONE, 0);
        try {
            copyWhole(from, to);
        } catch (final IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        return to;
    }

    private static void copyWhole(final Object from, final Object to) throws IllegalAccessException {
        copyValues(from, to);
        for (final Field part : LAYOUTS.get(from.getClass()).parts()) {
            copyWhole(part.get(from), part.get(to));
        }
    }

    private static void copyValues(final Object from, final Object to) throws IllegalAccessException {
        for (final Value value : LAYOUTS.get(from.getClass()).values()) {
            final Field field = value.field();
            switch (value.kind()) {
                case FLAG -> field.setBoolean(to, field.getBoolean(from));
                case NUMBER, CHANGES -> field.setInt(to, field.getInt(from));
                case BITS, TIME, ORDERED, DEADLINE, DURATION, INCARNATION -> field.setLong(to, field.getLong(from));
                case STATE, REPORT -> field.set(to, field.get(from));
                case CLAIMS, TIMES, EPOCHS -> {
                    final Object values = field.get(from);
                    System.arraycopy(values, 0, field.get(to), 0, Array.getLength(values));
                }
            }
        }
    }

    /**
     * Adds all that an arbiter remembers to a key.
     *
     * @param node whose arbiter it is
     */
    static void describe(final PairArbiter arbiter, final int node, final StateKey key) {
        try {
            describeWhole(arbiter, node, key);
        } catch (final IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void describeWhole(final Object part, final int node, final StateKey key)
            throws IllegalAccessException {
        describeValues(part, node, key);
        for (final Field its : LAYOUTS.get(part.getClass()).parts()) {
            describeWhole(its.get(part), node, key);
        }
    }

    private static void describeValues(final Object part, final int node, final StateKey key)
            throws IllegalAccessException {
        for (final Value value : LAYOUTS.get(part.getClass()).values()) {
            final Field field = value.field();
            switch (value.kind()) {
                case FLAG -> key.value(field.getBoolean(part) ? 1 : 0);
                case NUMBER -> key.value(field.getInt(part));
                case CHANGES -> key.changes(field.getInt(part));
                case BITS -> key.value(field.getLong(part));
                case TIME -> key.time(field.getLong(part));
                case ORDERED -> key.order(field.getLong(part));
                case DEADLINE -> key.deadline(field.getLong(part));
                case DURATION -> key.duration(field.getLong(part));
                case INCARNATION -> key.incarnation(1 - node, field.getLong(part));
                case STATE -> key.value(((PairState) field.get(part)).code());
                case REPORT -> describe((NodeReport) field.get(part), 1 - node, key);
                case CLAIMS -> describe((HomeClaim[]) field.get(part), key);
                case TIMES -> describe((long[]) field.get(part), key);
                case EPOCHS -> describe((int[]) field.get(part), key);
            }
        }
    }

    private static void describe(final NodeReport report, final int author, final StateKey key) {
        if (report == null) {
            key.value(-1);
        } else {
            key.report(author, report);
        }
    }

    private static void describe(final HomeClaim[] homes, final StateKey key) {
        for (int home = 0; home < homes.length; home++) {
            key.claim(home, homes[home]);
        }
    }

    private static void describe(final long[] times, final StateKey key) {
        for (final long timeNs : times) {
            key.time(timeNs);
        }
    }

    private static void describe(final int[] epochs, final StateKey key) {
        for (int home = 0; home < epochs.length; home++) {
            key.epoch(home, epochs[home]);
        }
    }
}
