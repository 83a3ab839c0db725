package dev.resound.netty;

import dev.resound.core.Frame;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses whole messages as RFC 7692, section 7.2.1, has it, each for itself. zlib's state, some
 * 260 KiB outside the heap, comes with the first message. <b>Thread:</b> one loop.
 */
final class MessageDeflater {
    /** What every flush ends with and no message carries: the end of an empty block. */
    private static final int TAIL_BYTES = 4;

    private final int thresholdBytes;
    private final Scratch scratch = new Scratch();
    private @Nullable Deflater zlib;

    /**
     * Begins without zlib's state.
     *
     * @param thresholdBytes shorter messages are not worth it
     */
    MessageDeflater(int thresholdBytes) {
        this.thresholdBytes = thresholdBytes;
    }

    /**
     * Writes the frame into the log and tells where; as it is if it may not be compressed, is below
     * the threshold, or would not get shorter.
     */
    long append(Frame frame, Log log) {
        byte[] payload = frame.payload();
        if (!frame.compressible() || payload.length < thresholdBytes) {
            return log.append(frame);
        }
        int room = payload.length + TAIL_BYTES; // if all of it is used, nothing was won
        byte[] out = scratch.atLeast(room);
        Deflater deflater = zlib();
        try {
            deflater.setInput(payload);
            int written = deflater.deflate(out, 0, room, Deflater.SYNC_FLUSH);
            return written < room
                    ? log.appendCompressed(frame, out, written - TAIL_BYTES)
                    : log.append(frame);
        } finally {
            deflater.reset();
        }
    }

    void release() {
        if (zlib != null) {
            zlib.end();
        }
    }

    private Deflater zlib() {
        Deflater present = zlib;
        if (present == null) {
            // The loop waits for it. Higher levels take two to four times as long, for a sixth
            // less.
            present = new Deflater(Deflater.BEST_SPEED, true);
            zlib = present;
        }
        return present;
    }
}
