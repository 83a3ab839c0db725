package dev.resound.bench;

import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Publishes through Pusher's HTTP API, signed, over connections that stay open. */
final class HttpPublisher implements Publisher {

    private final RequestSigner signer;

    /** By room: what is sent before the payload. */
    private final List<byte[]> before;

    private final byte[] after = "\"}".getBytes(StandardCharsets.US_ASCII);
    private final List<HttpConnection> connections = new ArrayList<>();

    HttpPublisher(
            ClientLoop loop,
            Target.Pusher target,
            List<String> channels,
            int connections,
            HttpConnection.Listener listener) {
        signer = new RequestSigner(target);
        before =
                channels.stream()
                        .map(channel -> bodyUpToData(channel).getBytes(StandardCharsets.UTF_8))
                        .toList();
        var remote = target.address().resolve();
        for (int each = 0; each < connections; each++) {
            this.connections.add(new HttpConnection(loop, remote, listener));
        }
    }

    static String bodyUpToData(String channel) {
        return "{\"name\":\"bench\",\"channels\":[" + JsonText.quoted(channel) + "],\"data\":\"";
    }

    @Override
    public int smallestPayloadBytes() {
        return Stamp.BYTES;
    }

    @Override
    public void publish(int connection, int room, Stamp stamp, int payloadBytes) {
        byte[] body = stamp.payload(before.get(room), payloadBytes, after);
        byte[] request = signer.publish(body, System.currentTimeMillis() / 1000);
        connections
                .get(connection)
                .send(
                        PooledByteBufAllocator.DEFAULT
                                .directBuffer(request.length)
                                .writeBytes(request));
    }

    @Override
    public void flush() {
        connections.forEach(HttpConnection::flush);
    }

    @Override
    public boolean isAnswered() {
        return true;
    }

    @Override
    public void close() {
        connections.forEach(HttpConnection::close);
    }
}
