package dev.resound.pusher;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Closes what the worlds of a test have opened; found by JUnit through META-INF/services. */
public final class ClosesServers implements AfterEachCallback {
    @Override
    public void afterEach(ExtensionContext context) {
        PusherWorld.closeServers();
    }
}
