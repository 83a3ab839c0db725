package dev.resound.engineio;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Frame;
import dev.resound.core.LaneWriter;
import dev.resound.core.Loop;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.Peer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A connection made of requests: what is sent waits for the next poll, and what the peer says comes
 * in posts. At most one of each is under way.
 *
 * <p><b>Thread:</b> the session's loop, whatever loop the requests came on.
 */
final class PollingTransport implements Connection {
    static final Frame CLOSE = Frame.text("1");
    static final Frame NOOP = Frame.text("6");

    private static final int MAX_ANSWER_BYTES = 4 << 20;
    private static final int MAX_POST_PACKETS = 16_384;
    private static final long UPGRADE_HOLD_MILLIS = 10;
    private static final long UPGRADE_KEEP_BACK_MILLIS = 250;

    private final Session session;
    private final EngineOptions options;
    private final ArrayDeque<Frame> queue = new ArrayDeque<>(2);
    private final PostRate rate;
    private long queuedBytes;
    private @Nullable Poll held;
    private boolean answerScheduled;
    private @Nullable Peer posting;
    private @Nullable HttpRequest post;
    private @Nullable CompletableFuture<HttpResponse> unansweredPost;
    private boolean readingWanted = true;
    private boolean throttled;
    private boolean lagging;
    private long keepBackUntilMillis = Long.MIN_VALUE;
    private long lastHeardMillis;

    /** A GET that waits for something to say. */
    private record Poll(HttpRequest request, CompletableFuture<HttpResponse> answer) {}

    PollingTransport(Session session, EngineOptions options) {
        this.session = session;
        this.options = options;
        this.lastHeardMillis = session.loop().nowMillis();
        this.rate = new PostRate(options.messagesPerSecond(), lastHeardMillis);
    }

    // ---- GET

    void poll(HttpRequest request, CompletableFuture<HttpResponse> answer) {
        lastHeardMillis = loop().nowMillis();
        Poll first = held;
        if (first != null) {
            answer.complete(HttpResponse.empty(400));
            session.end(CloseReason.TRANSPORT_ERROR, "overlap from client");
            return;
        }
        if (session.isClosing() && queue.isEmpty()) {
            answer.complete(response(request, List.of(NOOP, CLOSE)));
            session.end(CloseReason.FORCED_CLOSE, null);
            return;
        }
        held = new Poll(request, answer);
        if (!queue.isEmpty() && !keepsBack()) {
            answerHeld();
        } else if (session.isUpgrading()) {
            holdBriefly();
        }
    }

    /** Lets go of a held poll with a packet of the transport's own. */
    void release(Frame packet) {
        Poll poll = held;
        if (poll != null) {
            held = null;
            poll.answer.complete(response(poll.request, List.of(packet)));
        }
    }

    /** A WebSocket for this session is open: polls are let go soon, so that the peer can change. */
    void upgradeBegins() {
        keepBackUntilMillis = loop().nowMillis() + UPGRADE_KEEP_BACK_MILLIS;
        holdBriefly();
        loop().schedule(UPGRADE_KEEP_BACK_MILLIS, this::answerIfPossible);
    }

    void upgradeFailed() {
        keepBackUntilMillis = Long.MIN_VALUE;
        answerIfPossible();
    }

    private boolean keepsBack() {
        return session.isUpgrading() && loop().nowMillis() < keepBackUntilMillis;
    }

    private void holdBriefly() {
        Poll poll = held;
        if (poll != null) {
            loop().schedule(
                            UPGRADE_HOLD_MILLIS,
                            () -> {
                                if (held == poll && session.isUpgrading()) {
                                    release(NOOP);
                                }
                            });
        }
    }

    private void answerIfPossible() {
        answerScheduled = false;
        if (held != null && !queue.isEmpty() && !keepsBack()) {
            answerHeld();
        }
    }

    private void answerHeld() {
        Poll poll = held;
        if (poll == null) {
            return;
        }
        held = null;
        List<Frame> packets = new ArrayList<>(queue.size());
        int mostPackets = options.packetsPerPoll(poll.request);
        long bytes = 0;
        while (!queue.isEmpty() && packets.size() < mostPackets) {
            Frame next = queue.peek();
            bytes += next.payload().length;
            if (!packets.isEmpty() && bytes > MAX_ANSWER_BYTES) {
                break;
            }
            packets.add(queue.remove());
            queuedBytes -= next.payload().length;
        }
        poll.answer.complete(response(poll.request, packets));
        if (lagging && queue.isEmpty()) {
            lagging = false;
            session.drained();
            answerPostIfPossible();
        }
    }

    private HttpResponse response(HttpRequest request, List<Frame> packets) {
        PollCodec.PollBody body =
                PollCodec.of(session.revision())
                        .encode(packets, session.isTextOnly() || options.isJsonp(request));
        boolean compressible = packets.stream().anyMatch(Frame::compressible);
        return options.pollResponse(request, body, compressible);
    }

    // ---- POST

    /** The head of a post is here. */
    void postBegins(Peer peer) {
        if (posting != null && posting != peer) {
            session.end(CloseReason.TRANSPORT_ERROR, "data request overlap from client");
            return;
        }
        posting = peer;
    }

    /** The TCP connection of a post is gone, perhaps after the post was answered. */
    void postGone(Peer peer) {
        if (posting == peer) {
            session.end(CloseReason.TRANSPORT_ERROR, "data request connection closed prematurely");
        }
    }

    /** The transport did not take the post. */
    void postRefused(Peer peer, int status) {
        if (posting == peer && status == 413) {
            posting = null; // as with what is too large for us alone
        } else {
            postGone(peer);
        }
    }

    void post(HttpRequest request, CompletableFuture<HttpResponse> answer) {
        lastHeardMillis = loop().nowMillis();
        if (posting != null && posting != request.peer()) {
            answer.complete(HttpResponse.empty(400));
            session.end(CloseReason.TRANSPORT_ERROR, "data request overlap from client");
            return;
        }
        posting = null;
        if (request.body().length > options.maxMessageBytes()) {
            answer.complete(HttpResponse.empty(413));
            return;
        }
        String type = request.header("content-type");
        boolean binary = "application/octet-stream".equals(type);
        if (binary && session.revision() == 4) {
            answer.complete(HttpResponse.empty(400));
            session.end(CloseReason.TRANSPORT_ERROR, "invalid content");
            return;
        }
        post = request;
        var receiver = new Receiver();
        boolean wellFormed =
                PollCodec.of(session.revision())
                        .decode(options.postedPayload(request), binary, receiver);
        post = null;
        if (!wellFormed || receiver.refused) {
            answer.complete(HttpResponse.empty(400));
            session.end(CloseReason.PARSE_ERROR, null);
        } else if (!session.isOpen()) {
            answer.complete(options.postResponse());
        } else {
            posting = request.peer(); // back-pressure: the peer may not post again until we read on
            unansweredPost = answer;
            throttle(rate.take(receiver.packets, lastHeardMillis));
            answerPostIfPossible();
        }
    }

    /** The peer posts faster than it may: its next post has to wait, nothing is lost. */
    private void throttle(long pauseMillis) {
        if (pauseMillis > 0) {
            throttled = true;
            loop().schedule(
                            pauseMillis,
                            () -> {
                                throttled = false;
                                answerPostIfPossible();
                            });
        }
    }

    /** The post whose packets are being handled. */
    @Nullable HttpRequest currentPost() {
        return post;
    }

    private final class Receiver implements PollCodec.Sink {
        private int packets;
        private boolean refused;

        @Override
        public boolean text(byte[] buffer, int offset, int length) {
            refused |= buffer[offset] < '0' || buffer[offset] > '6';
            if (!counted()) {
                return false;
            }
            byte[] whole = Utf8.valid(buffer, offset, length);
            return whole == buffer
                    ? session.textPacket(buffer, offset, length)
                    : session.textPacket(whole, 0, whole.length);
        }

        @Override
        public boolean binary(byte[] message) {
            return counted() && session.binaryMessage(message, 0, message.length);
        }

        private boolean counted() {
            refused |= ++packets > MAX_POST_PACKETS;
            return !refused;
        }
    }

    // ---- a connection like any other

    @Override
    public Loop loop() {
        return session.loop();
    }

    @Override
    public LaneWriter writer() {
        return LaneWriter.ONE_BY_ONE;
    }

    @Override
    public boolean isOpen() {
        return session.isOpen();
    }

    @Override
    public Sent send(Frame frame) {
        if (!session.isOpen()) {
            return Sent.CLOSED;
        }
        if (isFull(frame) && held != null && !keepsBack()) {
            answerHeld();
        }
        if (isFull(frame)) {
            loop().execute(session::slowConsumer); // not here: this may be the midst of a broadcast
            return Sent.CLOSED;
        }
        queue.add(frame);
        queuedBytes += frame.payload().length;
        if (held != null && !answerScheduled) {
            answerScheduled = true; // not at once: what follows in this turn shares the answer
            loop().execute(this::answerIfPossible);
        }
        if (held == null && queuedBytes > options.backlogBytes() / 2) {
            lagging = true;
        }
        return lagging ? Sent.LAGGING : Sent.OK;
    }

    private boolean isFull(Frame next) {
        return !queue.isEmpty() && queuedBytes + next.payload().length > options.backlogBytes();
    }

    boolean isWritable() {
        return held != null && queue.isEmpty() && !keepsBack();
    }

    /** Whether a close can be told to the peer at once. */
    boolean canCloseNow() {
        return held != null && queue.isEmpty();
    }

    /** What waits, in order, for the transport that comes after this one. */
    List<Frame> takeQueue() {
        List<Frame> waiting = List.copyOf(queue);
        queue.clear();
        queuedBytes = 0;
        return waiting;
    }

    /** The session is over. */
    void end(Frame lastWord) {
        takeQueue();
        release(lastWord);
        answerPost();
    }

    /** In revision 3 it is peers who ask for signs of life. */
    @Override
    public void ping() {
        if (session.revision() == 4) {
            session.ping();
        }
    }

    @Override
    public void close(Close close) {
        session.close();
    }

    @Override
    public void disconnect() {
        session.closeNow();
    }

    @Override
    public long lastHeardMillis() {
        return lastHeardMillis;
    }

    /** Nobody would be told: sessions have no deadlines, whatever carries them. */
    @Override
    public void wakeAt(long millis) {}

    @Override
    public long backlogBytes() {
        return queuedBytes;
    }

    /** Whether the application still waits to be told that the peer has caught up. */
    boolean isLagging() {
        return lagging;
    }

    boolean isReading() {
        return readingWanted;
    }

    @Override
    public void reading(boolean wanted) {
        readingWanted = wanted;
        answerPostIfPossible();
    }

    /** Not while its own answers wait for a peer that posts faster than it polls. */
    private void answerPostIfPossible() {
        if (readingWanted && !throttled && !lagging && unansweredPost != null) {
            answerPost();
        }
    }

    /** Whatever post there was is done with. */
    private void answerPost() {
        CompletableFuture<HttpResponse> answer = unansweredPost;
        unansweredPost = null;
        posting = null;
        if (answer != null) {
            answer.complete(options.postResponse());
        }
    }
}
