package dev.resound.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Cuts the lines of HTTP out of the input. A line that lies whole in the input is not copied; only
 * an unfinished one is kept. Lines end with CR LF and nothing else, and hold no controls but tabs:
 * a bare CR or LF, which others may take for a line end, never reaches a parser.
 */
final class LineReader {

    enum Outcome {
        /** {@link #line}, {@link #from} and {@link #to} tell where the line is. */
        LINE,
        /** The line goes on beyond the input. */
        MORE,
        TOO_LONG,
        /** A control character, or CR and LF not together. */
        MALFORMED
    }

    private final GatheredBytes gathered = new GatheredBytes();
    private boolean afterReturn;

    private ByteBuf line = Unpooled.EMPTY_BUFFER;
    private int from;
    private int to;

    /**
     * Reads on to the end of the line.
     *
     * @param most how long the line may be, without its end; if negative, only an empty one fits
     */
    Outcome read(ByteBuf in, int most) {
        int start = in.readerIndex();
        int end = in.writerIndex();
        for (int i = start; i < end; i++) {
            byte b = in.getByte(i);
            if (afterReturn) {
                if (b != '\n') {
                    return Outcome.MALFORMED;
                }
                finish(in, start, i);
                return Outcome.LINE;
            }
            if (b == '\r') {
                afterReturn = true;
            } else if (isControl(b)) {
                return Outcome.MALFORMED;
            } else if (gathered.length() + i - start >= most) {
                return Outcome.TOO_LONG;
            }
        }
        int kept = afterReturn && end > start ? end - 1 : end; // without the CR
        gathered.append(in, kept - start, most);
        line = Unpooled.EMPTY_BUFFER;
        in.readerIndex(end);
        return Outcome.MORE;
    }

    private void finish(ByteBuf in, int start, int lineFeed) {
        int carriageReturn = Math.max(start, lineFeed - 1);
        if (gathered.length() == 0) {
            line = in;
            from = start;
            to = carriageReturn;
        } else {
            gathered.append(in, carriageReturn - start, gathered.length() + carriageReturn - start);
            line = Unpooled.wrappedBuffer(gathered.array(), 0, gathered.length());
            from = 0;
            to = gathered.length();
            gathered.drop();
        }
        afterReturn = false;
        in.readerIndex(lineFeed + 1);
    }

    /** Holds the last line read, until more is read. */
    ByteBuf line() {
        return line;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    int length() {
        return to - from;
    }

    /** Whether no part of a next line has been read. */
    boolean isBetweenLines() {
        return gathered.length() == 0 && !afterReturn;
    }

    /** Memory held for an unfinished line. */
    int heldBytes() {
        return gathered.capacity();
    }

    /** Lets go of the input and of an unfinished line. */
    void drop() {
        line = Unpooled.EMPTY_BUFFER;
        gathered.drop();
    }

    private static boolean isControl(byte b) {
        return (b >= 0 && b < ' ' && b != '\t') || b == 0x7f;
    }
}
