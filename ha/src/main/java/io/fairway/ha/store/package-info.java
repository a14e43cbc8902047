/**
 * The warm store: what a restarted node still knows. {@link WarmStore} opens the file, loads the replica, and runs the
 * writer's thread; StoreFile is the only user of Chronicle Map.
 */
package io.fairway.ha.store;
