package dev.resound.core;

import java.nio.charset.StandardCharsets;

/**
 * One WebSocket message on its way out, not yet framed. The payload is shared by everybody who gets
 * the frame: whoever made the frame must not change it any more.
 *
 * @param binary false: the payload is valid UTF-8 text
 * @param compressible false: is sent as it is, also to peers that take compressed messages
 */
@SuppressWarnings(
        "ArrayRecordComponent") // identity is all anybody asks of a frame; a copy per access is
// what we avoid
public record Frame(boolean binary, byte[] payload, boolean compressible) {

    /** A frame that may be compressed. */
    public Frame(boolean binary, byte[] payload) {
        this(binary, payload, true);
    }

    public static Frame text(String text) {
        return new Frame(false, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes must be valid UTF-8; the peer closes the connection if they are not. */
    public static Frame text(byte[] utf8) {
        return new Frame(false, utf8);
    }

    public static Frame binary(byte[] payload) {
        return new Frame(true, payload);
    }

    /**
     * The same message, never compressed: it is known not to shrink, or mixes secrets with input.
     */
    public Frame uncompressed() {
        return new Frame(binary, payload, false);
    }

    /** Shape only: payloads belong to users and do not get into logs. */
    @Override
    public String toString() {
        return (binary ? "binary" : "text") + " frame of " + payload.length + " bytes";
    }
}
