/** Addresses and packet flyweights, in the order of the headers of a frame. */
package io.fairway.model.wire;
