package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;

/**
 * Binary audio frames. Their first 16 bytes are the stamp: nanoseconds (8), device (4), sequence
 * (4); the rest looks like samples.
 */
final class AudioTraffic implements Traffic {

    static final int STAMP_BYTES = 16;

    private final int payloadBytes;

    /** A whole frame, masked, with zeros for a stamp. */
    private final byte[] template;

    private final int payloadAt;

    /**
     * @param payloadBytes even, for gateways keep 16-bit samples together; {@link #STAMP_BYTES} or
     *     more
     */
    AudioTraffic(int payloadBytes) {
        this.payloadBytes = payloadBytes;
        var payload = new byte[payloadBytes];
        for (int at = STAMP_BYTES; at < payloadBytes; at++) {
            payload[at] = (byte) (at * 31);
        }
        this.template = ClientFrame.bytes(ClientFrame.BINARY, payload);
        this.payloadAt = template.length - payloadBytes;
    }

    @Override
    public String stream() {
        return "audio_chunk";
    }

    @Override
    public String noun() {
        return "relayed frame";
    }

    @Override
    public int bytes() {
        return payloadBytes;
    }

    @Override
    public ByteBuf frame(int device, long sequence, long nanos) {
        ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer(template.length);
        frame.writeBytes(template);
        long second = (long) device << 32 | (sequence & 0xFFFF_FFFFL);
        frame.setLong(payloadAt, nanos ^ ClientFrame.MASK_OF_LONG);
        frame.setLong(payloadAt + Long.BYTES, second ^ ClientFrame.MASK_OF_LONG);
        return frame;
    }

    @Override
    public int find(ByteBuf buffer, int offset, int length, boolean binary) {
        return binary && length == payloadBytes ? offset : -1;
    }

    @Override
    public int deviceAt(ByteBuf buffer, int at) {
        return buffer.getInt(at + Long.BYTES);
    }

    @Override
    public long sequenceAt(ByteBuf buffer, int at) {
        return buffer.getUnsignedInt(at + Long.BYTES + Integer.BYTES);
    }

    @Override
    public long nanosAt(ByteBuf buffer, int at) {
        return buffer.getLong(at);
    }
}
