package dev.resound.socketio;

import dev.resound.core.RateLimitedLog;
import dev.resound.socketio.packet.Packet;
import dev.resound.socketio.packet.Payload;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A socket on its way into a namespace: its data is made, the middlewares are asked one after the
 * other, and it is connected or refused. <b>Thread:</b> begins and ends on the loop; the
 * application's code runs in the socket's mailbox.
 */
final class Admittance<D> {
    private static final RateLimitedLog FAILURES =
            new RateLimitedLog(LoggerFactory.getLogger(Admittance.class));

    private final Client<D> client;
    private final Entrance<D> entrance;
    private final Conversation<D> socket;
    private final Iterator<AsyncMiddleware<D>> middlewares;

    Admittance(Client<D> client, Entrance<D> entrance, Conversation<D> socket) {
        this.client = client;
        this.entrance = entrance;
        this.socket = socket;
        Recoverable<D> recoverable = socket.recoverable();
        boolean skip = recoverable != null && recoverable.skipsMiddlewares();
        List<AsyncMiddleware<D>> all = skip ? List.of() : socket.namespace.middlewares();
        this.middlewares = all.iterator(); // as they are now
    }

    void begin() {
        client.add(socket);
        socket.mailbox.call(
                0,
                () -> {
                    try {
                        socket.socket.createData();
                        askNext();
                    } catch (Throwable failure) {
                        finish(failure);
                    }
                });
    }

    /** <b>Thread:</b> the mailbox. */
    private void askNext() throws Exception {
        while (middlewares.hasNext()) {
            CompletionStage<?> answer = middlewares.next().admit(socket.socket);
            if (!answer.toCompletableFuture().isDone()) {
                answer.whenComplete((nothing, failure) -> later(failure));
                return;
            }
            answer.toCompletableFuture().join();
        }
        finish(null);
    }

    /** A middleware has decided after all. <b>Thread:</b> any. */
    private void later(@Nullable Throwable failure) {
        if (failure != null) {
            finish(failure);
            return;
        }
        socket.loop()
                .execute(() ->
                        socket.mailbox.call(
                                0,
                                () -> {
                                    try {
                                        askNext();
                                    } catch (Throwable next) {
                                        finish(next);
                                    }
                                }));
    }

    /** In order behind what the middlewares have emitted. <b>Thread:</b> any. */
    private void finish(@Nullable Throwable failure) {
        client.io.hand(
                socket.loop().lane(),
                64,
                () -> {
                    if (socket.state() != Conversation.State.PENDING) {
                        return; // the client is gone
                    }
                    if (failure == null) {
                        connect();
                    } else {
                        refuse(failure);
                    }
                });
    }

    private void connect() {
        Recoverable<D> recoverable = socket.recoverable();
        if (recoverable == null) {
            socket.connect();
        } else if (!recoverable.connect()) {
            client.remove(socket);
            socket.end(DisconnectReason.SERVER_NAMESPACE_DISCONNECT, null);
            entrance.beginAnew(socket.namespace.name(), socket.socket.handshake());
            return;
        }
        client.stopConnectTimer();
        client.send(new Packet.Connect(socket.namespace.name(), reply(recoverable)));
        for (ConnectionListener<D> listener : socket.namespace.connectionListeners()) {
            socket.mailbox.call(0, () -> listener.onConnection(socket.socket));
        }
    }

    private @Nullable Payload reply(@Nullable Recoverable<D> recoverable) {
        if (isOld()) {
            return null;
        }
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("sid", socket.id);
        if (recoverable != null) {
            reply.put("pid", recoverable.privateId());
        }
        return socket.namespace.json().object(reply);
    }

    private void refuse(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        Payload problem;
        if (cause instanceof ConnectRefusedException refusal) {
            problem = problem(refusal);
        } else {
            FAILURES.error("A socket was refused because a middleware failed", cause);
            problem = problem(new ConnectRefusedException("Connection refused")); // says nothing
        }
        client.remove(socket);
        socket.end(DisconnectReason.SERVER_NAMESPACE_DISCONNECT, null);
        client.send(new Packet.ConnectError(socket.namespace.name(), problem));
    }

    private Payload problem(ConnectRefusedException refusal) {
        Object data = refusal.data();
        if (isOld()) {
            return socket.namespace.json().object(data == null ? refusal.text() : data);
        }
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("message", refusal.text());
        if (data != null) {
            problem.put("data", data);
        }
        return socket.namespace.json().object(problem);
    }

    /** Clients of revision 3 expect less. */
    private boolean isOld() {
        return client.engine.revision() == 3;
    }
}
