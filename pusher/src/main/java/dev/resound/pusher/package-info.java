/**
 * The Pusher protocol. Read {@link dev.resound.pusher.PusherProtocol} (what it claims on the port),
 * then {@code PusherSession} (one client), then {@link dev.resound.pusher.Dialect} (where hosted
 * Pusher, Reverb and soketi differ, as data).
 *
 * <p>A session belongs to its connection's loop. What the sockets of an app share is in {@code
 * AppRuntime}; what the members of a channel share is kept with the hub's topic and changed inside
 * {@link dev.resound.core.Hub#inTopic}.
 */
@NullMarked
package dev.resound.pusher;

import org.jspecify.annotations.NullMarked;
