package dev.resound.server;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.resource.ClientResources;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The signal in Redis, as Laravel's cache store {@code redis} has it: the number alone. One
 * connection, which is opened again when it is needed and was lost.
 */
final class RedisRestartSignal implements RestartSignal {
    private static final int LEAST_THREADS = 2; // that the library allows

    private final RedisStore store;
    private final String key;
    private @Nullable ClientResources threads;
    private @Nullable RedisClient client;
    private @Nullable StatefulRedisConnection<String, String> connection;

    RedisRestartSignal(RedisStore store, String key) {
        this.store = store;
        this.key = key;
    }

    @Override
    public @Nullable String read() throws IOException {
        return ask(redis -> redis.get(key));
    }

    @Override
    public void write(long epochSeconds) throws IOException {
        ask(redis -> redis.set(key, Long.toString(epochSeconds)));
    }

    private @Nullable String ask(Function<RedisCommands<String, String>, @Nullable String> command)
            throws IOException {
        try {
            return command.apply(connected().sync());
        } catch (RuntimeException failure) { // the library has no other kind
            letGo();
            throw new IOException(reason(failure));
        }
    }

    /** A connection whose other end has gone without a word would look open for a long time. */
    private void letGo() {
        StatefulRedisConnection<String, String> last = connection;
        connection = null;
        if (last != null) {
            last.closeAsync();
        }
    }

    private static String reason(RuntimeException failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return Reason.of(root);
    }

    private StatefulRedisConnection<String, String> connected() {
        StatefulRedisConnection<String, String> last = connection;
        if (last != null && last.isOpen()) {
            return last;
        }
        StatefulRedisConnection<String, String> next = client().connect();
        connection = next;
        return next;
    }

    private RedisClient client() {
        RedisClient existing = client;
        if (existing != null) {
            return existing;
        }
        RedisURI uri = uri();
        ClientResources few =
                ClientResources.builder()
                        .ioThreadPoolSize(LEAST_THREADS)
                        .computationThreadPoolSize(LEAST_THREADS)
                        .build();
        threads = few;
        RedisClient made = RedisClient.create(few, uri);
        made.setOptions(
                ClientOptions.builder()
                        .autoReconnect(false)
                        .socketOptions(SocketOptions.builder().connectTimeout(PATIENCE).build())
                        .build());
        client = made;
        return made;
    }

    private RedisURI uri() {
        RedisURI.Builder builder = RedisURI.builder(RedisURI.create(store.url()));
        String password = store.password();
        if (password != null && store.user() != null) {
            builder.withAuthentication(store.user(), password);
        } else if (password != null) {
            builder.withPassword(password.toCharArray());
        }
        return builder.withTimeout(PATIENCE).withClientName("resound").build();
    }

    @Override
    public void close() {
        if (client != null) {
            client.shutdown(Duration.ZERO, PATIENCE);
        }
        if (threads != null) {
            threads.shutdown(0, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
