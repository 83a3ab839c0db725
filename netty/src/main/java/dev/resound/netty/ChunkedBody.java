package dev.resound.netty;

import io.netty.buffer.ByteBuf;

/**
 * A body in chunks (RFC 9112, section 7.1) as it comes in. Chunk extensions and trailer fields must
 * be well-formed, and are dropped.
 */
final class ChunkedBody {

    enum Outcome {
        /** {@link #take} has the body. */
        COMPLETE,
        MORE,
        TOO_LARGE,
        MALFORMED
    }

    private enum Part {
        HEADER,
        DATA,
        DATA_END,
        TRAILER
    }

    private final HttpLimits limits;
    private final int maxBytes;
    private final LineReader lines;
    private final GatheredBytes gathered = new GatheredBytes();

    private Part part = Part.HEADER;
    private int remaining;
    private int trailerBytes;

    ChunkedBody(HttpLimits limits, int maxBytes, LineReader lines) {
        this.limits = limits;
        this.maxBytes = maxBytes;
        this.lines = lines;
    }

    Outcome read(ByteBuf in) {
        while (true) {
            if (part == Part.DATA) {
                int count = Math.min(remaining, in.readableBytes());
                gathered.append(in, count, maxBytes);
                remaining -= count;
                if (remaining > 0) {
                    return Outcome.MORE;
                }
                part = Part.DATA_END;
            }
            LineReader.Outcome read = lines.read(in, longestLine());
            if (read == LineReader.Outcome.MORE) {
                return Outcome.MORE;
            }
            if (read != LineReader.Outcome.LINE) {
                return Outcome.MALFORMED;
            }
            if (part == Part.TRAILER && lines.length() == 0) {
                return Outcome.COMPLETE;
            }
            Outcome outcome = line();
            if (outcome != Outcome.MORE) {
                return outcome;
            }
        }
    }

    byte[] take() {
        return gathered.take();
    }

    int heldBytes() {
        return gathered.capacity();
    }

    private int longestLine() {
        return switch (part) {
            case HEADER -> limits.chunkHeaderBytes();
            case DATA, DATA_END -> 0;
            case TRAILER -> limits.trailerBytes() - trailerBytes - RequestParser.LINE_END_BYTES;
        };
    }

    private Outcome line() {
        return switch (part) {
            case HEADER -> header(lines.line(), lines.from(), lines.to());
            case DATA, DATA_END -> {
                part = Part.HEADER;
                yield Outcome.MORE;
            }
            case TRAILER -> {
                trailerBytes += lines.length() + RequestParser.LINE_END_BYTES;
                boolean field = HeaderFields.parse(lines.line(), lines.from(), lines.to()) != null;
                yield field ? Outcome.MORE : Outcome.MALFORMED;
            }
        };
    }

    private Outcome header(ByteBuf line, int from, int to) {
        long size = 0;
        int i = from;
        while (i < to) {
            int digit = Character.digit(line.getByte(i), 16);
            if (digit < 0) {
                break;
            }
            if (size > Long.MAX_VALUE >> 4) {
                return Outcome.MALFORMED;
            }
            size = size << 4 | digit;
            i++;
        }
        if (i == from || !areExtensions(line, i, to)) {
            return Outcome.MALFORMED;
        }
        if (size > maxBytes - gathered.length()) {
            return Outcome.TOO_LARGE;
        }
        remaining = (int) size;
        part = size == 0 ? Part.TRAILER : Part.DATA;
        return Outcome.MORE;
    }

    /** Whether the rest of the line is any number of {@code ;name} or {@code ;name=value}. */
    private static boolean areExtensions(ByteBuf line, int from, int to) {
        int i = from;
        while (i < to) {
            i = skipBlanks(line, i, to);
            if (i == to || line.getByte(i) != ';') {
                return false;
            }
            int name = skipBlanks(line, i + 1, to);
            i = Token.end(line, name, to);
            if (i == name) {
                return false;
            }
            int equals = skipBlanks(line, i, to);
            if (equals < to && line.getByte(equals) == '=') {
                int value = skipBlanks(line, equals + 1, to);
                i = valueEnd(line, value, to);
                if (i == value) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Where the token or quoted string ends; {@code from} if there is none. */
    private static int valueEnd(ByteBuf line, int from, int to) {
        if (from == to || line.getByte(from) != '"') {
            return Token.end(line, from, to);
        }
        for (int i = from + 1; i < to; i++) {
            byte b = line.getByte(i);
            if (b == '"') {
                return i + 1;
            }
            if (b == '\\') {
                i++;
            }
        }
        return from;
    }

    private static int skipBlanks(ByteBuf line, int from, int to) {
        int i = from;
        while (i < to && HeaderFields.isBlank(line.getByte(i))) {
            i++;
        }
        return i;
    }
}
