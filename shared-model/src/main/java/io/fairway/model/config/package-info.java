/**
 * The configuration: the YANG modules (resources {@code yang/}), their validation by yangtools, and this typed view of
 * one authority. {@link Authority} holds {@link Tenant}s, {@link Service}s and {@link Router}s.
 */
package io.fairway.model.config;
