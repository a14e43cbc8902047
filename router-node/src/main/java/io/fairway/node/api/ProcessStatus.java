package io.fairway.node.api;

/**
 * The processes of a node, beside its sentinel.
 *
 * @param forwarder the process id of the forwarder
 * @param controller of the controller, the same if both are in one; null if there is none
 * @param meaning a sentence
 */
public record ProcessStatus(long forwarder, Long controller, String meaning) {}
