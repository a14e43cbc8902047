package io.fairway.node.api;

/**
 * A counter.
 *
 * @param name in words, with its unit
 * @param value since the node's start
 */
public record CounterRow(String name, long value) {}
