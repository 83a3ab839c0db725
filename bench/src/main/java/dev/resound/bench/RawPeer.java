package dev.resound.bench;

import io.netty.buffer.ByteBuf;

/** A plain WebSocket. */
final class RawPeer extends Peer {

    RawPeer(int index, Handshake handshake, Listener listener) {
        super(index, handshake, listener);
    }

    @Override
    public void onOpen() {
        ready();
    }

    @Override
    void onControl(ByteBuf buffer, int offset, int length) {
        // A greeting, or our own message back: a raw server may send what it likes.
    }
}
