package dev.resound.pusher;

import dev.resound.core.Envelope;
import dev.resound.core.Hub;
import dev.resound.core.Loop;
import dev.resound.core.Occupancy;
import dev.resound.core.TopicName;
import java.nio.charset.StandardCharsets;

/**
 * Tells the subscribers of one channel how many they are: at every change while they are few, at
 * most every five seconds when they are many. <b>Thread:</b> only inside {@link Hub#inTopic} of its
 * channel.
 *
 * @see <a href="https://pusher.com/docs/channels/using_channels/subscription-count-event/">Pusher
 *     subscription count events</a>
 */
final class SubscriptionCount {
    static final int FEW = 100;
    static final long PAUSE_MILLIS = 5_000;
    private static final String EVENT = "pusher_internal:subscription_count";

    private boolean due;

    private SubscriptionCount() {}

    /**
     * Somebody has joined or left.
     *
     * @param loop the current one
     */
    static void changed(Occupancy occupancy, Hub hub, Loop loop) {
        if (occupancy.members() == 0) {
            return; // nobody to tell
        }
        if (!(occupancy.state() instanceof SubscriptionCount)) {
            occupancy.state(new SubscriptionCount());
        }
        if (occupancy.members() <= FEW) {
            occupancy.publishInOrder(envelope(occupancy), null);
        } else if (occupancy.state() instanceof SubscriptionCount count && !count.due) {
            count.due = true;
            TopicName topic = occupancy.topic();
            loop.schedule(PAUSE_MILLIS, () -> hub.changeTopic(topic, SubscriptionCount::tell));
        }
    }

    private static void tell(Occupancy occupancy) {
        if (occupancy.state() instanceof SubscriptionCount count) {
            count.due = false;
            occupancy.publishInOrder(envelope(occupancy), null);
        }
    }

    /** For one who has just joined and would otherwise have to wait. */
    static byte[] data(int members) {
        return ("{\"subscription_count\":" + members + "}").getBytes(StandardCharsets.US_ASCII);
    }

    private static Envelope envelope(Occupancy occupancy) {
        return Envelope.json(
                occupancy.topic(), EVENT, ServerFrames.asString(data(occupancy.members())));
    }
}
