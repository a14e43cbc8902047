package io.fairway.model.config;

/**
 * The names of tenants and services: dotted, leaf first, so that {@code guest.staff} is a child of {@code staff}
 * (svr-protocol.md section 1). Names that came from elsewhere may have any form; what has no dot is a root.
 */
public final class DottedName {
    private DottedName() {}

    /** The parent's name, or null if it is a root. */
    public static String parent(final String name) {
        final int dot = name.indexOf('.');
        return dot < 0 ? null : name.substring(dot + 1);
    }

    /** Whether the first name is the second one's child, grandchild and so on. */
    public static boolean isBelow(final String name, final String ancestor) {
        final int dot = name.length() - ancestor.length() - 1;
        return dot >= 0 && name.charAt(dot) == '.' && name.endsWith(ancestor);
    }

    /** Whether two names are the same or one is below the other. */
    public static boolean areRelated(final String one, final String other) {
        return one.equals(other) || isBelow(one, other) || isBelow(other, one);
    }
}
