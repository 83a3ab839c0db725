package dev.resound.engineio;

import dev.resound.core.Connection;
import dev.resound.core.Frame;
import dev.resound.core.Loop;
import dev.resound.core.ProtocolSession;
import dev.resound.core.RateLimitedLog;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.Peer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * An Engine.IO session from its handshake to its end.
 *
 * <p><b>Home.</b> A session lives on one loop: that of the request it began with. Polls come on any
 * loop and are handed over; a WebSocket that is to take over is moved to this loop before it
 * becomes one ({@link dev.resound.core.Upgrade.Accept#home}). So everything here is plain fields.
 *
 * <p><b>Changing transports</b> happens in {@link #upgrade}, and only there.
 *
 * <p><b>Ending</b> happens in {@link #end}, and only there.
 */
final class Session implements EngineSocket {
    private static final RateLimitedLog FAILURES =
            new RateLimitedLog(LoggerFactory.getLogger(Session.class));
    private static final Frame PING = Frame.text("2");
    private static final Frame PONG = Frame.text("3");

    private final EngineOptions options;
    private final SessionTable table;
    private final String id;
    private final Loop loop;
    private final EngineRequest request;
    private final int revision;
    private final boolean textOnly;
    private final Heartbeat heartbeat;
    private @Nullable PollingTransport polling;
    private @Nullable WebSocketTransport socket;
    private @Nullable WebSocketTransport candidate;
    private Loop.@Nullable Timer upgradeTimer;
    private Loop.@Nullable Timer closeTimer;
    private @Nullable EngineSession application;
    private volatile Transport transport;
    private volatile State state = State.OPEN;

    private enum State {
        OPEN,
        /** We have ended it, and the peer has not fetched the news yet. */
        CLOSING,
        CLOSED
    }

    Session(
            EngineOptions options,
            SessionTable table,
            String id,
            Loop loop,
            EngineRequest request,
            int revision,
            Transport transport) {
        this.options = options;
        this.table = table;
        this.id = id;
        this.loop = loop;
        this.request = request;
        this.revision = revision;
        this.textOnly = request.query().containsKey("b64");
        this.transport = transport;
        this.heartbeat = new Heartbeat(this);
        if (transport == Transport.POLLING) {
            polling = new PollingTransport(this, options);
        }
    }

    // ---- the beginning

    /** A session that begins with this WebSocket. */
    ProtocolSession on(Connection connection) {
        WebSocketTransport first =
                new WebSocketTransport(this, connection, WebSocketTransport.Role.FIRST);
        socket = first;
        return first;
    }

    /** Greets a peer that came by WebSocket. */
    void open() {
        if (!table.add(this)) {
            end(CloseReason.FORCED_CLOSE, null);
            return;
        }
        greet();
        startApplication();
    }

    /**
     * Greets a peer that polls: its first poll is answered with the greeting alone. The table knows
     * the session already.
     */
    void open(HttpRequest poll, CompletableFuture<HttpResponse> answer) {
        if (state == State.CLOSED) {
            return; // who asked for it is gone already
        }
        greet();
        polling().poll(poll, answer);
        startApplication();
    }

    private void greet() {
        boolean mayUpgrade = transport == Transport.POLLING && options.mayUpgrade();
        send(
                Frame.text(
                        "0"
                                + JsonText.open(
                                        id,
                                        mayUpgrade ? List.of("websocket") : List.of(),
                                        options.pingInterval().toMillis(),
                                        options.pingTimeout().toMillis(),
                                        options.maxMessageBytes())));
        String initial = options.initialPacket();
        if (initial != null) {
            send(Frame.text("4" + initial));
        }
        heartbeat.start();
    }

    private void startApplication() {
        guarded(() -> application = options.application().apply(this));
    }

    // ---- polls and posts; the caller has found out that they are for this session

    void poll(HttpRequest get, CompletableFuture<HttpResponse> answer) {
        onRequest(get, answer, transport -> transport.poll(get, answer));
    }

    void post(HttpRequest post, CompletableFuture<HttpResponse> answer) {
        onRequest(post, answer, transport -> transport.post(post, answer));
    }

    private void onRequest(
            HttpRequest request,
            CompletableFuture<HttpResponse> answer,
            Consumer<PollingTransport> action) {
        if (heartbeat.isOver()) {
            end(CloseReason.PING_TIMEOUT, null); // its timer is due in this very turn
        }
        PollingTransport transport = polling;
        if (state == State.CLOSED) {
            answer.complete(table.answerToDead(this, request));
        } else if (transport == null) {
            answer.complete(options.refusal(EngineError.BAD_REQUEST));
        } else {
            action.accept(transport);
        }
    }

    /**
     * The TCP connection of a poll is gone, and no answer was written to it. If there was one, then
     * what it held is lost: a session with a gap must not go on.
     */
    void pollGone() {
        if (polling != null) {
            end(CloseReason.TRANSPORT_ERROR, "poll connection closed prematurely");
        }
    }

    void postBegins(Peer peer) {
        PollingTransport transport = polling;
        if (transport != null && state != State.CLOSED) {
            transport.postBegins(peer);
        }
    }

    void postGone(Peer peer) {
        PollingTransport transport = polling;
        if (transport != null) {
            transport.postGone(peer);
        }
    }

    void postRefused(Peer peer, int status) {
        PollingTransport transport = polling;
        if (transport != null) {
            transport.postRefused(peer, status);
        }
    }

    @Override
    public @Nullable HttpRequest currentPost() {
        PollingTransport transport = polling;
        return transport == null ? null : transport.currentPost();
    }

    // ---- from polling to WebSocket

    /** A WebSocket that names this session. */
    ProtocolSession join(Connection connection) {
        boolean welcome = state != State.CLOSED && polling != null && candidate == null;
        return new WebSocketTransport(
                this,
                connection,
                welcome ? WebSocketTransport.Role.CANDIDATE : WebSocketTransport.Role.REFUSED);
    }

    void upgradeBegins(WebSocketTransport newcomer) {
        if (state == State.CLOSED || polling == null || candidate != null) {
            newcomer.refuse();
            return;
        }
        candidate = newcomer;
        upgradeTimer =
                loop.schedule(options.upgradeTimeout().toMillis(), () -> upgradeFailed(newcomer));
        polling().upgradeBegins();
    }

    /** The newcomer has not kept to the rules, or is gone: polling goes on as if nothing was. */
    void upgradeFailed(WebSocketTransport newcomer) {
        if (candidate != newcomer) {
            return;
        }
        dropCandidate();
        if (polling != null) {
            polling.upgradeFailed();
        }
    }

    private void dropCandidate() {
        WebSocketTransport dropped = candidate;
        candidate = null;
        if (upgradeTimer != null) {
            upgradeTimer.cancel();
            upgradeTimer = null;
        }
        if (dropped != null) {
            dropped.refuse();
        }
    }

    /**
     * The one place where a session changes what carries it. What polls have not fetched goes first
     * over the WebSocket; then the members of topics move over, on this loop and in one step, so
     * that nothing published is lost, doubled or out of order.
     */
    void upgrade(WebSocketTransport heir) {
        PollingTransport left = polling();
        candidate = null;
        if (upgradeTimer != null) {
            upgradeTimer.cancel();
            upgradeTimer = null;
        }
        boolean closing = state == State.CLOSING;
        List<Frame> waiting = left.takeQueue();
        polling = null;
        socket = heir;
        transport = Transport.WEBSOCKET;
        left.end(PollingTransport.NOOP);
        heartbeat.switched();
        boolean keepsUp = true;
        for (Frame frame : waiting) {
            keepsUp &= sendRaw(heir.connection(), frame) == Connection.Sent.OK;
        }
        if (closing) {
            end(CloseReason.FORCED_CLOSE, null);
            return;
        }
        if (!left.isReading()) {
            heir.connection().reading(false);
        }
        guarded(() -> application().onUpgraded());
        if (left.isLagging() && keepsUp) {
            drained(); // otherwise it is the WebSocket that says so
        }
    }

    /** What waited for a poll is framed as the WebSocket needs it. */
    private Connection.Sent sendRaw(Connection connection, Frame frame) {
        Frame framed = frame.binary() ? binaryForm().frame(frame.payload()) : frame;
        return connection.send(frame.compressible() ? framed : framed.uncompressed());
    }

    // ---- what the peer says

    /** A packet as text, its type in front. False: no more is wanted. */
    boolean textPacket(byte[] buffer, int offset, int length) {
        if (length == 0) {
            end(CloseReason.PARSE_ERROR, null);
            return false;
        }
        byte type = buffer[offset];
        if (state == State.CLOSING && type != '1') {
            return true; // we have said goodbye: only that of the peer still counts
        }
        switch (type) {
            case '1' -> end(CloseReason.TRANSPORT_CLOSE, null);
            case '2' -> pinged();
            case '3' -> ponged();
            case '4' -> {
                heartbeat.heardOfPeer();
                EngineSession receiver = application;
                if (state == State.OPEN && receiver != null) {
                    guarded(() -> receiver.onText(buffer, offset + 1, length - 1));
                }
            }
            case '0', '5', '6' -> heartbeat.heardOfPeer();
            default -> end(CloseReason.PARSE_ERROR, null);
        }
        return state != State.CLOSED;
    }

    boolean binaryMessage(byte[] buffer, int offset, int length) {
        heartbeat.heardOfPeer();
        EngineSession receiver = application;
        if (state == State.OPEN && receiver != null) {
            guarded(() -> receiver.onBinary(buffer, offset, length));
        }
        return state != State.CLOSED;
    }

    private void pinged() {
        if (revision == 3) {
            heartbeat.heard();
            send(PONG);
        } else {
            end(CloseReason.TRANSPORT_ERROR, "invalid heartbeat direction");
        }
    }

    private void ponged() {
        if (revision == 4) {
            heartbeat.heard();
        } else {
            end(CloseReason.TRANSPORT_ERROR, "invalid heartbeat direction");
        }
    }

    void ping() {
        send(PING);
    }

    void drained() {
        EngineSession receiver = application;
        if (state == State.OPEN && receiver != null) {
            guarded(receiver::onDrained);
        }
    }

    private void send(Frame frame) {
        connection().send(frame);
    }

    // ---- the application's side

    @Override
    public String id() {
        return id;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public EngineRequest request() {
        return request;
    }

    @Override
    public int revision() {
        return revision;
    }

    @Override
    public Transport transport() {
        return transport;
    }

    EngineOptions options() {
        return options;
    }

    boolean isTextOnly() {
        return textOnly;
    }

    boolean isUpgrading() {
        return candidate != null;
    }

    boolean isClosing() {
        return state == State.CLOSING;
    }

    @Override
    public boolean isOpen() {
        return state == State.OPEN;
    }

    @Override
    public Connection connection() {
        WebSocketTransport current = socket;
        return current != null ? current.connection() : polling();
    }

    private PollingTransport polling() {
        PollingTransport current = polling;
        if (current == null) {
            throw new IllegalStateException("the session does not poll");
        }
        return current;
    }

    private EngineSession application() {
        EngineSession current = application;
        if (current == null) {
            throw new IllegalStateException("the session has no application yet");
        }
        return current;
    }

    @Override
    public BinaryForm binaryForm() {
        if (socket == null) {
            return BinaryForm.RAW;
        }
        if (textOnly) {
            return revision == 3 ? BinaryForm.PREFIXED_BASE64 : BinaryForm.BASE64;
        }
        return revision == 3 ? BinaryForm.PREFIXED : BinaryForm.RAW;
    }

    @Override
    public boolean isWritable() {
        if (state != State.OPEN) {
            return false;
        }
        PollingTransport current = polling;
        return current != null ? current.isWritable() : connection().backlogBytes() == 0;
    }

    // ---- the end

    @Override
    public boolean close() {
        if (state != State.OPEN) {
            return state == State.CLOSED;
        }
        PollingTransport current = polling;
        if (current == null || current.canCloseNow()) {
            end(CloseReason.FORCED_CLOSE, null);
            return true;
        }
        state = State.CLOSING;
        heartbeat.stop(); // from here on it is this timer that ends it
        closeTimer =
                loop.schedule(
                        options.pollCloseTimeout().toMillis(),
                        () -> end(CloseReason.FORCED_CLOSE, null));
        return false;
    }

    @Override
    public void closeNow() {
        end(CloseReason.FORCED_CLOSE, null);
    }

    /** The server stops; a WebSocket is told by its connection. */
    void shutDown() {
        if (polling != null) {
            end(CloseReason.TRANSPORT_CLOSE, null, false);
        }
    }

    void slowConsumer() {
        end(CloseReason.TRANSPORT_ERROR, "slow consumer");
    }

    void end(CloseReason reason, @Nullable String description) {
        boolean goodbye = reason == CloseReason.TRANSPORT_CLOSE && polling != null;
        end(reason, description, goodbye);
    }

    /** The one door: whatever ends a session ends it here, once. */
    private void end(CloseReason reason, @Nullable String description, boolean goodbyePosted) {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        heartbeat.stop();
        if (closeTimer != null) {
            closeTimer.cancel();
        }
        table.remove(this, goodbyePosted);
        dropCandidate();
        if (polling != null) {
            polling.end(
                    reason == CloseReason.TRANSPORT_CLOSE
                            ? PollingTransport.NOOP
                            : PollingTransport.CLOSE);
        }
        if (socket != null) {
            socket.refuse();
        }
        EngineSession told = application;
        if (told != null) {
            try {
                told.onClosed(reason, description);
            } catch (RuntimeException | AssertionError bug) {
                FAILURES.error("A session failed while it was closed", bug);
            }
        }
    }

    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | AssertionError bug) {
            FAILURES.error("A session failed", bug);
            end(CloseReason.FORCED_CLOSE, null);
        }
    }

    /** Shape only: the id is a secret. */
    @Override
    public String toString() {
        return "Engine.IO session over " + transport.wireName();
    }
}
