package dev.resound.pusher;

import dev.resound.core.Envelope;
import dev.resound.core.Frame;
import dev.resound.core.WireFormat;
import java.util.List;

/**
 * The Pusher protocol for clients that want to be able to resume: behind each event its position,
 * in an event of its own, because the clients there are pass on nothing else. Stateless.
 */
final class ResumableFormat implements WireFormat {
    static final ResumableFormat INSTANCE = new ResumableFormat();

    private ResumableFormat() {}

    /** What is not kept has no position. */
    @Override
    public List<Frame> encode(Envelope envelope) {
        return PusherFormat.INSTANCE.encode(envelope);
    }

    static List<Frame> encode(PositionedEvent event) {
        Envelope envelope = event.envelope();
        return List.of(
                Frame.text(PusherFormat.json(envelope)),
                ServerFrames.position(envelope.topic().name(), event.position()));
    }
}
