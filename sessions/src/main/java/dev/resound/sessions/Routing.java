package dev.resound.sessions;

import dev.resound.core.Frame;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who hears what, in one session. For each stream the receivers are worked out once, and forgotten
 * when anybody joins, leaves or subscribes. <b>Thread:</b> the session's loop.
 */
final class Routing {
    /** Streams whose receivers are remembered: a device may think of any number of names. */
    private static final int MOST_STREAMS = 256;

    private static final Receiver[] NOBODY = {};

    private final String owner;
    private final Collection<Seat> seats;
    private final CompanionSide side;
    private final Streams streams;
    private final Tally tally;
    private final Map<StreamName, Receiver[]> receivers = new HashMap<>();
    private Receiver @Nullable [] ofMedia;

    /** One who hears a stream, under one of its names. */
    private record Receiver(
            CompanionSocket socket, CompanionSide.Envelope envelope, @Nullable String newestKey) {

        void tell(Frame event) {
            if (newestKey == null) {
                socket.tell(event);
            } else {
                socket.tellNewest(newestKey, event);
            }
        }
    }

    Routing(String owner, Collection<Seat> seats, SessionServices services) {
        this.owner = owner;
        this.seats = seats;
        this.side = services.profile().companions();
        this.streams = services.profile().streams();
        this.tally = services.tally();
    }

    /** Somebody has come or gone, or hears other things. */
    void changed() {
        receivers.clear();
        ofMedia = null;
    }

    void deliver(StreamName stream, byte[] json) {
        Receiver[] all = receivers.get(stream);
        if (all == null) {
            all = receiversOf(stream);
            if (receivers.size() == MOST_STREAMS) {
                receivers.clear();
            }
            receivers.put(stream, all);
        }
        for (Receiver receiver : all) {
            receiver.tell(receiver.envelope().around(json));
        }
        tally.events.add(all.length);
    }

    /**
     * Hands a piece of media to all who want it.
     *
     * @return false if nobody does
     */
    boolean deliverMedia(byte[] piece) {
        Receiver[] all = ofMedia;
        if (all == null) {
            all = receiversOf(streams.media());
            ofMedia = all;
        }
        if (all.length == 0) {
            return false;
        }
        Frame frame = Frame.binary(piece);
        for (Receiver receiver : all) {
            receiver.socket().tellMedia(frame);
        }
        return true;
    }

    /** As an event of a stream, to this one alone, whether it has subscribed or not. */
    void deliverTo(Seat seat, String label, byte[] json) {
        CompanionSocket socket = seat.listener();
        if (socket != null) {
            socket.tell(side.envelope(owner, seat.companion, label).around(json));
            tally.events.increment();
        }
    }

    private Receiver[] receiversOf(StreamName stream) {
        List<Receiver> all = new ArrayList<>();
        String permission = streams.permission(stream);
        String newestKey = streams.isNewestOnly(stream) ? stream.text() : null;
        for (Seat seat : seats) {
            CompanionSocket socket = seat.listener();
            boolean permitted =
                    permission == null || streams.grants(seat.companion.permissions(), permission);
            Subscription subscription =
                    socket == null || !permitted ? null : subscription(seat, stream);
            if (socket != null && subscription != null) {
                String label = streams.label(subscription, stream);
                all.add(
                        new Receiver(
                                socket, side.envelope(owner, seat.companion, label), newestKey));
            }
        }
        return all.toArray(NOBODY);
    }

    /** The one that names the stream to the letter, or else the first that means it. */
    private @Nullable Subscription subscription(Seat seat, StreamName stream) {
        Subscription first = null;
        String text = stream.text();
        for (Subscription subscription : seat.subscriptions) {
            if (subscription.text().equals(text)) {
                return subscription;
            }
            if (first == null && streams.matches(subscription, stream)) {
                first = subscription;
            }
        }
        return first;
    }
}
