package dev.resound.sessions;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a companion wants to hear.
 *
 * @param text byte for byte as the companion wrote it: libraries find their handlers by it
 * @param stream what that means; null: everything
 * @param options what else it says, by name
 */
public record Subscription(String text, @Nullable StreamName stream, Map<String, String> options) {

    public Subscription {
        options = Map.copyOf(options);
    }

    /** Everything there is. */
    public static Subscription everything(String text) {
        return new Subscription(text, null, Map.of());
    }

    public boolean isEverything() {
        return stream == null;
    }
}
