package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to one server, for as long as it lives: when it is lost another takes its place.
 * It is asked for a sign of life, because a peer that went without a word looks like one that has
 * nothing to say.
 *
 * <p><b>Thread:</b> the clerk's.
 *
 * @param <C> the kind of connection
 */
final class Line<C extends StatefulRedisConnection<String, byte[]>> {
    private static final Logger LOG = LoggerFactory.getLogger(Line.class);
    private static final long LONGEST_SILENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Server server;
    private final C connection;
    private final RedisAsyncCommands<String, byte[]> commands;
    private final long openedNanos = System.nanoTime();
    private @Nullable Question question; // the latest
    private boolean proven;
    private boolean closed;

    /** One question for a sign of life. */
    private static final class Question {
        private final long askedNanos = System.nanoTime();
        private volatile boolean answered;
        private volatile boolean byReplica;

        long ageNanos() {
            return System.nanoTime() - askedNanos;
        }
    }

    Line(Server server, C connection) {
        this.server = server;
        this.connection = connection;
        this.commands = connection.async();
    }

    Server server() {
        return server;
    }

    C connection() {
        return connection;
    }

    /** On a connection that publishes nothing goes out before {@link #flush}. */
    RedisAsyncCommands<String, byte[]> commands() {
        return commands;
    }

    void flush() {
        connection.flushCommands();
    }

    long ageNanos() {
        return System.nanoTime() - openedNanos;
    }

    /** Whether it has answered: it is then more than a port that is open. */
    boolean isProven() {
        Question last = question;
        return proven || (last != null && last.answered);
    }

    /**
     * Asks for a sign of life, and ends the connection if there was none for too long. It is then
     * lost as any other.
     *
     * @param primary whether its server has to be the primary. Sentinels close the connections of
     *     one they demote; who slips through would talk to itself
     */
    void check(boolean primary) {
        Question last = question;
        if (closed || (last != null && !last.answered && last.ageNanos() < LONGEST_SILENCE_NANOS)) {
            return;
        }
        if (last != null && !last.answered) {
            LOG.warn(
                    "{} has not answered for {} s: connecting again",
                    server,
                    TimeUnit.NANOSECONDS.toSeconds(last.ageNanos()));
            close();
            return;
        }
        if (last != null) {
            proven = true;
            if (last.byReplica) {
                LOG.warn("{} is not the primary any more: asking Sentinel for it", server);
                close();
                return;
            }
        }
        ask(primary);
    }

    private void ask(boolean primary) {
        Question next = new Question();
        question = next;
        if (primary) {
            commands.role()
                    .whenComplete((role, failure) -> {
                        next.byReplica = role != null && isReplica(role);
                        next.answered = isAnswer(failure);
                    });
        } else {
            commands.ping().whenComplete((pong, failure) -> next.answered = isAnswer(failure));
        }
        flush();
    }

    /** A no is a sign of life, too: who may only publish is not let ask for the role. */
    private static boolean isAnswer(@Nullable Throwable failure) {
        return failure == null || failure instanceof RedisCommandExecutionException;
    }

    private static boolean isReplica(List<Object> role) {
        return !role.isEmpty()
                && role.getFirst() instanceof byte[] name
                && new String(name, UTF_8).equals("slave");
    }

    /** Ends it; its owner hears of it as of any other loss. */
    void close() {
        if (!closed) {
            closed = true;
            connection.closeAsync();
        }
    }
}
