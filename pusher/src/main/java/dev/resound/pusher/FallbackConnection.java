package dev.resound.pusher;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Frame;
import dev.resound.core.LaneWriter;
import dev.resound.core.Loop;
import dev.resound.core.ProtocolSession;
import dev.resound.core.TokenBucket;
import dev.resound.core.http.HttpRequest;
import dev.resound.pusher.json.JsonText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection made of requests: one at a time is held to tell the client things, others bring what
 * it says. In between it waits a while for the next.
 *
 * <p><b>Nothing lost, nothing twice.</b> What is sent waits in a queue until a request is held,
 * goes out in one piece, and only then does the next piece follow. A client ends a stream by itself
 * once it has got {@value #STREAM_CHARACTERS} characters and a whole line on it, and throws away
 * what came behind. So its characters are counted here too, and nothing is sent behind that line.
 *
 * <p><b>Ending.</b> Every way leads into {@link #end}, once: the session is told. What follows is
 * between the transport and the client, who gets the close with its next request, if it comes soon.
 *
 * <p><b>Thread:</b> its loop, whatever loops the requests come on; {@link #loop} and {@link
 * #isOpenTo} by any.
 */
final class FallbackConnection implements Connection {
    private static final Logger LOG = LoggerFactory.getLogger(FallbackConnection.class);

    static final int STREAM_CHARACTERS = 256 << 10;
    static final int BACKLOG_BYTES = 1 << 20;
    static final long HEARTBEAT_MILLIS = 25_000;

    /** After a request that broke off: clients of a broken request begin anew, as a rule. */
    static final long BROKEN_PATIENCE_MILLIS = 5_000;

    private static final int PIECE_BYTES = 64 << 10;
    private static final int MESSAGES_PER_SECOND = 1_000;
    private static final int WAITING_POSTS = 16;

    private static final Close REPLACED = new Close(2010, "Another connection still open");
    private static final Close INTERRUPTED = new Close(1006, "Connection interrupted");
    private static final Close FLOOD = new Close(1008, "Too many messages");
    private static final Close BUG = new Close(1011, "");

    private final Fallback fallback;
    private final Fallback.Key key;
    private final Loop loop;
    private volatile @Nullable AppRuntime runtime; // null until the client has said which
    private ProtocolSession session;
    private final ArrayDeque<Frame> queue = new ArrayDeque<>(4);
    private final ArrayDeque<Post> posts = new ArrayDeque<>(1);
    private long queuedBytes;
    private @Nullable Held held;
    private State state = State.OPEN;
    private boolean greeted;
    private boolean deliveryAwaited;
    private boolean overflowing;
    private boolean lagging;
    private boolean reading = true;
    private @Nullable Close untold; // how it ended, until the client knows
    private @Nullable TokenBucket rate;
    private Loop.@Nullable Timer patience; // while no request is held
    private Loop.@Nullable Timer deadline;
    private long lastHeardMillis;

    private enum State {
        OPEN,
        /** The session is over, and the client has yet to be told. */
        CLOSING,
        /** Nobody finds it any more. */
        GONE
    }

    /** The request by which the client can be told things now. */
    private static final class Held {
        private final FallbackReceiver receiver;
        private int characters;
        private boolean begun;
        private boolean busy;
        private boolean heartbeatDue;
        private long lastSaidMillis;
        private Loop.@Nullable Timer heartbeat;

        private Held(FallbackReceiver receiver) {
            this.receiver = receiver;
        }

        /** The client takes it for finished from here on. */
        private boolean isFull() {
            return characters > STREAM_CHARACTERS;
        }
    }

    /** What a client says at once, and the status it is answered with. */
    private record Post(List<byte[]> messages, CompletableFuture<Integer> status) {}

    /**
     * Makes the session, too; it begins with {@link #open}.
     *
     * @param runtime the client's app; null: nobody knows it yet
     */
    FallbackConnection(
            Fallback fallback,
            Fallback.Key key,
            Loop loop,
            @Nullable AppRuntime runtime,
            Function<FallbackConnection, ProtocolSession> sessions) {
        this.fallback = fallback;
        this.key = key;
        this.loop = loop;
        this.runtime = runtime;
        this.lastHeardMillis = loop.nowMillis();
        this.session = sessions.apply(this);
    }

    /** Whether a request may be part of it; as long as there is no app, any may. */
    boolean isOpenTo(HttpRequest request) {
        AppRuntime known = runtime;
        return known == null || Origins.allows(known.app().allowedOrigins(), request);
    }

    void open() {
        guarded(session::onOpen);
    }

    /** From here on the client speaks with another session, which begins. */
    void handOver(@Nullable AppRuntime runtime, ProtocolSession next) {
        this.runtime = runtime;
        session = next;
        open();
    }

    // ---- requests that are held

    void receive(FallbackReceiver receiver) {
        lastHeardMillis = loop.nowMillis();
        Held older = held;
        if (older != null) {
            letGo(older, line(REPLACED));
        }
        stopWaiting();
        if (state == State.GONE) { // in this very moment
            receiver.finish(line(INTERRUPTED));
            return;
        }
        Held now = new Held(receiver);
        now.lastSaidMillis = lastHeardMillis;
        held = now;
        awaitHeartbeat(now, HEARTBEAT_MILLIS);
        deliver();
    }

    /** The client has taken what it was sent last. */
    void taken(FallbackReceiver receiver) {
        Held to = held;
        if (to != null && to.receiver == receiver) {
            to.busy = false;
            deliver();
        }
    }

    /** The TCP connection of a held request has broken. */
    void lost(FallbackReceiver receiver) {
        Held broken = held;
        if (broken != null && broken.receiver == receiver) {
            forget(broken);
            waitForNext(BROKEN_PATIENCE_MILLIS);
        }
    }

    /** The TCP connection of a request is to end, since the server stops. */
    void shutDown(FallbackReceiver receiver) {
        Held stopping = held;
        if (stopping != null && stopping.receiver == receiver) {
            fail(Close.Cause.SHUTDOWN);
        }
    }

    /** The server stops: who holds no request is not told through one. */
    void stopIfAlone() {
        if (held == null) {
            fail(Close.Cause.SHUTDOWN);
        }
    }

    private void forget(Held over) {
        held = null;
        cancel(over.heartbeat);
    }

    private void letGo(Held over, byte[] lastLines) {
        forget(over);
        over.receiver.finish(lastLines);
    }

    private void waitForNext(long millis) {
        if (patience == null && state != State.GONE) {
            fallback.waits(1);
            patience = loop.schedule(millis, this::waitedInVain);
            if (fallback.isStopping()) {
                fail(Close.Cause.SHUTDOWN);
            }
        }
    }

    private void stopWaiting() {
        if (patience != null) {
            patience.cancel();
            patience = null;
            fallback.waits(-1);
        }
    }

    private void waitedInVain() {
        end(Close.LOST);
        remove();
    }

    /** Nothing but memory is left of it; a second time does nothing. */
    private void remove() {
        state = State.GONE;
        stopWaiting();
        queue.clear();
        queuedBytes = 0;
        fallback.remove(key, this);
    }

    private void awaitHeartbeat(Held to, long millis) {
        to.heartbeat = loop.schedule(millis, () -> heartbeat(to));
    }

    private void heartbeat(Held to) {
        if (held != to) {
            return;
        }
        long silence = loop.nowMillis() - to.lastSaidMillis;
        if (silence >= HEARTBEAT_MILLIS) {
            ping();
        }
        if (held == to) { // a poll has ended with it
            awaitHeartbeat(to, HEARTBEAT_MILLIS - silence % HEARTBEAT_MILLIS);
        }
    }

    // ---- telling the client

    private void deliverLater() {
        if (held != null && !deliveryAwaited) {
            deliveryAwaited = true; // not at once: what follows in this turn goes along
            loop.execute(() -> {
                deliveryAwaited = false;
                deliver();
            });
        }
    }

    /** Hands what there is to the request that is held, one piece at a time. */
    private void deliver() {
        Held to = held;
        if (to == null || to.busy) {
            return;
        }
        JsonText text = new JsonText();
        if (!to.begun && !to.receiver.isPolling()) {
            text.raw(FallbackLines.PRELUDE);
        }
        to.begun = true;
        if (!greeted) {
            greeted = true;
            text.raw(fallback.greeting(key));
        }
        if (!queue.isEmpty()) {
            FallbackLines.messages(takePiece(), text);
        } else if (to.heartbeatDue) {
            text.raw(FallbackLines.HEARTBEAT);
        }
        to.heartbeatDue = false;
        byte[] lines = text.toBytes();
        to.characters += FallbackLines.characters(lines);
        if (untold != null && queue.isEmpty() && !to.isFull()) {
            FallbackLines.close(untold, text);
            letGo(to, text.toBytes());
            remove();
            return;
        }
        if (lines.length == 0) {
            return;
        }
        to.lastSaidMillis = loop.nowMillis();
        if (to.receiver.isPolling() || to.isFull()) {
            letGo(to, lines);
            waitForNext(fallback.patienceMillis());
        } else {
            to.busy = true;
            to.receiver.send(lines);
        }
    }

    private List<Frame> takePiece() {
        List<Frame> piece = new ArrayList<>(queue.size());
        long bytes = 0;
        while (!queue.isEmpty()) {
            bytes += queue.element().payload().length;
            if (bytes > PIECE_BYTES && !piece.isEmpty()) {
                break;
            }
            Frame next = queue.remove();
            queuedBytes -= next.payload().length;
            piece.add(next);
        }
        if (lagging && queue.isEmpty()) {
            lagging = false;
            loop.execute(() -> {
                if (state == State.OPEN) {
                    guarded(session::onDrained);
                }
            });
        }
        return piece;
    }

    private static byte[] line(Close close) {
        JsonText text = new JsonText();
        FallbackLines.close(close, text);
        return text.toBytes();
    }

    // ---- what the client says

    /**
     * Says this to the session, after what was said before.
     *
     * @param status of the answer, when there is one: a client that says too much waits for it
     */
    void say(List<byte[]> messages, CompletableFuture<Integer> status) {
        lastHeardMillis = loop.nowMillis();
        if (state != State.OPEN) {
            status.complete(404);
            return;
        }
        posts.add(new Post(messages, status));
        if (posts.size() == 1) {
            sayNext();
        } else if (posts.size() > WAITING_POSTS) {
            close(FLOOD);
        }
    }

    private void sayNext() {
        while (state == State.OPEN && reading && !posts.isEmpty()) {
            Post post = posts.element();
            int cost = Math.max(1, post.messages.size());
            if (!rate().take(cost, loop.nowMillis())) {
                Loop.Timer unused =
                        loop.schedule(rate().waitMillis(cost, loop.nowMillis()), this::sayNext);
                return;
            }
            posts.remove();
            say(post);
        }
    }

    private TokenBucket rate() {
        TokenBucket bucket = rate;
        if (bucket == null) {
            bucket =
                    new TokenBucket(MESSAGES_PER_SECOND, 2 * MESSAGES_PER_SECOND, loop.nowMillis());
            rate = bucket;
        }
        return bucket;
    }

    private void say(Post post) {
        int status = 204;
        for (int i = 0; i < post.messages.size() && state == State.OPEN; i++) {
            if (!reading) {
                List<byte[]> rest = post.messages.subList(i, post.messages.size());
                posts.addFirst(new Post(rest, post.status));
                return;
            }
            byte[] message = post.messages.get(i);
            if (message.length > maxMessageBytes()) {
                fail(Close.Cause.MESSAGE_TOO_BIG);
                status = 413;
            } else {
                guarded(() -> session.onText(message, 0, message.length));
            }
        }
        post.status.complete(status);
    }

    private int maxMessageBytes() {
        AppRuntime known = runtime;
        return known == null ? SockJsHandshake.MAX_BYTES : known.app().maxMessageBytes();
    }

    // ---- a connection like any other

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public LaneWriter writer() {
        return LaneWriter.ONE_BY_ONE;
    }

    @Override
    public boolean isOpen() {
        return state == State.OPEN;
    }

    @Override
    public Sent send(Frame frame) {
        if (state != State.OPEN || overflowing) {
            return Sent.CLOSED;
        }
        if (!queue.isEmpty() && queuedBytes + frame.payload().length > BACKLOG_BYTES) {
            overflowing = true;
            loop.execute(this::overflow); // not here: this may be the midst of a broadcast
            return Sent.CLOSED;
        }
        queue.add(frame);
        queuedBytes += frame.payload().length;
        lagging |= queuedBytes > BACKLOG_BYTES / 2;
        deliverLater();
        return lagging ? Sent.LAGGING : Sent.OK;
    }

    /** Nothing may be sent behind the gap but how it ends. */
    private void overflow() {
        if (state == State.OPEN) {
            queue.clear();
            queuedBytes = 0;
            fail(Close.Cause.OVERFLOW);
        }
    }

    /** There is nothing like a ping here; but a heartbeat is answered, one way or the other. */
    @Override
    public void ping() {
        Held to = held;
        if (to != null) {
            to.heartbeatDue = true;
            deliver();
        }
    }

    @Override
    public void close(Close close) {
        if (state == State.OPEN) {
            end(close);
            untold = close;
            deliverLater();
            Loop.Timer unused = loop.schedule(BROKEN_PATIENCE_MILLIS, this::giveUp);
        }
    }

    /** The client did not come to be told how it ended, or does not read. */
    private void giveUp() {
        Held deaf = held;
        if (deaf != null && untold != null) {
            letGo(deaf, line(untold));
        }
        remove();
    }

    /** A client cannot tell that a connection broke if it is asked to come again. */
    @Override
    public void disconnect() {
        close(INTERRUPTED);
    }

    private void fail(Close.Cause cause) {
        if (state != State.OPEN) {
            return;
        }
        Close close;
        try {
            close = session.closeFor(cause);
        } catch (RuntimeException bug) {
            LOG.error("A session failed to name its close for {}", cause, bug);
            close = BUG;
        }
        close(close);
    }

    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | AssertionError bug) {
            LOG.error("A session failed", bug);
            close(BUG);
        }
    }

    /** The one door: the session is told of the end, once. */
    private void end(Close close) {
        if (state != State.OPEN) {
            return;
        }
        state = State.CLOSING;
        cancel(deadline);
        for (Post post : posts) {
            post.status.complete(404);
        }
        posts.clear();
        try {
            session.onClosed(close);
        } catch (RuntimeException | AssertionError bug) {
            LOG.error("A session failed while it was closed", bug);
        }
    }

    @Override
    public long lastHeardMillis() {
        return lastHeardMillis;
    }

    @Override
    public void wakeAt(long millis) {
        cancel(deadline);
        deadline = null;
        if (state == State.OPEN && millis != Long.MAX_VALUE) {
            long delay = Math.max(0, millis - loop.nowMillis());
            deadline =
                    loop.schedule(delay, () -> guarded(() -> session.onDeadline(loop.nowMillis())));
        }
    }

    private static void cancel(Loop.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }

    @Override
    public long backlogBytes() {
        return queuedBytes;
    }

    /** What the client says meanwhile waits, as it does when it says too much. */
    @Override
    public void reading(boolean wanted) {
        reading = wanted;
        if (wanted) {
            loop.execute(this::sayNext); // not here: this may be the midst of a post
        }
    }
}
