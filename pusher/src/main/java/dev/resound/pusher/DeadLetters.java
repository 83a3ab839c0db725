package dev.resound.pusher;

import dev.resound.core.RateLimitedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Where letters go that cannot be delivered: to a file if there is one, and into the log without
 * their contents. Written by a thread that there is only while there is something to write.
 * <b>Thread:</b> any; does not block.
 */
final class DeadLetters implements AutoCloseable {
    static final int MAX_WAITING_BYTES = 16 << 20;

    private static final RateLimitedLog GIVEN_UP = log();
    private static final RateLimitedLog LOST = log();

    private final @Nullable DeadLetterFile file;
    private final long maxBytes;
    private final ReentrantLock writing = new ReentrantLock();
    private final ArrayDeque<DeadLetter> waiting = new ArrayDeque<>(); // guarded by itself
    private long waitingBytes; // guarded by waiting
    private boolean running; // guarded by waiting

    private static RateLimitedLog log() {
        return new RateLimitedLog(LoggerFactory.getLogger(Webhooks.class));
    }

    /** Null: none is kept. */
    DeadLetters(@Nullable Path file, long maxBytes) {
        this.file = file == null ? null : new DeadLetterFile(file);
        this.maxBytes = maxBytes;
    }

    void add(DeadLetter letter) {
        GIVEN_UP.warn(
                "Webhook of app %s at %s: events given up: %d, because: %s"
                        .formatted(
                                letter.app(),
                                letter.url().getHost(),
                                letter.events(),
                                letter.reason()));
        if (file == null) {
            return;
        }
        synchronized (waiting) {
            if (waitingBytes + letter.body().length > MAX_WAITING_BYTES) {
                LOST.warn(
                        "Dead letters of webhooks come faster than they are written: one is lost");
                return;
            }
            waiting.add(letter);
            waitingBytes += letter.body().length;
            if (running) {
                return;
            }
            running = true;
        }
        Thread.ofVirtual().name("resound-dead-letters").start(this::write);
    }

    private void write() {
        writing.lock();
        try {
            for (List<byte[]> lines = next(); !lines.isEmpty(); lines = next()) {
                write(lines);
            }
        } finally {
            writing.unlock();
        }
    }

    /** What waits, as lines; none if there is nothing to do any more. */
    private List<byte[]> next() {
        List<DeadLetter> letters;
        synchronized (waiting) {
            letters = new ArrayList<>(waiting);
            waiting.clear();
            waitingBytes = 0;
            running = !letters.isEmpty();
        }
        return letters.stream().map(DeadLetter::line).toList();
    }

    private void write(List<byte[]> lines) {
        if (file == null) {
            return;
        }
        try {
            int written = file.append(lines, maxBytes);
            if (written < lines.size()) {
                LOST.warn(
                        "The file of dead letters (webhooks.dead_letters) is full: "
                                + (lines.size() - written)
                                + " are lost");
            }
        } catch (IOException failed) {
            LOST.error("Dead letters of webhooks cannot be written and are lost", failed);
        }
    }

    /** Returns when everything is written. */
    @Override
    public void close() {
        write();
    }
}
