/**
 * What every room of the house shares: words, byte layouts, the typed configuration. No threads, no I/O, no clocks.
 *
 * <p>{@code session} (flow key, flow action, session record), {@code boundary} (messages between forwarder and
 * controller), {@code pair} (buckets, epochs, the gate's layout), {@code wire} (addresses and packet flyweights),
 * {@code config} (the YANG model and its typed view), {@link io.fairway.model.DropReason},
 * {@link io.fairway.model.Release}, {@link io.fairway.model.UnknownKinds}.
 */
package io.fairway.model;
