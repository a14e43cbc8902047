package io.fairway.ha.sentinel;

/** What a node process tells its sentinel by its exit code. */
public final class ExitCode {
    /** Lost its claim to the partner: start it anew (sysexits EX_TEMPFAIL). */
    public static final int RESTART = 75;

    /** Wrong configuration or missing privilege: a restart would not help (sysexits EX_CONFIG). */
    public static final int MISCONFIGURED = 78;

    private ExitCode() {}
}
