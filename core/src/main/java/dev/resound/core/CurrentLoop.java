package dev.resound.core;

import org.jspecify.annotations.Nullable;

/** Which loop a thread is. */
final class CurrentLoop {
    static final ThreadLocal<@Nullable Loop> OF_THREAD = new ThreadLocal<>();

    private CurrentLoop() {}
}
