/**
 * The one port. Start with {@link dev.resound.netty.Resound}; then {@code HttpConnection} (a
 * connection until it is upgraded), {@code ChannelConnection} (a WebSocket), and {@code TurnWriter}
 * (how one publish reaches thousands of sockets at the price of few system calls).
 *
 * <p>Every object here but {@code Resound} belongs to one event loop.
 */
@NullMarked
package dev.resound.netty;

import org.jspecify.annotations.NullMarked;
