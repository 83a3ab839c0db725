package dev.resound.socketio;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way to answer an event. <b>Thread:</b> any.
 *
 * @see Arguments#ack
 */
public final class Ack {
    static final Ack NOT_EXPECTED = new Ack(null);

    private final boolean expected;
    private final AtomicReference<@Nullable Consumer<@Nullable Object @Nullable []>> answer;

    Ack(@Nullable Consumer<@Nullable Object @Nullable []> answer) {
        this.expected = answer != null;
        this.answer = new AtomicReference<>(answer);
    }

    /** Whether the sender asked for an answer. */
    public boolean isExpected() {
        return expected;
    }

    /**
     * Answers. Only the first answer counts, none if it was not asked for or the socket is gone.
     *
     * @param arguments as in {@link Socket#emit(String, Object...)}
     * @throws tools.jackson.core.JacksonException if an argument cannot be written as JSON
     */
    public void send(@Nullable Object @Nullable ... arguments) {
        Consumer<@Nullable Object @Nullable []> first = answer.getAndSet(null);
        if (first != null) {
            first.accept(arguments);
        }
    }
}
