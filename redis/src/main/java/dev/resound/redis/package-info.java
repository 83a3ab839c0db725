/**
 * A cluster's connection to Redis, and what is said over it. {@link dev.resound.redis.RedisLink}
 * has the connections; what nodes say to each other is in the bus and the adapters on top of it.
 */
@NullMarked
package dev.resound.redis;

import org.jspecify.annotations.NullMarked;
