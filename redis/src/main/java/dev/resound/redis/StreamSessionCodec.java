package dev.resound.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.resound.socketio.RecoveryStore.Session;
import java.util.Base64;
import tools.jackson.databind.JsonNode;

/** Sessions as {@code @socket.io/redis-streams-adapter} keeps them: MessagePack in Base64. */
final class StreamSessionCodec {
    private StreamSessionCodec() {}

    static byte[] write(Session session) {
        byte[] message =
                new MessageText()
                        .raw("{\"sid\":")
                        .string(session.id())
                        .raw(",\"pid\":")
                        .string(session.privateId())
                        .raw(",\"rooms\":")
                        .strings(session.rooms())
                        .raw(",\"data\":")
                        .raw(MessageFields.MAPPER.writeValueAsBytes(session.data()))
                        .raw("}")
                        .messagePack();
        return Base64.getEncoder().encode(message);
    }

    static Session read(byte[] kept) throws MalformedMessage {
        MessageFields session = MessageFields.read(base64(kept));
        JsonNode data = session.object().path("data");
        return new Session(
                session.id("sid"),
                session.id("pid"),
                session.rooms("rooms"),
                data.isMissingNode() ? MessageFields.MAPPER.nullNode() : data);
    }

    /** As Node reads it: without caring for what comes at the end. */
    static byte[] base64(byte[] text) throws MalformedMessage {
        if (text.length / 4 * 3 > MessageFields.MOST_BYTES) {
            throw new MalformedMessage("its size");
        }
        try {
            return Base64.getDecoder().decode(new String(text, ISO_8859_1).strip());
        } catch (IllegalArgumentException none) {
            throw new MalformedMessage("no Base64");
        }
    }
}
