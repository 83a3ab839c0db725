package dev.resound.socketio;

import dev.resound.core.Frame;
import java.util.List;

/**
 * How an event is to be sent. Immutable.
 *
 * @param asVolatile only if it can be sent at once
 * @param compress whether compressing it is worth while
 */
record Flags(boolean asVolatile, boolean compress) {
    static final Flags NONE = new Flags(false, true);

    Flags droppable() {
        return new Flags(true, compress);
    }

    Flags compressed(boolean wanted) {
        return new Flags(asVolatile, wanted);
    }

    List<Frame> applied(List<Frame> frames) {
        return compress ? frames : uncompressed(frames);
    }

    static List<Frame> uncompressed(List<Frame> frames) {
        return frames.stream().map(Frame::uncompressed).toList();
    }
}
