package dev.resound.netty;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** The other end's compression: RFC 7692, section 7.2, step by step. */
final class Zlib {
    private Zlib() {}

    /** A message as a client compresses it. */
    static byte[] deflate(byte[] message) {
        return deflate(message, Deflater.DEFAULT_COMPRESSION, Deflater.DEFAULT_STRATEGY);
    }

    static byte[] deflate(byte[] message, int level, int strategy) {
        Deflater deflater = new Deflater(level, true);
        try {
            deflater.setStrategy(strategy);
            deflater.deflate(new byte[0]); // puts the strategy into force, before there is input
            deflater.setInput(message);
            byte[] stream = drain(deflater, Deflater.SYNC_FLUSH);
            return Arrays.copyOf(stream, stream.length - 4);
        } finally {
            deflater.end();
        }
    }

    /** A whole stream, which ends with a final block. */
    static byte[] deflateToTheEnd(byte[] message) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(message);
            deflater.finish();
            return drain(deflater, Deflater.NO_FLUSH);
        } finally {
            deflater.end();
        }
    }

    private static byte[] drain(Deflater deflater, int flush) {
        var stream = new ByteArrayOutputStream();
        byte[] piece = new byte[512];
        int count;
        do {
            count = deflater.deflate(piece, 0, piece.length, flush);
            stream.write(piece, 0, count);
        } while (count == piece.length);
        return stream.toByteArray();
    }

    /** A message as a client inflates it. */
    static byte[] inflate(byte[] payload) throws DataFormatException {
        byte[] stream = Arrays.copyOf(payload, payload.length + 4);
        stream[payload.length + 2] = -1;
        stream[payload.length + 3] = -1;
        Inflater inflater = new Inflater(true);
        var message = new ByteArrayOutputStream();
        try {
            inflater.setInput(stream);
            byte[] piece = new byte[512];
            int count;
            while ((count = inflater.inflate(piece)) > 0) {
                message.write(piece, 0, count);
            }
        } finally {
            inflater.end();
        }
        return message.toByteArray();
    }
}
