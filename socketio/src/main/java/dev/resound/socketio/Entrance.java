package dev.resound.socketio;

import dev.resound.socketio.packet.Packet;
import dev.resound.socketio.packet.Payload;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Where the CONNECT packets of one client arrive: finds the namespace, and begins the {@link
 * Admittance}. <b>Thread:</b> the client's loop.
 */
final class Entrance<D> {
    static final int MAX_NAME_LENGTH = 512;

    private final Client<D> client;
    private final SocketIo<D> io;
    private @Nullable Handshake handshake;

    /** Namespaces somebody is asked about; taken meanwhile, as if the socket were there. */
    private final Set<String> asked = new HashSet<>(2);

    Entrance(Client<D> client) {
        this.client = client;
        this.io = client.io;
    }

    void open() {}

    void close() {
        asked.clear();
    }

    void onConnect(Packet.Connect connect) {
        enter(connect.namespace(), connect.auth());
    }

    private void enter(String name, @Nullable Payload auth) {
        if (client.hasTaken(name) || asked.contains(name)) {
            client.abandon();
        } else if (name.length() > MAX_NAME_LENGTH) {
            refuse(name, "Invalid namespace");
        } else if (client.namespaces() + asked.size() >= io.settings.maxNamespaces) {
            refuse(name, "Too many namespaces");
        } else {
            Namespace<D> namespace = io.namespaces.find(name);
            if (namespace == null) {
                refuse(name, "Invalid namespace");
            } else {
                admit(namespace, node(auth));
            }
        }
    }

    private void admit(Namespace<D> namespace, @Nullable JsonNode auth) {
        Handshake mine = first().with(auth, io.settings.clock.millis());
        new Admittance<>(
                        client,
                        new Conversation<>(
                                client, namespace, client.io.settings.socketIds.get(), mine))
                .begin();
    }

    private Handshake first() {
        Handshake present = handshake;
        if (present == null) {
            present =
                    Handshake.of(
                            client.engine.request(), io.settings.json.mapper().createObjectNode());
            handshake = present;
        }
        return present;
    }

    private @Nullable JsonNode node(@Nullable Payload auth) {
        return auth == null ? null : io.settings.json.mapper().readTree(auth.json());
    }

    private void refuse(String name, String text) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("message", text);
        client.send(new Packet.ConnectError(name, io.settings.json.object(problem)));
    }
}
