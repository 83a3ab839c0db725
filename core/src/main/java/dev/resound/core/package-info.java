/**
 * The words of Resound. Read {@link dev.resound.core.Hub} first (who is in a topic, who gets a
 * message), then {@link dev.resound.core.Lane} (the members on one event loop), then {@link
 * dev.resound.core.Protocol} (what a path speaks).
 *
 * <p>State belongs to event loops: a {@link dev.resound.core.Connection}, its {@link
 * dev.resound.core.ProtocolSession} and its {@link dev.resound.core.Member}s are touched by one
 * loop only. What loops share lies in the hub, one topic at a time.
 */
@NullMarked
package dev.resound.core;

import org.jspecify.annotations.NullMarked;
