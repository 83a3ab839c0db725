package dev.resound.socketio.admin;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * What is there besides the server.
 *
 * @param worker runs what takes time, or waits
 * @param delay does something later, where the worker does it
 * @param startMillis when the process began
 */
record Surroundings(InstantSource clock, Executor worker, Delay delay, long startMillis) {

    /** Does something after this time. */
    @FunctionalInterface
    interface Delay {
        void after(long millis, Runnable action);
    }

    static Surroundings real() {
        InstantSource clock = InstantSource.system();
        Executor worker = task -> Thread.ofVirtual().name("resound-admin-ui").start(task);
        return new Surroundings(
                clock,
                worker,
                (millis, action) ->
                        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, worker)
                                .execute(action),
                ProcessHandle.current()
                        .info()
                        .startInstant()
                        .map(Instant::toEpochMilli)
                        .orElseGet(clock::millis));
    }

    static String hostname() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }
}
