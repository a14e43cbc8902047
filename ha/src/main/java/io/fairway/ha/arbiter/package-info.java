/**
 * Who owns what, decided purely: no clock, no I/O, no thread (ha-design.md, sections 1 and 2). In reading order:
 * {@link PairState}, {@link PairEvent} goes in, {@link PairArbiter} decides with Claims, Leadership and Handover,
 * {@link PairAction} comes out. A {@link PartnerBeat} carries the {@link NodeReport} of a node, with a
 * {@link HomeClaim} for each home; {@link ArbiterSettings} is what never changes.
 */
package io.fairway.ha.arbiter;
