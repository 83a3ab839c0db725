package dev.resound.bench;

import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Publishes by messages of some of the peers, which the server passes on. */
final class SocketPublisher implements Publisher {

    private final List<Peer> senders;

    /** By room: what is sent before the payload. */
    private final List<byte[]> before;

    private final byte[] after;
    private final int dataBytes;

    private SocketPublisher(List<Peer> senders, List<String> before, String after, int dataBytes) {
        this.senders = senders;
        this.before = before.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
        this.after = after.getBytes(StandardCharsets.UTF_8);
        this.dataBytes = dataBytes;
    }

    /** The payload is the whole text message. */
    static SocketPublisher raw(List<Peer> senders) {
        return new SocketPublisher(senders, List.of(""), "", 0);
    }

    /** The payload is the event's data, an object: some servers take no strings here. */
    static SocketPublisher clientEvent(List<Peer> senders, String channel) {
        String data = "{\"p\":\"";
        String dataEnd = "\"}";
        return new SocketPublisher(
                senders,
                List.of(
                        "{\"event\":\"client-bench\",\"channel\":"
                                + JsonText.quoted(channel)
                                + ",\"data\":"
                                + data),
                dataEnd + "}",
                data.length() + dataEnd.length());
    }

    /** The payload is the data of an event {@code pub}, a string. */
    static SocketPublisher socketIo(List<Peer> senders, List<String> rooms) {
        return new SocketPublisher(
                senders,
                rooms.stream().map(room -> "42[\"pub\"," + JsonText.quoted(room) + ",\"").toList(),
                "\"]",
                0);
    }

    @Override
    public int smallestPayloadBytes() {
        return Stamp.BYTES + dataBytes;
    }

    @Override
    public void publish(int connection, int room, Stamp stamp, int payloadBytes) {
        byte[] text = stamp.payload(before.get(room), payloadBytes - dataBytes, after);
        senders.get(connection)
                .connection()
                .sendLater(ClientFrame.text(PooledByteBufAllocator.DEFAULT, text));
    }

    @Override
    public void flush() {
        senders.forEach(sender -> sender.connection().flush());
    }

    @Override
    public boolean isAnswered() {
        return false;
    }

    @Override
    public void close() {
        // The senders are of the crowd.
    }
}
