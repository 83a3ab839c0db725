package dev.resound.sessions;

import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A row of a profile's table of commands: what a companion may tell the device, and what comes
 * back.
 *
 * @param type what the companion calls it
 * @param permission what it must be permitted; null: nothing
 * @param rewrite makes the device's message of the companion's
 * @param answered how the device answers; null: it does not
 */
public record CommandRoute(
        String type, @Nullable String permission, Rewrite rewrite, @Nullable Answered answered) {

    /** The field by which an answer finds its command; null if there is none. */
    public @Nullable String correlationField() {
        return answered == null ? null : answered.correlation();
    }

    /** From the companion's words to the device's. */
    @FunctionalInterface
    public interface Rewrite {

        /**
         * A message of its own: what the companion says of itself is not passed on, who it is comes
         * from {@code companion}.
         *
         * @param fields not to be changed
         * @return null if a field that is needed is missing or wrong
         */
        @Nullable ToDevice of(ObjectNode fields, Companion companion);
    }

    /**
     * A message for the device.
     *
     * @param show null: it is a message like others; else it replaces what was shown before
     */
    public record ToDevice(ObjectNode message, @Nullable Show show) {

        /** A message like others. */
        public static ToDevice plain(ObjectNode message) {
            return new ToDevice(message, null);
        }
    }

    /**
     * Something to look at, of which the newest counts.
     *
     * @param view what it replaces
     * @param main it is what the owner looks at: it waits for its turn, so that the device is not
     *     flooded, and is shown to a device that comes back
     * @param forced it does not wait
     */
    public record Show(String view, boolean main, boolean forced) {}

    /**
     * The device answers, with the correlation of the command.
     *
     * @param correlation the field with it, in the companion's message
     * @param answer the type of the device's message; null: it is an event, see {@code latest}
     * @param patience after it nobody waits any more
     * @param latest an event of this stream is the answer, and one that is young enough need not be
     *     asked for; null: the answer is a message of its own
     */
    public record Answered(
            String correlation,
            @Nullable String answer,
            Duration patience,
            @Nullable Latest latest) {}

    /**
     * The latest event of a stream.
     *
     * @param stream which
     * @param label the stream's name under which the companion gets it
     * @param youngEnough how old it may be for this command
     * @param correlationField where the event has the correlation
     */
    public record Latest(
            StreamName stream,
            String label,
            Function<ObjectNode, Duration> youngEnough,
            String correlationField) {}
}
