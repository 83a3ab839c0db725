package dev.resound.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.resound.core.Loop;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An application that remembers what it is told, and says it again if it is to. <b>Thread:</b> the
 * session's loop as an application, any as what the test looks at.
 */
class Heard implements EngineSession {
    final EngineSocket socket;
    private final boolean echo;
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final List<End> ends = new CopyOnWriteArrayList<>();
    private final List<String> wrongs = new CopyOnWriteArrayList<>();
    private final AtomicInteger upgrades = new AtomicInteger();
    private final AtomicInteger drains = new AtomicInteger();

    /** How it ended. */
    record End(CloseReason reason, @Nullable String description) {}

    Heard(EngineSocket socket, boolean echo) {
        this.socket = socket;
        this.echo = echo;
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) {
        require();
        String text = new String(buffer, offset, length, UTF_8);
        messages.add(text);
        if (echo) {
            socket.send(text);
        }
    }

    @Override
    public void onBinary(byte[] buffer, int offset, int length) {
        require();
        messages.add("0x" + HexFormat.of().formatHex(buffer, offset, offset + length));
        if (echo) {
            byte[] message = new byte[length];
            System.arraycopy(buffer, offset, message, 0, length);
            socket.send(message);
        }
    }

    @Override
    public void onUpgraded() {
        require();
        upgrades.incrementAndGet();
    }

    @Override
    public void onDrained() {
        require();
        drains.incrementAndGet();
    }

    @Override
    public void onClosed(CloseReason reason, @Nullable String description) {
        if (!socket.loop().isCurrent()) {
            wrongs.add("told off its loop of the end");
        }
        ends.add(new End(reason, description));
    }

    /** What an application must be able to rely on; a failure here would only end the session. */
    private void require() {
        if (!socket.loop().isCurrent()) {
            wrongs.add("called off its loop");
        }
        if (!ends.isEmpty()) {
            wrongs.add("called after the end");
        }
    }

    /** Messages in order; those in bytes as {@code 0x} and hexadecimal digits. */
    List<String> messages() {
        return List.copyOf(messages);
    }

    int upgrades() {
        return upgrades.get();
    }

    int drains() {
        return drains.get();
    }

    /** What it was told that an application must not be told: nothing, one hopes. */
    List<String> wrongs() {
        return ends.size() > 1 ? List.of("ended " + ends.size() + " times") : List.copyOf(wrongs);
    }

    boolean hasEnded() {
        return !ends.isEmpty();
    }

    /** Waits for the end. */
    End end() {
        Until.holds("the end of a session", this::hasEnded);
        return ends.getFirst();
    }

    /** Does something on the session's loop, and waits until it is done. */
    void run(Runnable task) {
        call(() -> {
            task.run();
            return true;
        });
    }

    <T> T call(Supplier<T> task) {
        Loop loop = socket.loop();
        var result = new CompletableFuture<T>();
        loop.execute(() -> {
            try {
                result.complete(task.get());
            } catch (RuntimeException | AssertionError failure) {
                result.completeExceptionally(failure);
            }
        });
        try {
            return result.get(5, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failure) {
            throw new AssertionError("on the session's loop", failure);
        }
    }

    /** Waits until a poll is held that would be answered with the next message. */
    void awaitHeldPoll() {
        Until.holds("a held poll", () -> call(socket::isWritable));
    }
}
