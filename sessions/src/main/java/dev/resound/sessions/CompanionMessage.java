package dev.resound.sessions;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What a companion says, once it is read. Immutable: it may be handed to another thread. */
public sealed interface CompanionMessage {

    /** It wants to know whether somebody is there. */
    record Ping() implements CompanionMessage {}

    /** Its answer to a question of that kind. */
    record Pong() implements CompanionMessage {}

    /**
     * It wants to join. What its upgrade has told goes before what stands here.
     *
     * @param session the id its invitation had
     * @param again it was there before and wants to go on
     */
    record Join(
            @Nullable String session,
            @Nullable String companion,
            @Nullable String key,
            @Nullable String version,
            boolean again)
            implements CompanionMessage {

        /** Shape only: it has a key. */
        @Override
        public String toString() {
            return again ? "Join again" : "Join";
        }
    }

    /** All it wants to hear from here on. */
    record Subscribe(List<Subscription> subscriptions) implements CompanionMessage {
        public Subscribe {
            subscriptions = List.copyOf(subscriptions);
        }
    }

    /**
     * Something the device is to do.
     *
     * @param fields as sent; not to be changed
     */
    record Command(CommandRoute route, ObjectNode fields) implements CompanionMessage {

        /** Shape only. */
        @Override
        public String toString() {
            return "Command " + route.type();
        }
    }

    /** When this socket ends, nobody shall call the companion back. */
    record Release() implements CompanionMessage {}

    /** Nothing anybody here listens to. */
    record Ignored(String type) implements CompanionMessage {}

    /** It makes no sense. */
    record Malformed() implements CompanionMessage {}
}
