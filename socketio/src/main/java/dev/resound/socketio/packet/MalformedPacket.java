package dev.resound.socketio.packet;

/**
 * A peer sent what is no packet; its connection is to be closed. The message is one of a few fixed
 * texts and never holds anything the peer sent. Has no stack trace, for peers decide how often it
 * is created.
 */
public final class MalformedPacket extends Exception {
    static final String UNKNOWN_TYPE = "unknown packet type";
    static final String ILLEGAL_COUNT = "Illegal attachments";
    static final String TOO_MANY = "too many attachments";
    static final String INVALID_PAYLOAD = "invalid payload";
    static final String ILLEGAL_PLACEHOLDER = "illegal attachments";
    static final String UNEXPECTED_TEXT = "got plaintext data when reconstructing a packet";
    static final String UNEXPECTED_BINARY = "got binary data when not reconstructing a packet";

    private static final long serialVersionUID = 1L;

    MalformedPacket(String message) {
        super(message, null, false, false);
    }
}
