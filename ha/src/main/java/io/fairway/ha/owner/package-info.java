/**
 * What a node owns, made true: {@link EpochStore} keeps incarnation and epochs on disk, {@link GateKeeper} writes the
 * send gate, {@link PairAgent} feeds the arbiter on the pair's thread and applies what it decides, {@link PairParts} is
 * what it needs, PartnerRelease knows what the partner runs, {@link PairListener} and {@link PartnerStatus} tell
 * others, {@link PairView} shows it to people. {@link StandaloneOwnership} is the same for a router of one node.
 */
package io.fairway.ha.owner;
