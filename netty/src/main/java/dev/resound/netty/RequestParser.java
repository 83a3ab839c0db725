package dev.resound.netty;

import dev.resound.netty.LineReader.Outcome;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests of one HTTP/1 connection, as their bytes come in, one after the other. Strict:
 * a request that another server or proxy might cut elsewhere is refused (RFC 9112; what it leaves
 * to the recipient is refused, too), and after a refusal nothing more is read.
 *
 * <p>Holds no more than was received: an unfinished line, the fields so far, the body so far.
 *
 * <p><b>Thread:</b> the connection's loop.
 */
final class RequestParser {
    static final int LINE_END_BYTES = 2;
    static final Failed BODY_TOO_LARGE = new Failed(413, "Payload too large.");

    private static final Failed LINE_TOO_LONG = new Failed(414, "Request line too long.");
    private static final Failed HEADERS_TOO_LARGE = new Failed(431, "Header fields too large.");
    private static final Failed CHARACTER =
            new Failed(400, "Control character, or line end other than CR LF.");
    private static final Failed CHUNK = new Failed(400, "Malformed chunk.");

    private final HttpLimits limits;
    private final BodyLimit bodyLimit;
    private final LineReader lines = new LineReader();

    private Part part = Part.REQUEST_LINE;
    private boolean emptyLineSeen;
    private int headerBytes;
    private UnfinishedHead unfinished;
    private @Nullable RequestHead head;
    private final GatheredBytes gathered = new GatheredBytes();
    private @Nullable ChunkedBody chunks;
    private @Nullable Failed failed;

    RequestParser(HttpLimits limits) {
        this(limits, head -> limits.bodyBytes());
    }

    RequestParser(HttpLimits limits, BodyLimit bodyLimit) {
        this.limits = limits;
        this.bodyLimit = bodyLimit;
        unfinished = new UnfinishedHead(limits);
    }

    /** Asked once per request that has a body, when its head is complete. */
    @FunctionalInterface
    interface BodyLimit {
        /** The longest body taken behind this head, in bytes. */
        int bytes(RequestHead head);
    }

    /** What became of the bytes. */
    sealed interface Result {}

    /** All bytes were taken, and more are needed. */
    record NeedMore() implements Result {
        private static final NeedMore INSTANCE = new NeedMore();
    }

    /**
     * The peer waits for {@code 100 Continue} before it sends the body, which is acceptable as far
     * as known. Said once per request.
     */
    record ContinueWanted() implements Result {
        private static final ContinueWanted INSTANCE = new ContinueWanted();
    }

    /**
     * A whole request. What follows it is left unread; the next call starts the next request.
     *
     * @param body the receiver's; empty if there is none
     */
    record Complete(RequestHead head, byte[] body) implements Result {}

    /**
     * The request is refused, and the connection must end after the answer.
     *
     * @param text for the peer; has nothing of the request in it
     */
    record Failed(int status, String text) implements Result {}

    /** What the connection waits for: each has its own timeout. */
    enum Phase {
        /** No byte of a request has arrived. */
        IDLE,
        HEAD,
        BODY
    }

    private enum Part {
        REQUEST_LINE,
        FIELDS,
        BODY
    }

    /**
     * Reads up to the end of a request. After a failure every call has the same result and throws
     * the input away.
     */
    Result parse(ByteBuf in) {
        if (failed == null) {
            Result result = part == Part.BODY ? body(in) : head(in);
            if (!(result instanceof Failed failure)) {
                return result;
            }
            failed = failure;
            startAfresh();
        }
        in.skipBytes(in.readableBytes());
        return failed;
    }

    Phase phase() {
        return switch (part) {
            case REQUEST_LINE -> lines.isBetweenLines() ? Phase.IDLE : Phase.HEAD;
            case FIELDS -> Phase.HEAD;
            case BODY -> Phase.BODY;
        };
    }

    /** Memory held for an unfinished line or body. */
    int heldBytes() {
        return lines.heldBytes() + gathered.capacity() + (chunks == null ? 0 : chunks.heldBytes());
    }

    private Result head(ByteBuf in) {
        while (true) {
            Outcome outcome = lines.read(in, longestLine());
            switch (outcome) {
                case MORE -> {
                    return NeedMore.INSTANCE;
                }
                case MALFORMED -> {
                    return CHARACTER;
                }
                case TOO_LONG -> {
                    return part == Part.REQUEST_LINE ? LINE_TOO_LONG : HEADERS_TOO_LARGE;
                }
                case LINE -> {
                    if (part == Part.FIELDS && lines.length() == 0) {
                        return endOfHead(in);
                    }
                    Failed failure = part == Part.FIELDS ? field() : requestLine();
                    if (failure != null) {
                        return failure;
                    }
                }
            }
        }
    }

    private int longestLine() {
        return part == Part.REQUEST_LINE
                ? limits.requestLineBytes()
                : limits.headerBytes() - headerBytes - LINE_END_BYTES;
    }

    private @Nullable Failed requestLine() {
        if (lines.length() == 0 && !emptyLineSeen) {
            emptyLineSeen = true; // some old clients end a body with one (RFC 9112, section 2.2)
            return null;
        }
        part = Part.FIELDS;
        return unfinished.requestLine(lines.line(), lines.from(), lines.to());
    }

    private @Nullable Failed field() {
        headerBytes += lines.length() + LINE_END_BYTES;
        return unfinished.field(lines.line(), lines.from(), lines.to());
    }

    private Result endOfHead(ByteBuf in) {
        Failed failure = unfinished.end();
        if (failure != null) {
            return failure;
        }
        RequestHead finished = unfinished.head();
        if (!unfinished.chunked() && unfinished.bodyBytes() == 0) {
            return complete(finished, GatheredBytes.NONE);
        }
        int maxBytes = bodyLimit.bytes(finished);
        if (unfinished.bodyBytes() > maxBytes) {
            return BODY_TOO_LARGE;
        }
        head = finished;
        part = Part.BODY;
        if (unfinished.chunked()) {
            chunks = new ChunkedBody(limits, maxBytes, lines);
        }
        // A peer that has begun to send the body waits for nothing.
        return unfinished.expectsContinue() && !in.isReadable()
                ? ContinueWanted.INSTANCE
                : body(in);
    }

    private Result body(ByteBuf in) {
        RequestHead finished = Objects.requireNonNull(head);
        if (chunks != null) {
            return switch (chunks.read(in)) {
                case MORE -> NeedMore.INSTANCE;
                case TOO_LARGE -> BODY_TOO_LARGE;
                case MALFORMED -> CHUNK;
                case COMPLETE -> complete(finished, chunks.take());
            };
        }
        int length = Math.toIntExact(unfinished.bodyBytes());
        gathered.append(in, Math.min(length - gathered.length(), in.readableBytes()), length);
        return gathered.length() < length ? NeedMore.INSTANCE : complete(finished, gathered.take());
    }

    private Complete complete(RequestHead finished, byte[] body) {
        startAfresh();
        return new Complete(finished, body);
    }

    private void startAfresh() {
        part = Part.REQUEST_LINE;
        emptyLineSeen = false;
        headerBytes = 0;
        unfinished = new UnfinishedHead(limits);
        head = null;
        gathered.drop();
        chunks = null;
        lines.drop();
    }
}
