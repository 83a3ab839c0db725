package dev.resound.pusher;

import dev.resound.core.Bus;
import dev.resound.core.Envelope;
import dev.resound.core.Hub;
import dev.resound.pusher.json.JsonScanner;
import dev.resound.pusher.json.JsonText;
import dev.resound.pusher.json.JsonValue;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What nodes have each other do to an app. It crosses the bus as an event to the channel without a
 * name, which nobody can be in.
 */
sealed interface AppCommand {
    String NO_CHANNEL = "";
    String TERMINATE = "terminate";

    /** Closes the sockets of a user. */
    record Terminate(String user) implements AppCommand {}

    /**
     * Has the other nodes do it, too.
     *
     * @return as of {@link Bus#tell}
     */
    static CompletionStage<Boolean> tell(Hub hub, AppRuntime runtime, AppCommand command) {
        Envelope envelope =
                switch (command) {
                    case Terminate(String user) ->
                            Envelope.json(
                                    runtime.topic(NO_CHANNEL),
                                    TERMINATE,
                                    new JsonText().quoted(user).toBytes());
                };
        return hub.bus().tell(envelope, null);
    }

    /** Null if it is none we know: another version's, say. */
    static @Nullable AppCommand read(Envelope envelope) {
        byte[] data = envelope.data();
        JsonValue value = new JsonScanner().value(data, 0, data.length, false);
        String text = value == null ? null : value.text();
        return text != null && envelope.event().equals(TERMINATE) ? new Terminate(text) : null;
    }
}
