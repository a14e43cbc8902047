/**
 * The controller of a node: session actors, membership and the way to the journal. {@link ControllerSystem} is the one
 * class that others wire, {@link ControllerContext} what it needs of them.
 */
package io.fairway.cluster;
