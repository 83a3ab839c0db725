package dev.resound.bench;

import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** Publishes by messages of one of the peers, which the server passes on to all others. */
final class SocketPublisher implements Publisher {

    private final Peer sender;
    private final byte[] before;
    private final byte[] after;
    private final int dataBytes;

    private SocketPublisher(Peer sender, String before, String after, int dataBytes) {
        this.sender = sender;
        this.before = before.getBytes(StandardCharsets.UTF_8);
        this.after = after.getBytes(StandardCharsets.UTF_8);
        this.dataBytes = dataBytes;
    }

    /** The payload is the whole text message. */
    static SocketPublisher raw(Peer sender) {
        return new SocketPublisher(sender, "", "", 0);
    }

    /** The payload is the event's data, an object: some servers take no strings here. */
    static SocketPublisher clientEvent(Peer sender, String channel) {
        String data = "{\"p\":\"";
        String dataEnd = "\"}";
        return new SocketPublisher(
                sender,
                "{\"event\":\"client-bench\",\"channel\":"
                        + JsonText.quoted(channel)
                        + ",\"data\":"
                        + data,
                dataEnd + "}",
                data.length() + dataEnd.length());
    }

    @Override
    public int smallestPayloadBytes() {
        return Stamp.BYTES + dataBytes;
    }

    @Override
    public void publish(Stamp stamp, int payloadBytes) {
        byte[] payload = stamp.payload(payloadBytes - dataBytes);
        var text = new byte[before.length + payload.length + after.length];
        System.arraycopy(before, 0, text, 0, before.length);
        System.arraycopy(payload, 0, text, before.length, payload.length);
        System.arraycopy(after, 0, text, before.length + payload.length, after.length);
        sender.connection().sendLater(ClientFrame.text(PooledByteBufAllocator.DEFAULT, text));
    }

    @Override
    public void flush() {
        sender.connection().flush();
    }

    @Override
    public boolean isAnswered() {
        return false;
    }

    @Override
    public void close() {
        // The sender is one of the crowd.
    }
}
