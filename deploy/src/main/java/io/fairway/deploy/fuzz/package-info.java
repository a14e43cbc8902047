/**
 * Fuzzing: generated packets against every parser that reads what a stranger sends. {@link FuzzMain} reads the options,
 * {@link FuzzRun} runs a {@link FuzzTarget} on some threads, each input made by {@link FuzzRandom} from the seed and
 * its number. {@link PacketTarget} (frames of {@link PacketSource}), {@link MetadataTarget} (of
 * {@link MetadataSource}), {@link TcpAsUdpTarget} and {@link ReassemblyTarget} (of {@link FragmentSource}, checked by
 * {@link TakenFragments}) say what must hold; {@link Mutator} spoils any bytes.
 */
package io.fairway.deploy.fuzz;
