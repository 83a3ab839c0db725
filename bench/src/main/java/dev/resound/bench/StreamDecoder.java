package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what a server sends into whole pieces, where they lie. Keeps bytes only while a piece is
 * incomplete.
 *
 * <p><b>Thread:</b> the client's loop.
 */
abstract class StreamDecoder {

    private @Nullable ByteBuf kept;
    private boolean ended;

    /** Reads all of {@code input}; ownership stays with the caller. */
    final void decode(ByteBuf input) {
        ByteBuf before = kept;
        if (before == null) {
            decodeAll(input);
            keep(input);
            return;
        }
        kept = null;
        try {
            before.writeBytes(input);
            decodeAll(before);
            keep(before);
        } finally {
            before.release();
        }
    }

    /** Forgets an incomplete piece, and decodes no more. */
    final void release() {
        end();
        ByteBuf incomplete = kept;
        if (incomplete != null) {
            kept = null;
            incomplete.release();
        }
    }

    /** Nothing is decoded any more. */
    final void end() {
        ended = true;
    }

    /**
     * Hands on the piece at the reader index and moves the index behind it.
     *
     * @param in not empty
     * @return false: it is not complete yet, or of no use
     */
    abstract boolean decodeOne(ByteBuf in);

    private void decodeAll(ByteBuf in) {
        while (!ended && in.isReadable() && decodeOne(in)) {
            // the next one
        }
    }

    private void keep(ByteBuf from) {
        if (!ended && from.isReadable()) {
            ByteBuf rest = from.alloc().buffer(from.readableBytes() + 256);
            rest.writeBytes(from);
            kept = rest;
        }
    }
}
