/**
 * A third voter for a pair (ha-design.md, section 1): {@link WitnessMessage} is what is asked and granted over UDP,
 * {@link WitnessServer} grants, {@link WitnessClient} asks for a node, {@link FenceCommand} runs an outside means.
 */
package io.fairway.ha.witness;
