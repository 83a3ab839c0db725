package dev.resound.engineio;

import dev.resound.core.http.HttpRequest;
import java.util.Map;

/**
 * A request that did not get through to a session.
 *
 * @param message what the peer was told
 * @param context details for the log of the application, among them {@code name}; not told to the
 *     peer
 */
public record Rejection(
        HttpRequest request, EngineError error, String message, Map<String, String> context) {
    /** Shape only: requests carry secrets. */
    @Override
    public String toString() {
        return "rejection: " + error;
    }
}
