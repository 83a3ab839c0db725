package dev.resound.pusher;

import dev.resound.core.Envelope;
import dev.resound.core.Frame;
import dev.resound.core.Message;
import dev.resound.core.WireFormat;
import java.util.List;

/**
 * An event with its place in its channel's history. Only clients that want to be able to resume are
 * told the place. Immutable.
 */
record PositionedEvent(Envelope envelope, String position) implements Message {

    @Override
    public List<Frame> in(WireFormat format) {
        return format == ResumableFormat.INSTANCE
                ? ResumableFormat.encode(this)
                : format.encode(envelope);
    }

    @Override
    public int weight() {
        return envelope.weight();
    }
}
