package dev.resound.pusher;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;

import dev.resound.core.Close;
import dev.resound.testkit.FakeConnection;
import dev.resound.testkit.WireClient;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A real WebSocket. What "has come so far" means there is made certain with WebSocket pings: behind
 * the first pong the server has carried out what we said; behind the second it has sent what other
 * clients' words, carried out before, had for us.
 */
final class SocketLine implements Line {
    private final WireClient wire;
    private final IntSupplier connections;
    private final List<String> texts = new ArrayList<>();
    private @Nullable Close close;
    private boolean ended;
    private int barriers;
    private int pings;

    /**
     * Speaks over an open WebSocket.
     *
     * @param connections how many the server counts
     */
    SocketLine(WireClient wire, IntSupplier connections) {
        this.wire = wire;
        this.connections = connections;
    }

    @Override
    public void says(String text) {
        says(() -> wire.text(text));
    }

    @Override
    public void says(byte[] bytes) {
        says(() -> wire.frame(true, WireClient.BINARY, bytes));
    }

    @Override
    public void saysControl() {
        says(() -> wire.frame(true, WireClient.PONG, new byte[0]));
    }

    private interface Speech {
        void say() throws IOException;
    }

    private void says(Speech speech) {
        if (ended) {
            return;
        }
        try {
            speech.say();
        } catch (IOException gone) {
            // what the server said last is still to be read
        }
        barrier();
    }

    /** Reads all that comes before the answer to a ping, or before the end. */
    private void barrier() {
        if (ended) {
            return;
        }
        String mark = "barrier " + ++barriers;
        try {
            wire.frame(true, WireClient.PING, mark.getBytes(US_ASCII));
        } catch (IOException gone) {
            // as above
        }
        readUntil(mark);
    }

    private void readUntil(@Nullable String mark) {
        try {
            while (!ended) {
                WireClient.Received frame = wire.receive();
                switch (frame.opcode()) {
                    case WireClient.TEXT -> texts.add(frame.text());
                    case WireClient.PING -> {
                        pings++;
                        wire.frame(true, WireClient.PONG, frame.payload());
                    }
                    case WireClient.PONG -> {
                        if (frame.text().equals(mark)) {
                            return;
                        }
                    }
                    case WireClient.CLOSE -> {
                        close = new Close(frame.closeCode(), frame.closeReason());
                        answerClose(frame);
                        ended = wire.isEnded();
                    }
                    default -> throw new AssertionError("opcode " + frame.opcode());
                }
            }
        } catch (EOFException | SocketException end) {
            ended = true;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void answerClose(WireClient.Received frame) {
        try {
            wire.frame(true, WireClient.CLOSE, frame.payload());
        } catch (IOException gone) {
            // the server does not wait for the answer
        }
    }

    @Override
    public void closes(Close wanted) {
        if (ended) {
            return;
        }
        int before = connections.getAsInt();
        try {
            wire.close(wanted.code(), wanted.reason());
        } catch (IOException gone) {
            // then it is closed already
        }
        readUntil(null);
        seen(before);
    }

    @Override
    public void vanishes() {
        if (ended) {
            return;
        }
        barrier();
        int before = connections.getAsInt();
        try {
            wire.reset();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        if (!ended) {
            ended = true;
            seen(before);
        }
    }

    /** Waits until the server has seen one of the connections end. */
    private void seen(int before) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> connections.getAsInt() < before);
    }

    /** What was on its way to us has come. */
    void settle() {
        barrier();
        barrier();
    }

    @Override
    public List<String> takeTexts() {
        settle();
        List<String> taken = List.copyOf(texts);
        texts.clear();
        return taken;
    }

    /** Waits for the end. */
    @Override
    public @Nullable Close closedWith() {
        readUntil(null);
        return close;
    }

    @Override
    public boolean isOpen() {
        barrier();
        barrier();
        return !ended;
    }

    @Override
    public boolean isEnded() {
        if (!ended) {
            readUntil(null);
        }
        return ended;
    }

    @Override
    public boolean isDisconnected() {
        readUntil(null);
        return close == null;
    }

    @Override
    public int pings() {
        barrier();
        return pings;
    }

    @Override
    public FakeConnection fake() {
        throw new UnsupportedOperationException("this one is real");
    }
}
