package dev.resound.sessions;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What a device says, once it is read. */
public sealed interface DeviceMessage {

    /** It wants to know whether somebody is there. */
    record Ping() implements DeviceMessage {}

    /** Its answer to a question of that kind. */
    record Pong() implements DeviceMessage {}

    /** It asks to be greeted again. */
    record Hello() implements DeviceMessage {}

    /** Its owner wants this companion. */
    record Start(String companion) implements DeviceMessage {}

    /** Its owner wants this companion no more. */
    record Stop(String companion) implements DeviceMessage {}

    /**
     * It tells of something: to those who have subscribed.
     *
     * @param json what they get, valid JSON; not to be changed any more
     * @param effects what else it means, in order
     */
    record Event(StreamName stream, byte[] json, List<Effect> effects) implements DeviceMessage {

        public Event {
            effects = List.copyOf(effects);
        }

        /** Shape only. */
        @Override
        public String toString() {
            return "Event of " + json.length + " bytes";
        }
    }

    /**
     * It answers the command that carried this correlation: to the one who gave it, and nobody
     * else.
     *
     * @param type an answer to commands of that kind: {@link CommandRoute.Answered#answer}
     * @param json what that one gets; not to be changed any more
     */
    record Answer(String type, String correlation, byte[] json) implements DeviceMessage {

        /** Shape only. */
        @Override
        public String toString() {
            return "Answer of " + json.length + " bytes";
        }
    }

    /** It makes no sense. */
    record Malformed() implements DeviceMessage {}

    /** What an event means besides being one. */
    sealed interface Effect {

        /**
         * The device is different now: all companions are told what has changed.
         *
         * @param changes fields of the device's state, each replacing the one of its name
         */
        record State(ObjectNode changes) implements Effect {}

        /** The device has forgotten what is demanded of it. */
        record Refresh() implements Effect {}

        /**
         * If somebody waits for an event with this correlation it is an answer to that one alone,
         * and no effect behind this one counts.
         */
        record Correlated(String correlation) implements Effect {}

        /** From here on this is the stream's latest value. */
        record Latest(ObjectNode value) implements Effect {}

        /** Somebody began or ceased to speak. */
        record Speech(boolean speaking) implements Effect {}
    }
}
