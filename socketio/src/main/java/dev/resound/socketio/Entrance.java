package dev.resound.socketio;

import dev.resound.core.RateLimitedLog;
import dev.resound.socketio.packet.Packet;
import dev.resound.socketio.packet.Payload;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Where the CONNECT packets of one client arrive: finds the namespace, or somebody who makes it,
 * and begins the {@link Admittance}. <b>Thread:</b> the client's loop.
 */
final class Entrance<D> {
    private static final Logger LOG = LoggerFactory.getLogger(Entrance.class);
    private static final RateLimitedLog FAILURES = new RateLimitedLog(LOG);
    static final int MAX_NAME_LENGTH = 512;

    private final Client<D> client;
    private final SocketIo<D> io;

    Entrance(Client<D> client) {
        this.client = client;
        this.io = client.io;
    }

    /** Clients of revision 3 do not ask for {@code /}. */
    void open() {
        if (client.engine.revision() == 3) {
            enter("/", null);
        }
    }

    void onConnect(Packet.Connect connect) {
        Payload auth = connect.auth();
        if (client.engine.revision() == 3) {
            var name = QueriedName.of(connect.namespace());
            enter(name.namespace(), name.auth(io.settings.json));
        } else {
            enter(
                    connect.namespace(),
                    auth == null ? null : io.settings.json.mapper().readTree(auth.json()));
        }
    }

    private void enter(String name, @Nullable JsonNode auth) {
        if (client.hasTaken(name)) {
            LOG.debug("A client asks twice for a namespace");
            client.abandon();
        } else if (name.length() > MAX_NAME_LENGTH) {
            refuse(name, "Invalid namespace");
        } else if (client.namespaces() >= io.settings.maxNamespaces) {
            refuse(name, "Too many namespaces");
        } else {
            find(name, new Handshake(client.engine.request(), io.settings.clock.millis(), auth));
        }
    }

    private void find(String name, Handshake wish) {
        Namespace<D> namespace = io.namespaces.enter(name);
        if (namespace != null) {
            admit(namespace, wish);
        } else {
            client.ask(name);
            ask(io.namespaces.parents().iterator(), name, wish);
        }
    }

    /** Asks those who may want to make the namespace, one after the other. */
    private void ask(Iterator<ParentNamespace<D>> parents, String name, Handshake wish) {
        while (parents.hasNext()) {
            ParentNamespace<D> parent = parents.next();
            if (parent.pattern == null) {
                io.settings.completions.execute(() -> ask(parent, parents, name, wish));
                return;
            }
            if (parent.pattern.matcher(name).find()) {
                make(parent, name, wish);
                return;
            }
        }
        client.answered(name);
        refuse(name, "Invalid namespace");
    }

    /** <b>Thread:</b> where callbacks run. */
    private void ask(
            ParentNamespace<D> parent,
            Iterator<ParentNamespace<D>> others,
            String name,
            Handshake wish) {
        CompletionStage<Boolean> answer;
        try {
            answer = parent.matches(name, wish);
        } catch (Throwable failure) { // or the client would wait for ever
            FAILURES.error("A namespace matcher failed", failure);
            answered(false, parent, others, name, wish);
            return;
        }
        answer.whenComplete((accepted, failure) -> {
            if (failure != null) {
                FAILURES.error("A namespace matcher failed", failure);
            }
            answered(failure == null && Boolean.TRUE.equals(accepted), parent, others, name, wish);
        });
    }

    /** <b>Thread:</b> any. */
    private void answered(
            boolean accepted,
            ParentNamespace<D> parent,
            Iterator<ParentNamespace<D>> others,
            String name,
            Handshake wish) {
        client.engine
                .loop()
                .execute(() -> {
                    if (!client.isOpen()) {
                        return;
                    }
                    if (accepted) {
                        make(parent, name, wish);
                    } else {
                        ask(others, name, wish);
                    }
                });
    }

    private void make(ParentNamespace<D> parent, String name, Handshake wish) {
        client.answered(name);
        admit(io.namespaces.enter(name, parent), wish);
    }

    private void admit(Namespace<D> namespace, Handshake wish) {
        JsonNode privateId = wish.auth().path("pid");
        JsonNode offset = wish.auth().path("offset");
        if (client.engine.revision() == 3 || !privateId.isString()) {
            admit(namespace, wish, null);
        } else if (namespace.stored != null && offset.isString()) {
            ask(namespace.stored, privateId.stringValue(), offset.stringValue(), namespace, wish);
        } else if (namespace.recovery != null && (offset.isMissingNode() || offset.isString())) {
            String known = offset.isString() ? offset.stringValue() : null;
            RecoveryLog.Away<D> found = namespace.recovery.take(privateId.stringValue(), known);
            admit(namespace, wish, found == null ? null : new Returning.Kept<>(found, known));
        } else {
            admit(namespace, wish, null);
        }
    }

    /** Asks whether somebody can go on. */
    private void ask(
            StoredRecovery<D> stored,
            String privateId,
            String offset,
            Namespace<D> namespace,
            Handshake wish) {
        client.ask(namespace.name());
        stored.find(privateId, offset)
                .thenAccept(found ->
                        client.engine
                                .loop()
                                .execute(() -> {
                                    client.answered(namespace.name());
                                    if (client.isOpen()) {
                                        admit(namespace, wish, found.orElse(null));
                                    } else {
                                        found.ifPresent(stored::gone);
                                        io.namespaces.exit(namespace);
                                    }
                                }));
    }

    private void admit(Namespace<D> namespace, Handshake wish, @Nullable Returning<D> returning) {
        String id = returning == null ? newId(namespace.name()) : returning.id();
        var socket = new Conversation<>(client, namespace, id, wish, returning);
        new Admittance<>(client, this, socket).begin();
    }

    /** Somebody could not go on after all: what was missed is gone meanwhile. */
    void beginAnew(String name, Handshake wish) {
        find(name, wish);
    }

    /** Clients of revision 3 work out their ids by themselves. */
    private String newId(String namespace) {
        if (client.engine.revision() != 3) {
            return io.settings.socketIds.get();
        }
        String session = client.engine.id();
        return namespace.equals("/") ? session : namespace + "#" + session;
    }

    private void refuse(String name, String text) {
        client.send(
                new Packet.ConnectError(name, io.settings.json.object(Map.of("message", text))));
    }
}
