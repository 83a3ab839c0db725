package dev.resound.server;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Frame;
import dev.resound.core.LaneWriter;
import dev.resound.core.Loop;
import dev.resound.core.ProtocolSession;
import dev.resound.pusher.App;
import dev.resound.pusher.PusherProtocol;
import dev.resound.socketio.Arguments;
import dev.resound.socketio.Socket;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Socket.IO socket that a Pusher session takes for its connection. What the client wants is put
 * into the frames a Pusher client would send; what the session sends is told to the client in
 * events. So there is one place that knows channels, presence, rights and limits, and members of
 * both kinds see one another.
 *
 * <p><b>Thread:</b> the socket's loop.
 */
final class ChannelSocket implements Connection {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Socket<?> socket;
    private final App app;
    private final ChannelAuthorizer authorizer;

    /**
     * What back ends know the client by. Libraries of Pusher's take two numbers and a dot and
     * nothing else. Clients of revision 3 have their session's id for a socket id: that is no such
     * thing, and a secret besides.
     */
    private final String pusherId;

    /** Who is in the presence channels: whoever leaves is told to the client with all we know. */
    private final Map<String, Map<String, JsonNode>> present = new HashMap<>(2);

    private @Nullable ProtocolSession session;
    private boolean open = true;

    ChannelSocket(Socket<?> socket, App app, ChannelAuthorizer authorizer) {
        this.socket = socket;
        this.app = app;
        this.authorizer = authorizer;
        this.pusherId = isOld() ? PusherProtocol.newSocketId() : socket.id();
    }

    private boolean isOld() {
        return socket.protocolRevision() == 3;
    }

    void open(PusherProtocol pusher) {
        ProtocolSession opened = pusher.sessionFor(app, pusherId).apply(this);
        session = opened;
        socket.on("subscribe", this::subscribe);
        socket.on("unsubscribe", this::unsubscribe);
        socket.on("client event", this::clientEvent);
        socket.onDisconnect((reason, description) -> ended(Close.LOST));
        opened.onOpen();
    }

    private void ended(Close close) {
        ProtocolSession told = session;
        open = false;
        session = null;
        if (told != null) {
            told.onClosed(close);
        }
    }

    // ---- what the client wants

    private void subscribe(Arguments arguments) {
        JsonNode wish = object(arguments);
        String channel = wish.path("channel").asString("");
        if (!channel.startsWith("private-") && !channel.startsWith("presence-")) {
            say("pusher:subscribe", JSON.createObjectNode().put("channel", channel));
            return;
        }
        authorizer
                .authorize(app, pusherId, socket.handshake(), channel, wish)
                .thenAccept(decision -> loop().execute(() -> decided(channel, decision)));
    }

    private void decided(String channel, ChannelAuthorizer.Decision decision) {
        switch (decision) {
            case ChannelAuthorizer.Granted(String auth, String channelData) -> {
                ObjectNode data = JSON.createObjectNode().put("channel", channel).put("auth", auth);
                if (channelData != null) {
                    data.put("channel_data", channelData);
                }
                say("pusher:subscribe", data);
            }
            case ChannelAuthorizer.Denied(int status) ->
                    socket.emit("subscription_error", channel, status);
        }
    }

    private void unsubscribe(Arguments arguments) {
        String channel = object(arguments).path("channel").asString("");
        present.remove(channel);
        say("pusher:unsubscribe", JSON.createObjectNode().put("channel", channel));
    }

    private void clientEvent(Arguments arguments) {
        JsonNode wish = object(arguments);
        ObjectNode frame =
                JSON.createObjectNode()
                        .put("event", wish.path("event").asString(""))
                        .put("channel", wish.path("channel").asString(""));
        frame.set("data", wish.path("data"));
        if (frame.path("event").asString("").startsWith("client-")) {
            say(frame);
        }
    }

    private static JsonNode object(Arguments arguments) {
        return arguments.size() == 0 ? JSON.createObjectNode() : arguments.get(0);
    }

    private void say(String event, ObjectNode data) {
        ObjectNode frame = JSON.createObjectNode().put("event", event);
        frame.set("data", data);
        say(frame);
    }

    private void say(ObjectNode frame) {
        ProtocolSession speaker = session;
        if (speaker != null) {
            byte[] text = JSON.writeValueAsBytes(frame);
            speaker.onText(text, 0, text.length);
        }
    }

    // ---- what the session sends

    @Override
    public Sent send(Frame frame) {
        if (!open) {
            return Sent.CLOSED;
        }
        ChannelEvent told = ChannelEvent.of(frame);
        String channel = told.channel();
        switch (told.name()) {
            case "pusher:connection_established" -> {
                if (isOld()) {
                    socket.emit(told.name(), told.data());
                }
            }
            case "pusher:pong", "pusher:ping" -> {}
            case "pusher_internal:subscription_succeeded" -> subscribed(channel, told.data());
            case "pusher_internal:member_added" -> joined(channel, told.data());
            case "pusher_internal:member_removed" -> left(channel, told.data());
            case "pusher:subscription_error" ->
                    socket.emit(
                            "subscription_error", channel, told.data().path("status").asInt(403));
            default -> {
                if (channel.isEmpty()) {
                    socket.emit(told.name(), told.data());
                } else {
                    socket.emit(told.name(), channel, told.data());
                }
            }
        }
        return Sent.OK;
    }

    private void subscribed(String channel, JsonNode data) {
        JsonNode members = data.path("presence").path("hash");
        if (!data.has("presence")) {
            socket.emit("subscription_succeeded", channel);
            return;
        }
        Map<String, JsonNode> known = new HashMap<>();
        for (JsonNode id : data.path("presence").path("ids")) {
            String name = id.asString("");
            known.put(name, member(id, members.path(name)));
        }
        present.put(channel, known);
        socket.emit("presence:subscribed", channel, known.values());
    }

    private void joined(String channel, JsonNode data) {
        JsonNode member = member(data.path("user_id"), data.path("user_info"));
        Map<String, JsonNode> known = present.get(channel);
        if (known != null) {
            known.put(data.path("user_id").asString(""), member);
        }
        socket.emit("presence:joining", channel, member);
    }

    private void left(String channel, JsonNode data) {
        Map<String, JsonNode> known = present.get(channel);
        JsonNode member = known == null ? null : known.remove(data.path("user_id").asString(""));
        socket.emit(
                "presence:leaving",
                channel,
                Objects.requireNonNullElse(
                        member, member(data.path("user_id"), data.path("user_info"))));
    }

    private static JsonNode member(JsonNode id, JsonNode info) {
        ObjectNode member = JSON.createObjectNode();
        member.set("user_id", id.isMissingNode() ? JSON.nullNode() : id);
        member.set("user_info", info.isMissingNode() ? JSON.nullNode() : info);
        return member;
    }

    // ---- a connection like any other

    @Override
    public Loop loop() {
        return socket.loop();
    }

    @Override
    public LaneWriter writer() {
        return LaneWriter.ONE_BY_ONE;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    /** Socket.IO has a heartbeat of its own. */
    @Override
    public void ping() {}

    @Override
    public void close(Close close) {
        end(close);
    }

    @Override
    public void disconnect() {
        end(Close.LOST);
    }

    private void end(Close close) {
        if (open) {
            open = false;
            loop().execute(() ->
                    ended(close)); // not here: the session is in the midst of something
            socket.disconnect();
        }
    }

    @Override
    public long lastHeardMillis() {
        return loop().nowMillis();
    }

    /** The session need not look after a peer that Socket.IO looks after. */
    @Override
    public void wakeAt(long millis) {}

    @Override
    public long backlogBytes() {
        return socket.backlogBytes();
    }

    @Override
    public void reading(boolean wanted) {}
}
