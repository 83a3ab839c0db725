package dev.resound.bench;

import io.netty.buffer.ByteBuf;

/**
 * What devices send and apps subscribe to. Every message is stamped with its device, its number and
 * its time, and keeps the stamp on its way through the gateway.
 *
 * <p><b>Thread:</b> one.
 */
interface Traffic {

    /** The number of a message that only tries whether a subscription works. */
    long PROBE = 0xFFFF_FFFFL;

    /** What apps subscribe to. */
    String stream();

    /** What one message is called in a report. */
    String noun();

    /** Bytes of a message without its frame. */
    int bytes();

    /** A masked frame, to be sent by the device. */
    ByteBuf frame(int device, long sequence, long nanos);

    /**
     * Looks for a stamp in what an app received.
     *
     * @return where it is, or -1
     */
    int find(ByteBuf buffer, int offset, int length, boolean binary);

    int deviceAt(ByteBuf buffer, int at);

    long sequenceAt(ByteBuf buffer, int at);

    long nanosAt(ByteBuf buffer, int at);
}
