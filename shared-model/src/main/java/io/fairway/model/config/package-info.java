/**
 * The configuration: the YANG modules (resources {@code yang/}), their validation by yangtools, and the typed view of
 * one authority. {@link Authority} holds {@link Tenant}s, {@link Service}s and {@link Router}s.
 *
 * <p>A file's way: {@link ConfigReader}, {@code YangModel} (the modules and yangtools' parser), {@code InstanceCheck}
 * with {@code Expectation} (faults of form, with their paths), {@code Instance} (checked data by path),
 * {@code AuthorityRules}, {@code ServiceRules}, {@code RouterRules}, {@code PairRules}, {@code PeeringRules},
 * {@code NatRules} (faults of sense), {@code AuthorityBuilder} with {@code ServiceBuilder}, {@code PeerPaths} and
 * {@code PeeringBuilder} (the records); {@code Neighborhoods} says who peers with whom. {@code Faults} collects
 * sentences, {@link ConfigException} carries them.
 */
package io.fairway.model.config;
