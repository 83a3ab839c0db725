package dev.resound.sessions;

import dev.resound.core.Frame;
import dev.resound.core.http.HttpRequest;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The companions' half of a profile. <b>Thread:</b> event loops, several at once; must not block.
 */
public interface CompanionSide {

    /** Paths on which companions come, without the port's prefix. */
    List<String> paths();

    /** Who this is, as far as the request tells. */
    CompanionAdmission admit(HttpRequest handshake);

    /** Reads a text message; the array is valid during the call only. */
    CompanionMessage read(byte[] buffer, int offset, int length);

    /**
     * Whether companions join sessions in which nobody has started them. Otherwise the right key is
     * not enough: an owner has to want them.
     */
    boolean joinUnasked();

    /**
     * Whose session a companion means that does not name the owner.
     *
     * @param isLive whether an owner has a session, for ids that can be read in several ways
     * @return null if it cannot be read at all
     */
    @Nullable String owner(CompanionMessage.Join join, Predicate<String> isLive);

    /** Whether a companion of this version can go on after it was asked anew, knowing its past. */
    default boolean resumes(@Nullable String version) {
        return true;
    }

    /** Asks a companion to come; null if it is never asked. */
    default @Nullable Call invitation(String owner, Companion companion) {
        return null;
    }

    /** Tells a companion that it is not wanted any more; null if it is told through its socket. */
    default @Nullable Call dismissal(String owner, Companion companion, Dismissal reason) {
        return null;
    }

    /** The answer to {@link CompanionMessage.Ping}. */
    Frame pong();

    /** It has joined. */
    Frame greeting(Greeting greeting);

    /** It has not. The socket is closed behind it, unless {@link Refused#close} is null. */
    Refused refused(Refusal why, boolean again);

    /** The device's state, or what of it has changed. */
    Frame state(ObjectNode fields, boolean whole);

    /**
     * What the device can do, as far as that is known.
     *
     * @param state the device's whole state
     * @return null if it is not known
     */
    default @Nullable JsonNode capabilities(ObjectNode state) {
        return null;
    }

    /**
     * Tells of other capabilities, if the device's state has changed so that they are.
     *
     * @return null if nobody needs to know
     */
    default @Nullable Frame capabilitiesChanged(ObjectNode before, ObjectNode now) {
        return null;
    }

    /** The device is there, or away; null if nobody is told. */
    default @Nullable Frame devicePresence(boolean there) {
        return null;
    }

    /** All it hears from here on, as the answer to its list; null if there is none. */
    default @Nullable Frame subscribed(List<Subscription> subscriptions) {
        return null;
    }

    /** The companion's settings are others now. */
    Frame settingsChanged(Companion companion);

    /** It may not hear these. */
    Frame denied(List<Denied> subscriptions);

    /**
     * A command came to nothing.
     *
     * @param route null: it was no command, but a list of subscriptions
     * @param fields of the command
     * @return null if it is told nothing
     */
    @Nullable Frame failed(CommandFailure why, @Nullable CommandRoute route, ObjectNode fields);

    /** It is over; the socket is closed behind it. */
    Frame stopped();

    /** What the application has to say to it, which is of no stream. */
    Frame custom(String action, JsonNode payload);

    /** What stands around the JSON of an event; made once for each stream a companion hears. */
    Envelope envelope(String owner, Companion companion, String label);

    /** An HTTP POST with a JSON body. */
    record Call(URI url, byte[] body) {

        /** Shape only. */
        @Override
        public String toString() {
            return "Call with " + body.length + " bytes";
        }
    }

    /** Why a companion is not wanted any more. */
    enum Dismissal {
        /** The owner says so. */
        BY_OWNER,
        /** We do: to make room, or before it is asked anew. */
        BY_SYSTEM,
        /** It does not work. */
        FAILED
    }

    /**
     * For one that has joined.
     *
     * @param again as the answer to a {@link CompanionMessage.Join} of that kind
     * @param subscriptions what is still held for it
     */
    record Greeting(
            String owner,
            Companion companion,
            boolean again,
            List<Subscription> subscriptions,
            @Nullable JsonNode capabilities) {

        /** Shape only. */
        @Override
        public String toString() {
            return "Greeting of " + companion;
        }
    }

    /**
     * The answer to one that may not join.
     *
     * @param message null: there is nothing to say
     * @param close null: the socket stays, for another try
     */
    record Refused(@Nullable Frame message, dev.resound.core.@Nullable Close close) {}

    /** A subscription that was left out, and what it would take. */
    record Denied(Subscription subscription, String permission) {}

    /** JSON text before and behind that of an event. */
    interface Envelope {

        /** The whole message; the event's bytes are copied. */
        Frame around(byte[] event);

        /** These bytes before the event's, and those behind. Not to be changed any more. */
        static Envelope between(byte[] before, byte[] after) {
            return event -> {
                byte[] whole = Arrays.copyOf(before, before.length + event.length + after.length);
                System.arraycopy(event, 0, whole, before.length, event.length);
                System.arraycopy(after, 0, whole, before.length + event.length, after.length);
                return Frame.text(whole);
            };
        }
    }
}
