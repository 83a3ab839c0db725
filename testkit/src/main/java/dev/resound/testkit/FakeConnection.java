package dev.resound.testkit;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Frame;
import dev.resound.core.LaneWriter;
import dev.resound.core.Loop;
import dev.resound.core.ProtocolSession;
import dev.resound.core.Upgrade;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A connection without a socket. It remembers what it was told to send; the test plays the peer
 * ({@link #says}, {@link #closes}, {@link #vanishes}) and the network ({@link #lags}, {@link
 * #drains}).
 *
 * <p><b>Thread:</b> what changes a connection in the server is refused off its {@link FakeLoop}
 * here, with an {@link AssertionError}. What the test does as the peer or the network goes onto the
 * loop by itself, and what it looks at may be looked at from anywhere.
 */
public final class FakeConnection implements Connection {
    private final FakeLoop loop;
    private final List<Frame> frames = new ArrayList<>();
    private int firstUntaken;
    private @Nullable ProtocolSession session;
    private boolean open = true;
    private boolean ended;
    private @Nullable Close close;
    private boolean disconnected;
    private int pings;
    private boolean reading = true;
    private boolean lagging;
    private long backlogBytes;
    private long lastHeardMillis;
    private @Nullable Long wakeAtMillis;

    /** A connection nobody answers: enough to join topics with. */
    public FakeConnection(FakeLoop loop) {
        this.loop = loop;
        lastHeardMillis = loop.nowMillis();
        loop.add(this);
    }

    /** Gives the connection its session, and opens that. */
    public FakeConnection open(Function<Connection, ProtocolSession> open) {
        if (session != null) {
            throw new IllegalStateException("has a session already");
        }
        loop.run(() -> {
            ProtocolSession opened = open.apply(this);
            session = opened;
            opened.onOpen();
        });
        return this;
    }

    /** Goes on as the handshake was answered. */
    public FakeConnection open(Upgrade.Accept accepted) {
        return open(accepted.open());
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public LaneWriter writer() {
        return loop.writer;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public Sent send(Frame frame) {
        loop.require("send");
        if (!open) {
            return Sent.CLOSED;
        }
        frames.add(frame);
        if (!lagging) {
            return Sent.OK;
        }
        backlogBytes += frame.payload().length;
        return Sent.LAGGING;
    }

    @Override
    public void ping() {
        loop.require("ping");
        if (open) {
            pings++;
        }
    }

    /** Ends the session on the loop's next turn, as if the peer had answered at once. */
    @Override
    public void close(Close close) {
        loop.require("close");
        if (open) {
            open = false;
            this.close = close;
            loop.execute(() -> end(close));
        }
    }

    /** Ends the session on the loop's next turn. */
    @Override
    public void disconnect() {
        loop.require("disconnect");
        if (open) {
            open = false;
            disconnected = true;
            loop.execute(() -> end(Close.LOST));
        }
    }

    @Override
    public long lastHeardMillis() {
        return lastHeardMillis;
    }

    @Override
    public void wakeAt(long millis) {
        loop.require("wakeAt");
        wakeAtMillis = millis;
    }

    @Override
    public long backlogBytes() {
        return backlogBytes;
    }

    @Override
    public void reading(boolean wanted) {
        loop.require("reading");
        reading = wanted;
    }

    /**
     * The peer sends a text message. It is the peer's affair that the server may not be reading at
     * the moment; a closed connection hears nothing.
     */
    public void says(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        hear(utf8, ProtocolSession::onText);
    }

    /** The peer sends a binary message. */
    public void says(byte[] bytes) {
        hear(bytes, ProtocolSession::onBinary);
    }

    /** The peer sends a ping or a pong. */
    public void saysControl() {
        loop.run(() -> {
            if (open) {
                lastHeardMillis = loop.nowMillis();
                session().onControl();
            }
        });
    }

    /** The peer closes the WebSocket. */
    public void closes(Close close) {
        loop.run(() -> {
            open = false;
            end(close);
        });
    }

    /** The TCP connection breaks. */
    public void vanishes() {
        closes(Close.LOST);
    }

    /** From now on the peer takes nothing: sends are accepted and pile up. */
    public void lags() {
        lagging = true;
    }

    /** The peer has taken everything and keeps up again. */
    public void drains() {
        loop.run(() -> {
            boolean caughtUp = lagging && backlogBytes > 0;
            lagging = false;
            backlogBytes = 0;
            if (caughtUp && open && session != null) {
                session.onDrained();
            }
        });
    }

    /** Sets when the peer was last heard of, in {@link Loop#nowMillis} time. */
    public void lastHeardMillis(long millis) {
        lastHeardMillis = millis;
    }

    /** Everything sent, oldest first; whether the peer has taken it or not. */
    public List<Frame> frames() {
        return List.copyOf(frames);
    }

    /** Everything sent, as text, oldest first; a binary frame is an error. */
    public List<String> texts() {
        return texts(0);
    }

    /** As {@link #texts}, but only what no earlier call of this method has shown. */
    public List<String> takeTexts() {
        List<String> texts = texts(firstUntaken);
        firstUntaken = frames.size();
        return texts;
    }

    /** How many pings were sent. */
    public int pings() {
        return pings;
    }

    /** How the server closed the WebSocket; null if it did not. */
    public @Nullable Close closedWith() {
        return close;
    }

    /** Whether the server ended the TCP connection without a close frame. */
    public boolean isDisconnected() {
        return disconnected;
    }

    /** Whether the session was told of the end. */
    public boolean isEnded() {
        return ended;
    }

    /** Whether the server wants to read from the peer. */
    public boolean isReading() {
        return reading;
    }

    /** The deadline that was asked for and has not come yet. */
    public OptionalLong wakeAtMillis() {
        return wakeAtMillis == null ? OptionalLong.empty() : OptionalLong.of(wakeAtMillis);
    }

    /** Calls the session if its deadline is due; whether it was. */
    boolean runDeadline() {
        Long deadline = wakeAtMillis;
        long now = loop.nowMillis();
        if (deadline == null || deadline > now || !open || session == null) {
            return false;
        }
        wakeAtMillis = null; // before the call, which may ask for the next one
        loop.run(() -> session().onDeadline(now));
        return true;
    }

    private interface Message {
        void reach(ProtocolSession session, byte[] buffer, int offset, int length);
    }

    /**
     * Hands the payload over as the transport does: somewhere in a bigger array, for the length of
     * the call. Whoever keeps the array finds rubbish in it.
     */
    private void hear(byte[] payload, Message message) {
        loop.run(() -> {
            if (!open) {
                return;
            }
            lastHeardMillis = loop.nowMillis();
            byte[] buffer = new byte[payload.length + 7];
            Arrays.fill(buffer, (byte) '"');
            System.arraycopy(payload, 0, buffer, 3, payload.length);
            message.reach(session(), buffer, 3, payload.length);
            Arrays.fill(buffer, (byte) '!');
        });
    }

    /** All ends lead here; the first one counts. */
    private void end(Close how) {
        if (ended) {
            return;
        }
        ended = true;
        loop.remove(this);
        if (session != null) {
            session.onClosed(how);
        }
    }

    private ProtocolSession session() {
        if (session == null) {
            throw new IllegalStateException("has no session: open(...) first");
        }
        return session;
    }

    private List<String> texts(int from) {
        var texts = new ArrayList<String>();
        for (Frame frame : frames.subList(from, frames.size())) {
            if (frame.binary()) {
                throw new AssertionError("expected text, got a " + frame);
            }
            texts.add(new String(frame.payload(), StandardCharsets.UTF_8));
        }
        return texts;
    }
}
