package dev.resound.bench;

import io.netty.buffer.ByteBuf;

/**
 * One of the load's WebSocket connections, opened and spoken for by its {@link Dialect}.
 *
 * <p><b>Thread:</b> the client's loop.
 */
abstract class Peer implements WebSocketConnection.Listener {

    /** What a load hears from its peers. */
    interface Listener {

        /** The peer is connected, and subscribed if it was to be. */
        void onReady(Peer peer);

        /**
         * Something arrived at a ready peer. The buffer is not the listener's to keep.
         *
         * @return whether it belongs to the load; what does not is left to the protocol
         */
        boolean onMessage(Peer peer, ByteBuf buffer, int offset, int length);

        /** The server refuses or complains, but the connection goes on. */
        void onComplaint(Peer peer, String text);

        /** The connection failed or ended, and not by us. */
        void onLost(Peer peer, String why);
    }

    private final int index;
    private final Listener listener;
    private final WebSocketConnection connection;
    private boolean ready;

    Peer(int index, Handshake handshake, Listener listener) {
        this.index = index;
        this.listener = listener;
        this.connection = new WebSocketConnection(handshake, this);
    }

    /** From 0, in the order of opening. */
    final int index() {
        return index;
    }

    final boolean isReady() {
        return ready;
    }

    final WebSocketConnection connection() {
        return connection;
    }

    final Listener listener() {
        return listener;
    }

    final void ready() {
        ready = true;
        listener.onReady(this);
    }

    /** Something the load does not want: the protocol's own business. */
    abstract void onControl(ByteBuf buffer, int offset, int length);

    @Override
    public final void onMessage(ByteBuf buffer, int offset, int length) {
        if (!ready || !listener.onMessage(this, buffer, offset, length)) {
            onControl(buffer, offset, length);
        }
    }

    @Override
    public final void onClosed(String why) {
        listener.onLost(this, why);
    }
}
