package dev.resound.netty;

import io.netty.channel.ChannelInboundHandlerAdapter;

/** A connection as the {@link Deadlines} of its loop see it. <b>Thread:</b> its loop. */
abstract class Timed extends ChannelInboundHandlerAdapter {
    /** Its place in the deadlines; −1 when it has none. */
    int slot = -1;

    /** The time asked for has come; ask again if there is more to wait for. */
    abstract void onDue(long nowMillis);

    /** The server stops: end this connection in its protocol's way. */
    abstract void shutDown();
}
