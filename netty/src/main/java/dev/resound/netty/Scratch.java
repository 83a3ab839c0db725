package dev.resound.netty;

/**
 * Memory that the decoders of one loop share for messages that are handed on at once. What is in it
 * is lost at the next call. <b>Thread:</b> one loop.
 */
final class Scratch {
    /** Messages above this get an array of their own, so that no loop keeps a giant one. */
    static final int SHARED_BYTES = 64 * 1024;

    private byte[] shared = new byte[1024];

    /** An array of at least {@code length} bytes, with anything in it. */
    byte[] atLeast(int length) {
        if (length > SHARED_BYTES) {
            return new byte[length];
        }
        if (length > shared.length) {
            shared = new byte[Integer.highestOneBit(length - 1) << 1];
        }
        return shared;
    }
}
