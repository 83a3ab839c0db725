package dev.resound.socketio;

import dev.resound.socketio.packet.Payload;
import java.util.List;

/**
 * What a packet carries, for an {@link Adapter} to take elsewhere. The arrays are shared: nobody
 * changes them.
 *
 * @param json a JSON array as UTF-8; of an event, its name comes first
 * @param attachments what objects like {@code {"_placeholder":true,"num":0}} in it stand for; if
 *     there are none, such objects are objects like others
 */
public record PacketData(byte[] json, List<byte[]> attachments) {
    public PacketData {
        attachments = List.copyOf(attachments);
    }

    static PacketData of(Payload payload) {
        return new PacketData(payload.json(), payload.attachments());
    }

    Payload payload() {
        return new Payload(json, attachments);
    }

    /** Shape only: payloads do not get into logs. */
    @Override
    public String toString() {
        return json.length + " bytes and " + attachments.size() + " attachments";
    }
}
