package dev.resound.bench;

import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Publishes through Pusher's HTTP API, signed, over connections that stay open. */
final class HttpPublisher implements Publisher {

    private final RequestSigner signer;
    private final byte[] before;
    private final byte[] after = "\"}".getBytes(StandardCharsets.US_ASCII);
    private final List<HttpConnection> connections = new ArrayList<>();

    HttpPublisher(
            ClientLoop loop,
            Target.Pusher target,
            String channel,
            int connections,
            HttpConnection.Listener listener) {
        signer = new RequestSigner(target);
        before = bodyUpToData(channel).getBytes(StandardCharsets.UTF_8);
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
    public void publish(Stamp stamp, int payloadBytes) {
        byte[] payload = stamp.payload(payloadBytes);
        var body = new byte[before.length + payload.length + after.length];
        System.arraycopy(before, 0, body, 0, before.length);
        System.arraycopy(payload, 0, body, before.length, payload.length);
        System.arraycopy(after, 0, body, before.length + payload.length, after.length);
        byte[] request = signer.publish(body, System.currentTimeMillis() / 1000);
        connections
                .get(stamp.publisher())
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
