package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** A Pusher client: waits for its socket id, subscribes, answers pings. */
final class PusherPeer extends Peer {

    private static final ByteBuf PONG_FRAME =
            ClientFrame.sharedText("{\"event\":\"pusher:pong\",\"data\":{}}");
    private static final int MAX_QUOTED_CHARS = 200;

    private final RequestSigner signer;
    private final String channel;

    PusherPeer(
            int index,
            Handshake handshake,
            RequestSigner signer,
            String channel,
            Listener listener) {
        super(index, handshake, listener);
        this.signer = signer;
        this.channel = channel;
    }

    @Override
    public void onOpen() {
        // The server speaks first.
    }

    @Override
    void onControl(ByteBuf buffer, int offset, int length) {
        String text = buffer.toString(offset, length, StandardCharsets.UTF_8);
        switch (JsonText.string(text, "event").orElse("")) {
            case "pusher:connection_established" -> established(text);
            case "pusher_internal:subscription_succeeded" -> {
                if (!isReady()) {
                    ready();
                }
            }
            case "pusher:ping" -> connection().send(PONG_FRAME.retainedDuplicate());
            case "pusher:error", "pusher:subscription_error" -> refused(text);
            default -> {
                // Somebody else's event on our channel.
            }
        }
    }

    private void established(String text) {
        if (channel.isEmpty()) {
            ready();
            return;
        }
        String data = JsonText.string(text, "data").orElse("");
        var socketId = JsonText.string(data, "socket_id");
        if (socketId.isEmpty()) {
            refused("no socket id in " + text);
            return;
        }
        connection()
                .send(
                        ClientFrame.text(
                                PooledByteBufAllocator.DEFAULT,
                                subscription(socketId.get()).getBytes(StandardCharsets.UTF_8)));
    }

    private String subscription(String socketId) {
        String name = JsonText.quoted(channel);
        if (!channel.startsWith("private-")) {
            return "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":" + name + "}}";
        }
        return "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":"
                + name
                + ",\"auth\":"
                + JsonText.quoted(signer.channelAuth(socketId, channel))
                + "}}";
    }

    private void refused(String text) {
        String quoted =
                text.length() > MAX_QUOTED_CHARS ? text.substring(0, MAX_QUOTED_CHARS) + "…" : text;
        if (isReady()) {
            listener().onComplaint(this, quoted);
        } else {
            connection().fail(hint(text) + "the server says " + quoted);
        }
    }

    private static String hint(String text) {
        if (text.contains("4001")) {
            return "unknown app key (check --app-key): ";
        }
        return text.contains("4009") ? "bad channel signature (check --secret): " : "";
    }
}
