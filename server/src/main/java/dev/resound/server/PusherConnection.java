package dev.resound.server;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A client of the Pusher protocol. Reads a message only when it is asked for the next one, so that
 * nothing piles up here. <b>Thread:</b> one, but for {@link #interrupt}.
 */
final class PusherConnection implements AutoCloseable {
    private static final int MAX_MESSAGE_CHARS = 64 << 20;

    private final Credentials app;
    private final WebSocket socket;
    private final Incoming incoming;
    private String socketId = "";

    private PusherConnection(Credentials app, WebSocket socket, Incoming incoming) {
        this.app = app;
        this.socket = socket;
        this.incoming = incoming;
    }

    /** What came next. */
    sealed interface Next {}

    /** A message that is an event. */
    record Event(String name, @Nullable String channel, JsonNode message) implements Next {

        /** Its data; if that is JSON in a string, decoded. */
        JsonNode data() {
            JsonNode data = message.path("data");
            return data.isString() ? Output.parsed(data.asString()) : data;
        }

        /** For people: channel, name and data. */
        String shown() {
            JsonNode data = message.path("data");
            return (channel == null ? "" : channel + " ")
                    + name
                    + (data.isMissingNode() ? "" : " ")
                    + (data.isMissingNode() ? "" : data.isString() ? data.asString() : data);
        }
    }

    /** The end; a code of 1006 if the connection just broke off. */
    record Closed(int code, String reason) implements Next {

        /** For people. */
        String shown() {
            return "the server has closed the connection: "
                    + code
                    + (reason.isEmpty() ? "" : " " + Printable.of(reason));
        }
    }

    /** Nothing has come in time. */
    record Silence() implements Next {}

    /** Somebody does not want to wait any longer. */
    record Interrupted() implements Next {}

    /**
     * Opens a WebSocket.
     *
     * @param origin the web page it claims to come from; null: none
     * @throws WebSocketHandshakeException if something else than a WebSocket was the answer
     */
    static PusherConnection open(HttpClient http, Target target, @Nullable String origin)
            throws IOException, InterruptedException {
        Incoming incoming = new Incoming();
        WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(BackEnd.PATIENCE);
        if (origin != null) {
            builder.header("Origin", origin);
        }
        try {
            WebSocket socket = builder.buildAsync(target.webSocket(), incoming).join();
            return new PusherConnection(target.app(), socket, incoming);
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof WebSocketHandshakeException refused) {
                throw refused;
            }
            throw new IOException(target.base() + ": " + Reason.of(failed), failed);
        }
    }

    /** Waits for the first event, which greets or refuses. */
    Next greeting(Duration patience) throws InterruptedException {
        Next first = next(patience);
        if (first instanceof Event event && event.name().equals("pusher:connection_established")) {
            socketId = event.data().path("socket_id").asString("");
        }
        return first;
    }

    /** Whether the server has greeted. */
    boolean isGreeted() {
        return !socketId.isEmpty();
    }

    /**
     * Asks to join a channel, with a signature if it wants one.
     *
     * @param userId who we are in a presence channel
     */
    void subscribe(String channel, String userId) throws WrongUsage {
        ObjectNode data = Output.object();
        if (channel.startsWith("private-")) {
            data.put("auth", app.authorize(socketId, channel, null));
        } else if (channel.startsWith("presence-")) {
            String member = Output.object().put("user_id", userId).toString();
            data.put("auth", app.authorize(socketId, channel, member));
            data.put("channel_data", member);
        }
        data.put("channel", channel);
        send(Output.object().put("event", "pusher:subscribe").set("data", data));
    }

    private void send(JsonNode message) {
        // One at a time, as the interface of the JDK wants it. If it fails, the end will be heard.
        try {
            socket.sendText(message.toString(), true).join();
        } catch (CompletionException ended) {
            incoming.arrived.add(new Closed(1006, Reason.of(ended)));
        }
    }

    /** Waits for the next event. Answers pings on the way, and passes over what is no event. */
    Next next(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Next next = incoming.arrived.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            switch (next) {
                case null -> {
                    return new Silence();
                }
                case Event event -> {
                    socket.request(1);
                    if (event.name().equals("pusher:ping")) {
                        send(
                                Output.object()
                                        .put("event", "pusher:pong")
                                        .set("data", Output.object()));
                    } else if (!event.name().isEmpty()) {
                        return event;
                    }
                }
                case Closed closed -> {
                    incoming.arrived.add(closed); // nothing comes behind the end
                    return closed;
                }
                default -> {
                    return next;
                }
            }
        }
    }

    /** Ends the waiting. <b>Thread:</b> any. */
    void interrupt() {
        incoming.arrived.add(new Interrupted());
    }

    /** Tells the server, and does not wait for what it says to that. */
    @Override
    public void close() {
        try {
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "")
                    .orTimeout(1, TimeUnit.SECONDS)
                    .handle((sent, failed) -> sent)
                    .join();
        } finally {
            socket.abort();
        }
    }

    private static final class Incoming implements WebSocket.Listener {
        /** One event at most, because the next is not asked for before; and the end. */
        final BlockingQueue<Next> arrived = new LinkedBlockingQueue<>();

        private final StringBuilder parts = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket webSocket, CharSequence data, boolean last) {
            parts.append(data);
            if (parts.length() > MAX_MESSAGE_CHARS) {
                arrived.add(new Closed(1009, "a message of more than 64 MB"));
                webSocket.abort();
            } else if (last) {
                String text = parts.toString();
                parts.setLength(0);
                JsonNode message = Output.parsed(text);
                arrived.add(
                        new Event(
                                message.path("event").asString(""),
                                message.path("channel").asString(null),
                                message));
            } else {
                webSocket.request(1);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(
                WebSocket webSocket, int statusCode, String reason) {
            arrived.add(new Closed(statusCode, reason));
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            arrived.add(new Closed(1006, Reason.of(error)));
        }
    }
}
