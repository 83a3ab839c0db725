package dev.resound.netty;

import dev.resound.core.Close;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of RFC 6455 framing (section 5), for one connection: bytes in, whole messages
 * and control frames out. Every rule is checked at the first byte that shows its violation.
 *
 * <p>A message that lies whole in the input is unmasked into the loop's {@link Scratch} and handed
 * on; nothing stays behind. Only a message that arrives in pieces or fragments is gathered here, as
 * it is received. A compressed message is inflated when it is whole, with what the loop's
 * connections share for that.
 *
 * <p><b>Thread:</b> the connection's loop.
 */
final class FrameDecoder {
    /** What a fragment costs on top of its payload, so that many tiny ones meet the limit too. */
    static final int FRAGMENT_BYTES = 64;

    /** So many empty fragments in a row are no message but a way to keep us busy. */
    static final int EMPTY_FRAGMENTS = 128;

    private static final Close RESERVED_BITS = protocolError("Reserved bits are not in use");
    private static final Close UNKNOWN_OPCODE = protocolError("Unknown opcode");
    private static final Close UNMASKED = protocolError("Frames from clients must be masked");
    private static final Close CONTROL_FRAGMENTED =
            protocolError("Control frames must not be fragmented");
    private static final Close CONTROL_TOO_LONG =
            protocolError("Control frames carry at most 125 bytes");
    private static final Close NOTHING_TO_CONTINUE = protocolError("No message to continue");
    private static final Close MESSAGE_UNFINISHED =
            protocolError("The message before is not finished");
    private static final Close LENGTH_ENCODING = protocolError("Malformed payload length");
    private static final Close CLOSE_PAYLOAD = protocolError("Malformed close frame");
    private static final Close CLOSE_CODE = protocolError("Invalid close code");
    private static final Close NOT_UTF8 = new Close(1007, "Text must be valid UTF-8");
    private static final Close GARBAGE = new Close(1007, "Malformed compressed data");
    private static final Close IDLE_FRAGMENTS = new Close(1008, "Too many empty fragments");
    private static final Close TOO_BIG = new Close(1009, "Maximum message size exceeded");

    /** Messages up to this size are taken without asking. */
    private static final int SMALL_BYTES = 1_024;

    /** "Per-Message Compressed" where that was agreed on: RFC 7692, section 6. */
    private static final int RSV1 = 0x40;

    private static final byte CONTINUATION = 0x0;
    private static final byte TEXT = 0x1;
    private static final byte BINARY = 0x2;
    private static final byte CLOSE = 0x8;
    private static final byte PING = 0x9;
    private static final byte PONG = 0xa;

    /** No code in the close frame. */
    private static final int NO_CODE = 1005;

    private final int maxMessageBytes;
    private final Scratch scratch;
    private final @Nullable MessageInflater inflater;

    private Part part = Part.FIRST_BYTE;

    // Small types: every connection has one of these for life.

    // The frame being read.
    private boolean last;
    private byte opcode;
    private int key;

    /** Payload bytes still to come. */
    private long remaining;

    /** A number of the header whose bytes are coming in, and how many it still lacks. */
    private long number;

    private byte missing;

    /** Smallest length that may be written in the form at hand. */
    private int smallest;

    private byte @Nullable [] control;

    // The message being read. CONTINUATION stands for none.
    private byte message = CONTINUATION;
    private boolean compressed;
    private int weight;
    private short emptyInARow;
    private int utf8 = Utf8Validator.COMPLETE;
    private @Nullable GatheredBytes gathered;

    /**
     * @param maxMessageBytes largest message taken; a fragmented one counts {@link #FRAGMENT_BYTES}
     *     more for each of its frames
     */
    FrameDecoder(int maxMessageBytes, Scratch scratch) {
        this(maxMessageBytes, scratch, null);
    }

    /**
     * A decoder that takes compressed messages.
     *
     * @param maxMessageBytes as above; holds for the message as it comes, and again for what it
     *     inflates to
     * @param inflater null: refuses compressed messages after all
     */
    FrameDecoder(int maxMessageBytes, Scratch scratch, @Nullable MessageInflater inflater) {
        this.maxMessageBytes = maxMessageBytes;
        this.scratch = scratch;
        this.inflater = inflater;
    }

    /** Who hears what the peer says. Arrays belong to the decoder unless said otherwise. */
    interface Sink {
        /** A whole text message, valid UTF-8. The array is valid during the call only. */
        void text(byte[] buffer, int offset, int length);

        /** A whole binary message. The array is valid during the call only. */
        void binary(byte[] buffer, int offset, int length);

        /** The message that comes next was compressed, and has so many bytes. */
        void inflated(int length);

        /** The payload, at most 125 bytes, is the receiver's. */
        void ping(byte[] payload);

        /** The payload, at most 125 bytes, is the receiver's. */
        void pong(byte[] payload);

        /**
         * The peer's close frame. Nothing is decoded after it.
         *
         * @param code 1005 if the frame has none
         */
        void closed(int code, String reason);

        /** The peer broke a rule; end the connection with this. Nothing is decoded after it. */
        void violation(Close close);

        /**
         * The largest message taken now, of those that are not small.
         *
         * @param accepted what the decoder was made for, beyond which it does not go
         */
        int mostBytes(boolean binary, int accepted);

        /**
         * Asked before every frame: false stops the decoder there, and the rest of the input is
         * left unread.
         */
        boolean readsOn();
    }

    private enum Part {
        FIRST_BYTE,
        SECOND_BYTE,
        LENGTH,
        KEY,
        PAYLOAD,
        ENDED
    }

    /**
     * Takes all of {@code in}, unless the sink wants no more. What comes after a close frame or a
     * violation is thrown away. Not to be called from within the sink.
     */
    void decode(ByteBuf in, Sink sink) {
        while (part != Part.ENDED && sink.readsOn()) {
            if (!header(in, sink) || !payload(in, sink)) {
                break;
            }
        }
        if (part == Part.ENDED) {
            in.skipBytes(in.readableBytes());
        }
    }

    /** Memory held for an unfinished message. */
    int heldBytes() {
        return gathered == null ? 0 : gathered.capacity();
    }

    /** Reads on until the payload begins; false if there is no more to read, or nothing to. */
    private boolean header(ByteBuf in, Sink sink) {
        if (part == Part.FIRST_BYTE) {
            if (!in.isReadable()) {
                return false;
            }
            Close wrong = firstByte(in.readByte());
            if (wrong != null) {
                return violation(wrong, sink);
            }
            part = Part.SECOND_BYTE;
        }
        if (part == Part.SECOND_BYTE) {
            if (!in.isReadable()) {
                return false;
            }
            Close wrong = secondByte(in.readByte(), sink);
            if (wrong != null) {
                return violation(wrong, sink);
            }
        }
        if (part == Part.LENGTH) {
            if (!number(in)) {
                return false;
            }
            remaining = number;
            Close wrong = number < smallest ? LENGTH_ENCODING : lengthKnown(sink);
            if (wrong != null) {
                return violation(wrong, sink);
            }
        }
        if (part == Part.KEY) {
            if (!number(in)) {
                return false;
            }
            key = (int) number;
            part = Part.PAYLOAD;
        }
        return true;
    }

    private @Nullable Close firstByte(int b) {
        last = (b & 0x80) != 0;
        opcode = (byte) (b & 0x0f);
        int reserved = b & 0x70;
        boolean beginsMessage = opcode == TEXT || opcode == BINARY;
        if (reserved != 0 && !(reserved == RSV1 && beginsMessage && inflater != null)) {
            return RESERVED_BITS;
        }
        if (beginsMessage) {
            compressed = reserved != 0;
        }
        return switch (opcode) {
            case CONTINUATION -> message == CONTINUATION ? NOTHING_TO_CONTINUE : null;
            case TEXT, BINARY -> message == CONTINUATION ? null : MESSAGE_UNFINISHED;
            case CLOSE, PING, PONG -> last ? null : CONTROL_FRAGMENTED;
            default -> UNKNOWN_OPCODE;
        };
    }

    private @Nullable Close secondByte(int b, Sink sink) {
        if ((b & 0x80) == 0) {
            return UNMASKED;
        }
        int length = b & 0x7f;
        if (length < 126) {
            remaining = length;
            return lengthKnown(sink);
        }
        if (isControl()) {
            return CONTROL_TOO_LONG;
        }
        part = Part.LENGTH;
        number = 0;
        missing = (byte) (length == 126 ? Short.BYTES : Long.BYTES);
        smallest = length == 126 ? 126 : 1 << Short.SIZE;
        return null;
    }

    private @Nullable Close lengthKnown(Sink sink) {
        part = Part.KEY;
        number = 0;
        missing = Integer.BYTES;
        if (isControl()) {
            return opcode == CLOSE && remaining == 1 ? CLOSE_PAYLOAD : null;
        }
        boolean fragment = !last || opcode == CONTINUATION;
        long heavier = (long) weight + (fragment ? FRAGMENT_BYTES : 0);
        if (remaining > maxMessageBytes - heavier) {
            return TOO_BIG;
        }
        if (heavier + remaining > SMALL_BYTES) {
            boolean binary = (opcode == CONTINUATION ? message : opcode) == BINARY;
            if (heavier + remaining > sink.mostBytes(binary, maxMessageBytes)) {
                return TOO_BIG;
            }
        }
        weight = (int) (heavier + remaining);
        emptyInARow = fragment && remaining == 0 ? (short) (emptyInARow + 1) : 0;
        if (emptyInARow == EMPTY_FRAGMENTS) {
            return IDLE_FRAGMENTS;
        }
        if (opcode != CONTINUATION) {
            message = opcode;
        }
        return null;
    }

    private boolean isControl() {
        return opcode >= CLOSE;
    }

    /** Reads the number that misses bytes; false if the input ends in the middle. */
    private boolean number(ByteBuf in) {
        if (missing == Integer.BYTES && in.readableBytes() >= Integer.BYTES) {
            number = number << Integer.SIZE | in.readUnsignedInt();
            missing = 0;
        }
        while (missing > 0 && in.isReadable()) {
            number = number << Byte.SIZE | in.readUnsignedByte();
            missing--;
        }
        return missing == 0;
    }

    /** Reads on until the frame ends; false if there is no more to read, or nothing to. */
    private boolean payload(ByteBuf in, Sink sink) {
        if (isControl()) {
            return controlPayload(in, sink);
        }
        boolean whole = last && opcode != CONTINUATION && gathered == null;
        return (whole && in.readableBytes() >= remaining)
                ? wholeMessage(in, sink)
                : partOfMessage(in, sink);
    }

    private boolean wholeMessage(ByteBuf in, Sink sink) {
        int length = (int) remaining;
        byte[] bytes = scratch.atLeast(length);
        in.readBytes(bytes, 0, length);
        return unmask(bytes, 0, length)
                ? endOfMessage(bytes, length, sink)
                : violation(NOT_UTF8, sink);
    }

    private boolean partOfMessage(ByteBuf in, Sink sink) {
        int count = (int) Math.min(remaining, in.readableBytes());
        if (count > 0) {
            GatheredBytes parts = gathered == null ? new GatheredBytes() : gathered;
            gathered = parts;
            int start = parts.length();
            int most = last ? start + (int) remaining : maxMessageBytes;
            parts.append(in, count, most);
            remaining -= count;
            if (!unmask(parts.array(), start, count)) {
                return violation(NOT_UTF8, sink);
            }
        }
        if (remaining > 0) {
            return false;
        }
        if (last) {
            GatheredBytes parts = gathered;
            gathered = null;
            return parts == null
                    ? endOfMessage(GatheredBytes.NONE, 0, sink)
                    : endOfMessage(parts.array(), parts.length(), sink);
        }
        part = Part.FIRST_BYTE;
        return true;
    }

    /** False if this cannot be the text that it should be. */
    private boolean unmask(byte[] bytes, int from, int count) {
        long seen = Mask.apply(key, bytes, from, count);
        key = Mask.advance(key, count);
        boolean nothingToCheck =
                message == BINARY
                        || compressed
                        || (utf8 == Utf8Validator.COMPLETE
                                && (seen & Utf8Validator.NON_ASCII) == 0);
        if (!nothingToCheck) {
            utf8 = Utf8Validator.advance(utf8, bytes, from, from + count);
        }
        return utf8 != Utf8Validator.INVALID;
    }

    private boolean endOfMessage(byte[] bytes, int length, Sink sink) {
        if (!compressed) {
            return handOn(bytes, length, sink);
        }
        MessageInflater agreed = Objects.requireNonNull(inflater, "compressed, but not agreed on");
        return switch (agreed.inflate(bytes, length, maxMessageBytes)) {
            case MessageInflater.Whole(byte[] inflated, int inflatedLength) -> {
                if (message == TEXT) {
                    utf8 = Utf8Validator.advance(utf8, inflated, 0, inflatedLength);
                }
                sink.inflated(inflatedLength);
                yield handOn(inflated, inflatedLength, sink);
            }
            case MessageInflater.TooBig() -> violation(TOO_BIG, sink);
            case MessageInflater.Garbage() -> violation(GARBAGE, sink);
        };
    }

    private boolean handOn(byte[] bytes, int length, Sink sink) {
        if (utf8 != Utf8Validator.COMPLETE) {
            return violation(NOT_UTF8, sink);
        }
        boolean text = message == TEXT;
        part = Part.FIRST_BYTE;
        message = CONTINUATION;
        weight = 0;
        emptyInARow = 0;
        if (text) {
            sink.text(bytes, 0, length);
        } else {
            sink.binary(bytes, 0, length);
        }
        return true;
    }

    private boolean controlPayload(ByteBuf in, Sink sink) {
        byte[] bytes = control;
        if (bytes == null) {
            bytes = new byte[(int) remaining]; // at most 125: not worth growing
            control = bytes;
        }
        int start = bytes.length - (int) remaining;
        int count = Math.min((int) remaining, in.readableBytes());
        in.readBytes(bytes, start, count);
        remaining -= count;
        if (remaining > 0) {
            return false;
        }
        Mask.apply(key, bytes, 0, bytes.length);
        control = null;
        part = Part.FIRST_BYTE;
        switch (opcode) {
            case PING -> sink.ping(bytes);
            case PONG -> sink.pong(bytes);
            default -> {
                return closeFrame(bytes, sink);
            }
        }
        return true;
    }

    private boolean closeFrame(byte[] bytes, Sink sink) {
        if (bytes.length == 0) {
            return closed(NO_CODE, "", sink);
        }
        int code = (bytes[0] & 0xff) << Byte.SIZE | (bytes[1] & 0xff);
        if (!maySend(code)) {
            return violation(CLOSE_CODE, sink);
        }
        int end = Utf8Validator.advance(Utf8Validator.COMPLETE, bytes, 2, bytes.length);
        if (end != Utf8Validator.COMPLETE) {
            return violation(NOT_UTF8, sink);
        }
        String reason = new String(bytes, 2, bytes.length - 2, StandardCharsets.UTF_8);
        return closed(code, reason, sink);
    }

    /** Registered codes that may travel (1012 to 1014 came after the RFC), and the free ranges. */
    private static boolean maySend(int code) {
        return (code >= 1000 && code <= 1003)
                || (code >= 1007 && code <= 1014)
                || (code >= 3000 && code <= 4999);
    }

    private boolean closed(int code, String reason, Sink sink) {
        end();
        sink.closed(code, reason);
        return false;
    }

    private boolean violation(Close close, Sink sink) {
        end();
        sink.violation(close);
        return false;
    }

    private void end() {
        part = Part.ENDED;
        gathered = null;
        control = null;
    }

    private static Close protocolError(String reason) {
        return new Close(1002, reason);
    }
}
