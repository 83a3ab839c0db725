package dev.resound.server;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * A value in a store that several servers watch: when it is another one, they restart. Kept where
 * and as Laravel's cache keeps it, so that Laravel's servers and commands share it. <b>Thread:</b>
 * any, one at a time; all of it blocks.
 */
sealed interface RestartSignal extends AutoCloseable
        permits RedisRestartSignal, SqlRestartSignal, FileRestartSignal {
    /** For a connection, and once more for an answer. */
    Duration PATIENCE = Duration.ofSeconds(2);

    /** Connects to nothing yet. */
    static RestartSignal in(SignalStore store, String key, InstantSource clock) {
        return switch (store) {
            case RedisStore redis -> new RedisRestartSignal(redis, key);
            case TableStore table -> new SqlRestartSignal(table, key, clock);
            case DirectoryStore directory -> new FileRestartSignal(directory.path(), key, clock);
        };
    }

    /**
     * The value, a time in its store's form; null if there is none.
     *
     * @throws IOException if the store cannot be asked; the message has no secret in it
     */
    @Nullable String read() throws IOException;

    /**
     * Announces a restart.
     *
     * @param epochSeconds the time now, another one than that of the restart before
     * @throws IOException if the store cannot be told; the message has no secret in it
     */
    void write(long epochSeconds) throws IOException;

    @Override
    void close();
}
