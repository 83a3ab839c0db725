package dev.resound.engineio;

/** Why an Engine.IO session ended. */
public enum CloseReason {
    /** The peer said goodbye, or its TCP connection is gone. */
    TRANSPORT_CLOSE("transport close"),
    /** The peer broke the transport's rules, or could not be written to. */
    TRANSPORT_ERROR("transport error"),
    /** The peer was not heard of in time. */
    PING_TIMEOUT("ping timeout"),
    /** The peer sent a packet that is none. */
    PARSE_ERROR("parse error"),
    /** This side ended the session. */
    FORCED_CLOSE("forced close");

    private final String wireName;

    CloseReason(String wireName) {
        this.wireName = wireName;
    }

    /** The reason as the Node server spells it. */
    public String wireName() {
        return wireName;
    }
}
