package dev.resound.socketio;

import org.jspecify.annotations.Nullable;

/**
 * A client that goes on where it was.
 *
 * @param socket what it was
 * @param offset of the last event it has got, as it says; null if it knows none
 */
record Returning<D>(RecoveryLog.Away<D> socket, @Nullable String offset) {}
