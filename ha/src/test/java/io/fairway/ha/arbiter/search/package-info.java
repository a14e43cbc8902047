/**
 * The arbiter, searched exhaustively (ha-design.md, section 8). {@link ArbiterSearchTest} says how far; {@code Search}
 * goes through all sequences of {@code Move}s, from each root, on a {@code SearchWorld} of two {@code SearchNode}s and
 * three links; {@code StateKey} tells which states are alike, {@code Insides} copies and reads arbiters,
 * {@code Healing} demands that every state leads home. {@code SearchBuild} is where the controls break it.
 */
package io.fairway.ha.arbiter.search;
