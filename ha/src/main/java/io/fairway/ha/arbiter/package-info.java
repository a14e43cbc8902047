/**
 * Who owns what, decided purely: no clock, no I/O, no thread (ha-design.md, sections 1 and 2). In reading order:
 * {@link PairState}, {@link PairEvent} goes in, {@link PairArbiter} decides, {@link PairAction} comes out.
 * {@link PartnerBeat} and {@link HomeClaim} are what a partner says of itself, {@link ArbiterSettings} what never
 * changes.
 */
package io.fairway.ha.arbiter;
