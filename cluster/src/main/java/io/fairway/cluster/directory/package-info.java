/**
 * Who sends, what is asked for and where it is, seen from one router: pure look-ups in tables made once from the
 * configuration. In the order a first packet meets them: {@link TenantDirectory} (who sends), {@link ServiceDirectory}
 * (what is asked for, and whether the tenant may), {@link TreatmentDirectory} (how its sessions are treated),
 * {@link RouteDirectory} (where it is), {@link PeerDirectory} (who sent metadata). {@link PrefixTable} is the
 * longest-prefix match under them.
 */
package io.fairway.cluster.directory;
