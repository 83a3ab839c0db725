package dev.resound.socketio.packet;

import org.jspecify.annotations.Nullable;

/**
 * Turns the messages of one connection into packets. The ranges given are read during the call only
 * and nothing of them is kept. After a failure the packet that was under construction is forgotten.
 * <b>Thread:</b> its connection's event loop.
 */
public interface PacketDecoder {
    /**
     * A text message.
     *
     * @param buffer holds the packet from its type digit on, without the digit of the message
     *     around it
     * @return the packet, or null when attachments have yet to come
     * @throws MalformedPacket when the message is no packet, or attachments were due
     */
    @Nullable Packet onText(byte[] buffer, int offset, int length) throws MalformedPacket;

    /**
     * A binary message: an attachment, or a packet where packets are binary.
     *
     * @return the packet, or null when more attachments have yet to come
     * @throws MalformedPacket when the message is no packet, or no attachment was due
     */
    @Nullable Packet onBinary(byte[] buffer, int offset, int length) throws MalformedPacket;

    /** Whether attachments are due. */
    boolean isWaiting();
}
