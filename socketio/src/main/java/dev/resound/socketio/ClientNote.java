package dev.resound.socketio;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which client a socket belongs to, and how that comes, as nodes tell each other: in the property
 * {@value #NAME} of the socket's data, where Node servers that are instrumented for the admin UI
 * look for it. Data that is no object takes refuge in the note.
 */
record ClientNote(String clientId, String transport) {
    static final String NAME = "_admin";
    private static final String CLIENT_ID = "clientId";
    private static final String TRANSPORT = "transport";
    private static final String REFUGE = "data";

    static ClientNote of(Socket<?> socket) {
        return new ClientNote(socket.clientId(), socket.transport().wireName());
    }

    static Optional<ClientNote> in(JsonNode data) {
        JsonNode note = data.path(NAME);
        return note.path(CLIENT_ID).isString() && note.path(TRANSPORT).isString()
                ? Optional.of(
                        new ClientNote(
                                note.path(CLIENT_ID).stringValue(),
                                note.path(TRANSPORT).stringValue()))
                : Optional.empty();
    }

    JsonNode writtenInto(JsonNode data) {
        ObjectNode note = JsonNodeFactory.instance.objectNode();
        note.put(CLIENT_ID, clientId);
        note.put(TRANSPORT, transport);
        if (data instanceof ObjectNode object) {
            return object.deepCopy().set(NAME, note);
        }
        note.set(REFUGE, data);
        return JsonNodeFactory.instance.objectNode().set(NAME, note);
    }

    /** What the application keeps. */
    static JsonNode removedFrom(JsonNode data) {
        if (!(data instanceof ObjectNode object) || in(data).isEmpty()) {
            return data;
        }
        JsonNode refugee = data.path(NAME).path(REFUGE);
        if (!refugee.isMissingNode()) {
            return refugee;
        }
        ObjectNode own = object.deepCopy();
        own.remove(NAME);
        return own;
    }
}
