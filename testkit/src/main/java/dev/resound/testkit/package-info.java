/**
 * Fakes for tests of protocols: loops that turn when told, connections that remember what they were
 * sent, a clock that moves when told. Read {@link dev.resound.testkit.FakeLoop} first.
 *
 * <p>One test thread drives everything, so a test says in which order things happen, and gets the
 * same result every time. The core is the real one: a {@code Hub} with fake loops delivers as it
 * does in the server.
 *
 * <p>Redis is a real one, too, in each way it is run: {@link dev.resound.testkit.RedisServer} alone
 * (or a Valkey), {@link dev.resound.testkit.SecuredRedis} with TLS and users, {@link
 * dev.resound.testkit.SentinelRedis} with fail-over, {@link dev.resound.testkit.RedisCluster}.
 */
@NullMarked
package dev.resound.testkit;

import org.jspecify.annotations.NullMarked;
