/**
 * The load generator. It puts a known load on any Pusher server, Socket.IO server or raw WebSocket
 * server, and tells what arrived, when, and what it cost the server's process.
 *
 * <p>Read {@link dev.resound.bench.Fanout} first (a load from start to result), then {@link
 * dev.resound.bench.Crowd} (many connections) and {@link dev.resound.bench.ProcessView} (what the
 * kernel says about the server).
 *
 * <p>One event loop ({@link dev.resound.bench.ClientLoop}) owns every connection and every counter,
 * so that the whole load fits on one core and needs no lock. The main thread only waits.
 */
@NullMarked
package dev.resound.bench;

import org.jspecify.annotations.NullMarked;
