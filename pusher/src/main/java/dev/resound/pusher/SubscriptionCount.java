package dev.resound.pusher;

import dev.resound.core.Envelope;
import dev.resound.core.Hub;
import dev.resound.core.Loop;
import dev.resound.core.Occupancy;
import dev.resound.core.Roster;
import dev.resound.core.TopicName;
import java.nio.charset.StandardCharsets;

/**
 * Tells the subscribers of one channel how many they are, on all nodes: at every change while they
 * are few, at most every five seconds when they are many. <b>Thread:</b> only inside {@link
 * Hub#inTopic} of its channel.
 *
 * @see <a href="https://pusher.com/docs/channels/using_channels/subscription-count-event/">Pusher
 *     subscription count events</a>
 */
final class SubscriptionCount {
    static final int FEW = 100;
    static final long PAUSE_MILLIS = 5_000;
    private static final String EVENT = "pusher_internal:subscription_count";

    private final Loop loop; // of the first who joined
    private boolean due;

    private SubscriptionCount(Loop loop) {
        this.loop = loop;
    }

    /**
     * Somebody has joined or left here.
     *
     * @param loop of whoever did
     */
    static void changed(Occupancy occupancy, Hub hub, Roster roster, Loop loop) {
        if (occupancy.members() > 0 && !(occupancy.state() instanceof SubscriptionCount)) {
            occupancy.state(new SubscriptionCount(loop));
        }
        changed(occupancy, hub, roster);
    }

    /** Somebody has joined or left, on whatever node. */
    static void changed(Occupancy occupancy, Hub hub, Roster roster) {
        if (occupancy.members() == 0 || !(occupancy.state() instanceof SubscriptionCount count)) {
            return; // nobody to tell
        }
        int members = members(occupancy, roster);
        if (members <= FEW) {
            occupancy.publishInOrder(envelope(occupancy, members), null);
        } else if (!count.due) {
            count.due = true;
            TopicName topic = occupancy.topic();
            Runnable later = () -> hub.changeTopic(topic, it -> tell(it, roster));
            count.loop.execute(() -> count.loop.schedule(PAUSE_MILLIS, later));
        }
    }

    private static void tell(Occupancy occupancy, Roster roster) {
        if (occupancy.state() instanceof SubscriptionCount count) {
            count.due = false;
            occupancy.publishInOrder(envelope(occupancy, members(occupancy, roster)), null);
        }
    }

    /** Subscribers on all nodes, as far as this one knows. */
    static int members(Occupancy occupancy, Roster roster) {
        return occupancy.members() + roster.elsewhere(occupancy.topic()).members();
    }

    /** For one who has just joined and would otherwise have to wait. */
    static byte[] data(int members) {
        return ("{\"subscription_count\":" + members + "}").getBytes(StandardCharsets.US_ASCII);
    }

    private static Envelope envelope(Occupancy occupancy, int members) {
        return Envelope.json(occupancy.topic(), EVENT, ServerFrames.asString(data(members)));
    }
}
