package dev.resound.redis;

import dev.resound.socketio.Selection;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How nodes tell each other who is meant: {@code {"rooms":[],"except":[],"flags":{}}}. */
final class Selections {
    private Selections() {}

    /** Everything but the flags. */
    static MessageText writeRooms(MessageText out, Selection selection) {
        return out.raw("{\"rooms\":")
                .strings(selection.rooms())
                .raw(",\"except\":")
                .strings(selection.except())
                .raw("}");
    }

    /**
     * @param timeout for the answers, if any are wanted
     */
    static MessageText write(MessageText out, Selection selection, @Nullable Duration timeout) {
        out.raw("{\"rooms\":")
                .strings(selection.rooms())
                .raw(",\"except\":")
                .strings(selection.except())
                .raw(",\"flags\":{");
        String separator = "";
        if (selection.asVolatile()) {
            out.raw("\"volatile\":true");
            separator = ",";
        }
        if (!selection.compress()) {
            out.raw(separator).raw("\"compress\":false");
            separator = ",";
        }
        if (timeout != null) {
            out.raw(separator).raw("\"timeout\":").raw(Long.toString(timeout.toMillis()));
        }
        return out.raw("}}");
    }

    static Selection read(MessageFields options) throws MalformedMessage {
        Set<String> rooms = options.rooms("rooms");
        Set<String> except = options.rooms("except");
        boolean flagged = options.object().path("flags").isObject();
        MessageFields flags = flagged ? options.object("flags") : null;
        return new Selection(
                rooms,
                except,
                false,
                flags != null && flags.isTrue("volatile"),
                flags == null || !flags.isFalse("compress"));
    }

    /** How long answers are waited for; null if nothing sensible is said of it. */
    static @Nullable Duration timeout(MessageFields options) {
        double millis = options.object().path("flags").path("timeout").asDouble(-1);
        return millis >= 0 && millis <= Integer.MAX_VALUE ? Duration.ofMillis((long) millis) : null;
    }
}
