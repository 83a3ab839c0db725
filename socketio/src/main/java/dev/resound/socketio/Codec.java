package dev.resound.socketio;

import dev.resound.socketio.packet.PacketCodec;

/** How packets are written. All clients of a server must use the same. */
public enum Codec {
    /** What every client speaks unless it was told otherwise. */
    JSON,
    /** MessagePack, as clients with {@code socket.io-msgpack-parser} speak it. */
    MSGPACK;

    PacketCodec packets() {
        return switch (this) {
            case JSON -> PacketCodec.JSON;
            case MSGPACK -> PacketCodec.MSGPACK;
        };
    }
}
