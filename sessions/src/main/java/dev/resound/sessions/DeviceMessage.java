package dev.resound.sessions;

import tools.jackson.databind.node.ObjectNode;

/** What a device says, once it is read. */
public sealed interface DeviceMessage {

    /** It wants to know whether somebody is there. */
    record Ping() implements DeviceMessage {}

    /** Its answer to a question of that kind. */
    record Pong() implements DeviceMessage {}

    /** It asks to be greeted again. */
    record Hello() implements DeviceMessage {}

    /** It tells of something. */
    record Event(String type, ObjectNode fields) implements DeviceMessage {

        /** Shape only. */
        @Override
        public String toString() {
            return "Event of " + fields.size() + " fields";
        }
    }

    /** It makes no sense. */
    record Malformed() implements DeviceMessage {}
}
