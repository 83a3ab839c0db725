package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** {@code button_press} events with a {@link Stamp} in a field of its own. */
final class EventTraffic implements Traffic {

    private static final byte[] BEFORE =
            ("{\"type\":\"button_press\",\"buttonId\":\"main\",\"pressType\":\"short\","
                            + "\"timestamp\":1764460800000,\"stamp\":\"")
                    .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AFTER = "\"}".getBytes(StandardCharsets.US_ASCII);

    private final Marker marker = Stamp.marker();

    @Override
    public String stream() {
        return "button_press";
    }

    @Override
    public String noun() {
        return "delivered event";
    }

    @Override
    public int bytes() {
        return BEFORE.length + Stamp.BYTES + AFTER.length;
    }

    @Override
    public ByteBuf frame(int device, long sequence, long nanos) {
        byte[] payload = new Stamp(device, sequence, nanos).payload(BEFORE, Stamp.BYTES, AFTER);
        return ClientFrame.text(PooledByteBufAllocator.DEFAULT, payload);
    }

    @Override
    public int find(ByteBuf buffer, int offset, int length, boolean binary) {
        int at = binary ? -1 : marker.find(buffer, offset, length);
        return at < 0 || at + Stamp.BYTES > length ? -1 : offset + at;
    }

    @Override
    public int deviceAt(ByteBuf buffer, int at) {
        return Stamp.publisherOf(Stamp.packedAt(buffer, at));
    }

    @Override
    public long sequenceAt(ByteBuf buffer, int at) {
        return Stamp.sequenceOf(Stamp.packedAt(buffer, at));
    }

    @Override
    public long nanosAt(ByteBuf buffer, int at) {
        return Stamp.nanosAt(buffer, at);
    }
}
