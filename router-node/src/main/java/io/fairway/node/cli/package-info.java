/**
 * The command line. {@link FairwayCommand} is the root and maps failures to exit codes ({@link CliException}).
 * {@code NodeCommand} starts and stops nodes with {@code NodeLauncher}, {@code NodeProcesses} and {@code JvmFlags};
 * {@code ShowCommand}, {@code DeleteCommand} ask a running node, chosen by {@code NodeOptions}, and print with
 * {@code Table}, {@code SessionTables} and {@code Durations}; {@code ConfigCommand} checks a file;
 * {@code CompletionCommand} and {@code ShellCommand} spare typing.
 */
package io.fairway.node.cli;
