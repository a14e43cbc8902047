/**
 * Who owns what, decided purely: no clock, no I/O, no thread (ha-design.md, sections 1 and 2). In reading order:
 * {@link PairState}, {@link PairEvent} goes in, {@link PairArbiter} says what it means in which state,
 * {@link PairAction} comes out. Each question has its place: what a silence proves in Evidence, until when a node may
 * send in Lease, who owns which bucket in Claims, who leads which interface in Leadership, what moves between living
 * nodes, after which hold-down and by whose order, in Handover, what witness and fence say in OutsideHelp, who the
 * other one is in {@link Partner}. A {@link PartnerBeat} carries the {@link NodeReport} of a node, with a
 * {@link HomeClaim} for each home; {@link ArbiterSettings} is what never changes.
 */
package io.fairway.ha.arbiter;
