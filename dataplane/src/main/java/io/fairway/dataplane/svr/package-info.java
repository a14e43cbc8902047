/**
 * What the forwarder does with SVR metadata: {@link io.fairway.dataplane.svr.MetadataAuthenticator} signs and verifies
 * it.
 */
package io.fairway.dataplane.svr;
