package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Finds the HTTP answers in what a server sent. Wants a {@code Content-Length}; Pusher servers send
 * one.
 */
final class AnswerDecoder extends StreamDecoder {

    private static final int MAX_ANSWER_BYTES = 1 << 20;
    private static final byte[] CONTENT_LENGTH = lower("content-length:");
    private static final byte[] CONNECTION = lower("connection:");
    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final int SHORTEST_STATUS_LINE = "HTTP/1.1 200".length();

    /** Where answers go. The buffer is the caller's again when the method returns. */
    interface Sink {
        /**
         * A whole answer.
         *
         * @param last the server closes the connection after this answer
         */
        void onAnswer(int status, boolean last, ByteBuf buffer, int bodyOffset, int bodyLength);

        /** That is no HTTP, or none we understand. Nothing is decoded after it. */
        void onBroken(String why);
    }

    private final Sink sink;

    AnswerDecoder(Sink sink) {
        this.sink = sink;
    }

    @Override
    boolean decodeOne(ByteBuf in) {
        int start = in.readerIndex();
        int end = in.writerIndex();
        int bodyLength = -1;
        boolean last = false;
        int line = start;
        while (true) {
            int feed = in.indexOf(line, end, (byte) '\n');
            if (feed < 0) {
                if (end - start > MAX_ANSWER_BYTES) {
                    broken("endless headers");
                }
                return false;
            }
            if (feed - line <= 1) {
                line = feed + 1;
                break;
            }
            int first = in.getByte(line) | 0x20;
            if (first == 'c' && startsWith(in, line, feed, CONTENT_LENGTH)) {
                bodyLength = number(in, line + CONTENT_LENGTH.length, feed);
            } else if (first == 'c' && startsWith(in, line, feed, CONNECTION)) {
                last = hasClose(in, line + CONNECTION.length, feed);
            }
            line = feed + 1;
        }
        int status = line - start > SHORTEST_STATUS_LINE ? number(in, start + STATUS_AT, line) : -1;
        if (status < 100 || status > 999) {
            broken("not an HTTP answer");
            return false;
        }
        if (status == 204) {
            bodyLength = 0;
        }
        if (bodyLength < 0 || bodyLength > MAX_ANSWER_BYTES) {
            broken("HTTP " + status + " without a usable Content-Length");
            return false;
        }
        if (end - line < bodyLength) {
            return false;
        }
        in.readerIndex(line + bodyLength);
        sink.onAnswer(status, last, in, line, bodyLength);
        return true;
    }

    private static boolean startsWith(ByteBuf in, int from, int to, byte[] lowerCase) {
        if (to - from < lowerCase.length) {
            return false;
        }
        for (int at = 0; at < lowerCase.length; at++) {
            if ((in.getByte(from + at) | 0x20) != lowerCase[at]) {
                return false;
            }
        }
        return true;
    }

    /** The first number in the range, -1 if it has none or too many digits. */
    private static int number(ByteBuf in, int from, int to) {
        int at = from;
        while (at < to && in.getByte(at) == ' ') {
            at++;
        }
        int value = -1;
        for (; at < to && in.getByte(at) >= '0' && in.getByte(at) <= '9'; at++) {
            if (value > MAX_ANSWER_BYTES) {
                return -1;
            }
            value = Math.max(value, 0) * 10 + in.getByte(at) - '0';
        }
        return value;
    }

    private static boolean hasClose(ByteBuf in, int from, int to) {
        return in.toString(from, to - from, StandardCharsets.US_ASCII)
                .toLowerCase(Locale.ROOT)
                .contains("close");
    }

    private void broken(String why) {
        end();
        sink.onBroken(why);
    }

    /** As {@link #startsWith} compares: the colon has the bit of lower case anyway. */
    private static byte[] lower(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }
}
