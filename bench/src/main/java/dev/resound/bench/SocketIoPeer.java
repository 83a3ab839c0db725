package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * A Socket.IO client that uses no other transport than WebSocket: connects to the namespace {@code
 * /}, joins a room, answers pings.
 *
 * @see <a href="https://socket.io/docs/v4/engine-io-protocol/">Engine.IO protocol</a>
 * @see <a href="https://socket.io/docs/v4/socket-io-protocol/">Socket.IO protocol</a>
 */
final class SocketIoPeer extends Peer {

    private static final char PING = '2';
    private static final ByteBuf PONG_FRAME = ClientFrame.sharedText("3");
    private static final ByteBuf CONNECT_FRAME = ClientFrame.sharedText("40");

    /** The only packets with acknowledgement 0 are joins. */
    private static final String JOIN = "420[\"join\",";

    private static final String JOINED = "430";

    private final String room;

    /**
     * @param room empty: none
     */
    SocketIoPeer(int index, Handshake handshake, String room, Listener listener) {
        super(index, handshake, listener);
        this.room = room;
    }

    @Override
    public void onOpen() {
        // The server speaks first.
    }

    @Override
    void onControl(ByteBuf buffer, int offset, int length) {
        if (length == 1 && buffer.getByte(offset) == PING) {
            connection().send(PONG_FRAME.duplicate());
            return;
        }
        String text = buffer.toString(offset, length, StandardCharsets.UTF_8);
        if (text.startsWith("0")) {
            connection().send(CONNECT_FRAME.duplicate());
        } else if (text.startsWith("40")) {
            connected();
        } else if (text.startsWith(JOINED) && !isReady()) {
            ready();
        } else if (text.startsWith("44")) {
            connection()
                    .fail(
                            "the server refuses the Socket.IO connection: "
                                    + JsonText.string(text, "message").orElse(text));
        } else if (text.equals("41") || text.equals("1")) {
            connection().fail("the server ended the Socket.IO session");
        }
    }

    private void connected() {
        if (room.isEmpty()) {
            ready();
            return;
        }
        byte[] join = (JOIN + JsonText.quoted(room) + "]").getBytes(StandardCharsets.UTF_8);
        connection().send(ClientFrame.text(PooledByteBufAllocator.DEFAULT, join));
    }
}
