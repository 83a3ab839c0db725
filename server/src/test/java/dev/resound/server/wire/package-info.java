/**
 * The Pusher protocol over a real port, as clients, back ends and attackers meet it. Read {@link
 * dev.resound.server.wire.WireWorld} first.
 */
@NullMarked
package dev.resound.server.wire;

import org.jspecify.annotations.NullMarked;
