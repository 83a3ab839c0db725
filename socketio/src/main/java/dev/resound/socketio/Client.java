package dev.resound.socketio;

import dev.resound.core.Connection;
import dev.resound.core.Frame;
import dev.resound.core.Loop;
import dev.resound.engineio.CloseReason;
import dev.resound.engineio.EngineSession;
import dev.resound.engineio.EngineSocket;
import dev.resound.engineio.Transport;
import dev.resound.socketio.packet.MalformedPacket;
import dev.resound.socketio.packet.Packet;
import dev.resound.socketio.packet.PacketDecoder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Engine.IO session: decodes its messages and hands them to the conversations, one per
 * namespace. <b>Thread:</b> the session's loop, except where a method says otherwise.
 */
final class Client<D> implements EngineSession, WaitingCalls.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Client.class);

    final SocketIo<D> io;
    final EngineSocket engine;
    final WaitingCalls waitingCalls;
    private final PacketDecoder decoder;

    /**
     * Connected and about to be, in their order: whoever is in here has its namespace taken. Never
     * changed but replaced; most clients have one, and looking through a few is quick.
     */
    private List<Conversation<D>> sockets = List.of();

    /** Namespaces somebody is asked about; taken meanwhile, as if the socket were there. */
    private Set<String> asked = Set.of();

    private Connection connection;
    private Loop.@Nullable Timer connectTimer;
    private Loop.@Nullable Timer attachmentTimer;
    private @Nullable DisconnectReason ended;
    private boolean paused;

    /** The connection, once it cannot change any more; for {@link #connectionOrNull}. */
    private volatile @Nullable Connection lastConnection;

    private volatile int backlogBytes;

    Client(SocketIo<D> io, EngineSocket engine) {
        this.io = io;
        this.engine = engine;
        this.waitingCalls = new WaitingCalls(engine.loop(), this);
        this.decoder = io.settings.codec.newDecoder(io.settings.maxAttachments);
        this.connection = engine.connection();
        if (engine.transport() == Transport.WEBSOCKET) {
            lastConnection = connection;
        }
    }

    /** The session has begun. */
    void start() {
        io.observers.tell(Observer::onOpened);
        connectTimer = engine.loop().schedule(io.settings.connectTimeoutMillis, this::abandon);
        new Entrance<>(this).open();
    }

    Connection connection() {
        return connection;
    }

    /** What broadcasts reach this client through; null if that may change. <b>Thread:</b> any. */
    @Nullable Connection connectionOrNull() {
        return lastConnection;
    }

    // ---- in

    @Override
    public void onText(byte[] buffer, int offset, int length) {
        if (ended != null) {
            return;
        }
        io.observers.bytesIn(length);
        try {
            received(decoder.onText(buffer, offset, length));
        } catch (MalformedPacket malformed) {
            onMalformed(malformed);
        }
    }

    @Override
    public void onBinary(byte[] buffer, int offset, int length) {
        if (ended != null) {
            return;
        }
        io.observers.bytesIn(length);
        try {
            received(decoder.onBinary(buffer, offset, length));
        } catch (MalformedPacket malformed) {
            onMalformed(malformed);
        }
    }

    private void received(@Nullable Packet packet) {
        watchAttachments();
        switch (packet) {
            case null -> {} // its attachments follow
            case Packet.Connect connect -> new Entrance<>(this).onConnect(connect);
            case Packet.ConnectError refused -> abandon();
            case Packet.Disconnect left -> {
                Conversation<D> socket = connected(left.namespace());
                if (socket != null) {
                    remove(socket);
                    socket.end(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT, null);
                }
            }
            case Packet.Event event -> {
                Conversation<D> socket = connected(event.namespace());
                if (socket != null) {
                    socket.onEvent(event);
                }
            }
            case Packet.Ack ack -> {
                Conversation<D> socket = connected(ack.namespace());
                if (socket != null) {
                    socket.onAck(ack);
                }
            }
        }
    }

    /** The socket of this namespace; without one the client has broken the protocol. */
    private @Nullable Conversation<D> connected(String namespace) {
        Conversation<D> socket = find(namespace);
        if (socket == null || socket.state() != Conversation.State.CONNECTED) {
            LOG.debug("A client speaks to a namespace it has not joined");
            abandon();
            return null;
        }
        return socket;
    }

    private void onMalformed(MalformedPacket malformed) {
        LOG.debug("A client sent what is no packet: {}", malformed.getMessage());
        sockets.forEach(socket -> socket.onProblem(malformed));
        abandon();
    }

    private void watchAttachments() {
        if (decoder.isWaiting() == (attachmentTimer != null)) {
            return;
        }
        if (attachmentTimer == null) {
            attachmentTimer =
                    engine.loop().schedule(io.settings.attachmentTimeoutMillis, this::abandon);
        } else {
            attachmentTimer.cancel();
            attachmentTimer = null;
        }
    }

    @Override
    public void onUpgraded() {
        connection = engine.connection();
        lastConnection = connection;
        if (paused) {
            connection.reading(false);
        }
        sockets.forEach(Conversation::onUpgraded);
    }

    @Override
    public void onDrained() {
        backlogBytes = 0;
    }

    // ---- who is in

    boolean hasTaken(String namespace) {
        return asked.contains(namespace) || find(namespace) != null;
    }

    void ask(String namespace) {
        if (asked.isEmpty()) {
            asked = new HashSet<>(2);
        }
        asked.add(namespace);
    }

    void answered(String namespace) {
        asked.remove(namespace);
        if (asked.isEmpty()) {
            asked = Set.of(); // most clients never ask
        }
    }

    private @Nullable Conversation<D> find(String namespace) {
        for (Conversation<D> socket : sockets) {
            if (socket.namespace.name().equals(namespace)) {
                return socket;
            }
        }
        return null;
    }

    int namespaces() {
        return sockets.size() + asked.size();
    }

    boolean isOpen() {
        return ended == null;
    }

    void add(Conversation<D> socket) {
        sockets = Listeners.with(sockets, socket);
    }

    void remove(Conversation<D> socket) {
        sockets = Listeners.without(sockets, socket);
    }

    void stopConnectTimer() {
        if (connectTimer != null) {
            connectTimer.cancel();
            connectTimer = null;
        }
    }

    // ---- out

    void send(Packet packet) {
        send(PacketFormat.frames(io.settings.codec, engine.binaryForm(), packet));
    }

    void send(List<Frame> frames) {
        io.observers.bytesOut(frames);
        for (Frame frame : frames) {
            if (connection.send(frame) == Connection.Sent.LAGGING) {
                backlogBytes = (int) Math.min(Integer.MAX_VALUE, connection.backlogBytes());
            }
        }
    }

    /** What the client has not taken yet, as of the last message. <b>Thread:</b> any. */
    long backlogBytes() {
        return backlogBytes;
    }

    // ---- how fast

    @Override
    public void onLevelChanged() {
        regulate();
    }

    /**
     * Reads on, or not, as {@link WaitingCalls} says; to be called when what is owed has changed.
     */
    void regulate() {
        boolean tooMuch =
                switch (waitingCalls.level()) {
                    case LIGHT -> false;
                    case HEAVY -> !owesAnswer();
                    case FULL -> true;
                };
        if (tooMuch != paused) {
            paused = tooMuch;
            connection.reading(!tooMuch);
        }
    }

    private boolean owesAnswer() {
        return sockets.stream().anyMatch(Conversation::awaitsAnswer);
    }

    // ---- end

    /** The server ends one socket; the others go on. */
    void leave(Conversation<D> socket) {
        send(new Packet.Disconnect(socket.namespace.name()));
        remove(socket);
        socket.end(DisconnectReason.SERVER_NAMESPACE_DISCONNECT, null);
    }

    /** The server ends all sockets, and the session. */
    void disconnectAll() {
        for (Conversation<D> socket : sockets) {
            if (socket.state() == Conversation.State.CONNECTED) {
                leave(socket);
            }
        }
        abandon();
    }

    /** Ends the session: the client broke the protocol, or did not join in time. */
    void abandon() {
        if (ended == null && !engine.close()) {
            end(DisconnectReason.FORCED_SERVER_CLOSE, null);
        }
    }

    /** The server stops: nobody is told, clients see their connections close and come again. */
    void shutDown() {
        end(DisconnectReason.SERVER_SHUTTING_DOWN, null);
        engine.close();
    }

    @Override
    public void onClosed(CloseReason reason, @Nullable String description) {
        end(
                io.isStopping()
                        ? DisconnectReason.SERVER_SHUTTING_DOWN
                        : DisconnectReason.of(reason),
                description);
    }

    private void end(DisconnectReason reason, @Nullable String description) {
        if (ended != null) {
            return;
        }
        ended = reason;
        io.observers.tell(observer -> observer.onClosed(reason));
        stopConnectTimer();
        if (attachmentTimer != null) {
            attachmentTimer.cancel();
        }
        List<Conversation<D>> all = sockets;
        sockets = List.of();
        all.forEach(socket -> socket.end(reason, description));
        io.remove(this);
    }
}
