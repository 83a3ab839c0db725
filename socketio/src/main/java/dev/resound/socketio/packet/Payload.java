package dev.resound.socketio.packet;

import java.util.List;

/**
 * What a packet carries, in one form for every wire: one JSON value and the attachments it refers
 * to. Nobody changes the arrays once the payload exists; they are shared between connections.
 *
 * <p>Where there are attachments, an object in {@code json} with {@code "_placeholder":true} and an
 * integer {@code "num"} stands for the attachment of that index. Where there are none, such an
 * object is an object like any other.
 *
 * @param json one JSON value as UTF-8, at most 512 levels deep, no white space around it
 * @param attachments binary values in the order they are sent; one may be referred to several times
 *     or never
 */
public record Payload(byte[] json, List<byte[]> attachments) {
    public Payload {
        attachments = List.copyOf(attachments);
    }

    /** A payload without attachments. */
    public static Payload of(byte[] json) {
        return new Payload(json, List.of());
    }

    /** Sizes only: payloads are nothing for logs. */
    @Override
    public String toString() {
        return "Payload[" + json.length + " bytes, " + attachments.size() + " attachments]";
    }
}
