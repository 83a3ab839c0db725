package dev.resound.redis;

import dev.resound.socketio.Handshake;
import dev.resound.socketio.SocketDescription;
import tools.jackson.databind.JsonNode;

/** How nodes tell each other of their sockets. */
final class Sockets {
    private Sockets() {}

    static void write(MessageText out, Iterable<SocketDescription> sockets) {
        out.raw("[");
        String separator = "";
        for (SocketDescription socket : sockets) {
            out.raw(separator)
                    .raw("{\"id\":")
                    .string(socket.id())
                    .raw(",\"handshake\":")
                    .raw(MessageFields.MAPPER.writeValueAsBytes(socket.handshake()))
                    .raw(",\"rooms\":")
                    .strings(socket.rooms())
                    .raw(",\"data\":")
                    .raw(MessageFields.MAPPER.writeValueAsBytes(socket.data()))
                    .raw("}");
            separator = ",";
        }
        out.raw("]");
    }

    static SocketDescription read(MessageFields socket) throws MalformedMessage {
        JsonNode data = socket.object().path("data");
        try {
            return new SocketDescription(
                    socket.id("id"),
                    Handshake.of(socket.object().path("handshake")),
                    socket.rooms("rooms"),
                    data.isMissingNode()
                            ? MessageFields.MAPPER.nullNode()
                            : socket.withBinary(data));
        } catch (IllegalArgumentException noHandshake) {
            throw new MalformedMessage("no handshake");
        }
    }
}
