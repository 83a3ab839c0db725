package dev.resound.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One publish on its way to the lanes: the message, and its wire forms as they get made.
 * <b>Thread:</b> any; two lanes may encode the same form at once, and one of the results is
 * forgotten.
 */
final class Delivery {
    final Message message;
    final long sequence;
    final @Nullable Connection except;
    private volatile @Nullable Encoded encoded;

    private record Encoded(WireFormat format, List<Frame> frames, @Nullable Encoded next) {}

    Delivery(Message message, long sequence, @Nullable Connection except) {
        this.message = message;
        this.sequence = sequence;
        this.except = except;
    }

    List<Frame> framesFor(WireFormat format) {
        for (Encoded e = encoded; e != null; e = e.next) {
            if (e.format == format) {
                return e.frames;
            }
        }
        List<Frame> frames = message.in(format);
        encoded = new Encoded(format, frames, encoded);
        return frames;
    }

    /** What this delivery counts for while it waits for a lane. */
    int weight() {
        return 256 + message.weight();
    }
}
