package dev.resound.sessions;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Frame;
import dev.resound.core.Loop;
import dev.resound.core.ProtocolSession;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A companion's socket, and the protocol's side of its connection. Which session it belongs to may
 * be known only by its first message, so it may live on another loop than that: then the two hand
 * each other tasks, in order. What is handed over is bounded: a companion that says more than the
 * session can take is not read from for a while; media the companion's loop cannot take is dropped.
 *
 * <p><b>Thread:</b> its connection's loop; the methods that say so, the session's.
 */
final class CompanionSocket implements ProtocolSession {
    /** Of one that has not proven anything yet. */
    private static final int STRANGERS_BYTES = 64 << 10;

    private static final String STATE = "state";

    /** Messages on their way to the session's loop. */
    private static final int MOST_SAID = 1_024;

    /** Frames on their way from it, in bytes; one may always go. */
    private static final long MOST_TOLD_BYTES = 8 << 20;

    /** What a frame weighs besides its bytes: none is for nothing. */
    private static final int TASK_BYTES = 256;

    /** So much on its way, and media is dropped. */
    private static final long MOST_MEDIA_BYTES = 1 << 20;

    private final DeviceSessions sessions;
    private final SessionServices services;
    private final CompanionIdentity identity;
    private final Connection connection;
    private final Outbox outbox;
    private final Pulse pulse;
    private final long introducedByMillis;
    private final AtomicInteger said = new AtomicInteger();
    private final AtomicLong told = new AtomicLong();
    private @Nullable DeviceSession session; // the one it speaks to; null before it has named one
    private int asking; // joins that are not answered yet
    private boolean joined;
    private boolean ended;

    // the session's loop
    private @Nullable Seat seat;
    private boolean released;
    private boolean overrun; // it is being closed, because too much was on its way

    CompanionSocket(
            DeviceSessions sessions,
            SessionServices services,
            CompanionIdentity identity,
            Connection connection) {
        this.sessions = sessions;
        this.services = services;
        this.identity = identity;
        this.connection = connection;
        this.outbox = new Outbox(connection, services.options().bounds(), services.tally());
        this.pulse = new Pulse(connection, services.options().liveness(), Ending.COMPANION_SILENT);
        this.introducedByMillis =
                connection.loop().nowMillis()
                        + services.options().grace().introduction().toMillis();
    }

    @Override
    public void onOpen() {
        Instant expires = identity.expires();
        if (expires != null && services.options().closeExpired()) {
            pulse.endAt(expires, sessions.now());
        }
        connection.wakeAt(introducedByMillis);
        if (identity.proven()) {
            join(new CompanionMessage.Join(null, null, null, null, false));
        }
    }

    @Override
    public int mostMessageBytes(boolean binary, int accepted) {
        return joined ? accepted : Math.min(accepted, STRANGERS_BYTES);
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) {
        if (ended) {
            return;
        }
        services.tally().companionMessages.increment();
        CompanionSide side = services.profile().companions();
        switch (side.read(buffer, offset, length)) {
            case CompanionMessage.Ping() -> outbox.control(side.pong());
            case CompanionMessage.Pong() -> {}
            case CompanionMessage.Malformed() -> connection.close(Ending.BROKEN.close());
            case CompanionMessage.Join join -> join(join);
            case CompanionMessage.Subscribe subscribe ->
                    say(current -> current.subscribe(this, subscribe));
            case CompanionMessage.Command command -> say(current -> current.command(this, command));
            case CompanionMessage.Release() -> say(current -> current.release(this));
            case CompanionMessage.Ignored(var type) -> say(current -> current.ignore(this));
        }
    }

    /** What a companion would have the device play comes as media one day; nobody takes it yet. */
    @Override
    public void onBinary(byte[] buffer, int offset, int length) {}

    private void join(CompanionMessage.Join said) {
        CompanionMessage.Join join = whole(said);
        String owner = identity.owner();
        if (owner == null) {
            owner = services.profile().companions().owner(join, sessions::isLive);
        }
        if (owner == null) {
            refuse(Refusal.SESSION_ID_MALFORMED, join.again());
            return;
        }
        boolean decided = joined || asking > 0; // a socket is one session's, however fast it talks
        DeviceSession found = decided ? session : sessions.find(owner);
        if (found == null) {
            refuse(Refusal.SESSION_NOT_FOUND, join.again());
            return;
        }
        session = found;
        asking++;
        say(current -> current.join(this, join));
    }

    /** What the upgrade has told goes before what the message says. */
    private CompanionMessage.Join whole(CompanionMessage.Join join) {
        return new CompanionMessage.Join(
                join.session(),
                identity.companion() == null ? join.companion() : identity.companion(),
                identity.key() == null ? join.key() : identity.key(),
                join.version() == null ? identity.version() : join.version(),
                join.again());
    }

    private interface Said {
        void to(DeviceSession session);
    }

    /** In the order in which the companion says it, on the session's loop. */
    private void say(Said something) {
        DeviceSession current = session;
        if (current == null) {
            refuse(Refusal.SESSION_NOT_FOUND, false);
            return;
        }
        if (current.loop().isCurrent()) {
            something.to(current);
            return;
        }
        if (said.incrementAndGet() == MOST_SAID) {
            connection.reading(false);
        }
        current.loop()
                .execute(() -> {
                    try {
                        something.to(current);
                    } finally {
                        if (said.getAndDecrement() == MOST_SAID / 2) {
                            connection
                                    .loop()
                                    .execute(() -> connection.reading(said.get() < MOST_SAID));
                        }
                    }
                });
    }

    private void refuse(Refusal why, boolean again) {
        services.tally().refusals.increment();
        CompanionSide.Refused refused = services.profile().companions().refused(why, again);
        if (refused.message() != null) {
            outbox.control(refused.message());
        }
        if (refused.close() != null) {
            connection.close(refused.close());
        }
    }

    // ---- from the session's loop

    /** Where it sits; null: nowhere. */
    @Nullable Seat seat() {
        return seat;
    }

    void sit(@Nullable Seat seat) {
        this.seat = seat;
    }

    void release() {
        released = true;
    }

    /** Whether it has said that nobody shall call it back. */
    boolean isReleased() {
        return released;
    }

    /** It may not join. */
    void tellRefused(Refusal why, boolean again) {
        onConnection(
                0,
                () -> {
                    asking--;
                    refuse(why, again);
                });
    }

    /** It wants something, and has not joined. */
    void tellStranger() {
        onConnection(0, () -> refuse(Refusal.SESSION_NOT_FOUND, false));
    }

    /** It is in: what was asked of it as a stranger is not asked any more. */
    void tellJoined(Frame greeting) {
        onConnection(
                greeting.payload().length,
                () -> {
                    asking--;
                    if (!joined) {
                        joined = true;
                        pulse.start();
                    }
                    outbox.control(greeting);
                });
    }

    void tell(Frame frame) {
        onConnection(frame.payload().length, () -> outbox.control(frame));
    }

    /** Only the newest of a key counts. */
    void tellNewest(String key, Frame frame) {
        onConnection(frame.payload().length, () -> outbox.newest(key, frame));
    }

    /** What has changed; what still waits is told together with it. */
    void tellState(ObjectNode changes) {
        CompanionSide side = services.profile().companions();
        onConnection(
                0,
                () ->
                        outbox.merged(
                                STATE,
                                changes,
                                CompanionSocket::merge,
                                all -> side.state(all, false)));
    }

    private static ObjectNode merge(ObjectNode older, ObjectNode newer) {
        ObjectNode both = older.deepCopy();
        both.setAll(newer);
        return both;
    }

    /** The piece is shared by all who get it. */
    void tellMedia(Frame piece) {
        Loop loop = connection.loop();
        if (loop.isCurrent()) {
            outbox.media(piece);
            return;
        }
        int bytes = piece.payload().length;
        if (told.getAndAdd(bytes) > MOST_MEDIA_BYTES) {
            told.getAndAdd(-bytes);
            services.tally().mediaDropped.increment();
            return;
        }
        loop.execute(() -> {
            told.getAndAdd(-bytes);
            outbox.media(piece);
        });
    }

    /** Says goodbye, and ends. */
    void end(Ending ending, @Nullable Frame last) {
        onConnection(
                0,
                () -> {
                    if (last != null) {
                        outbox.control(last);
                    }
                    connection.close(ending.close());
                });
    }

    private void onConnection(int payload, Runnable step) {
        Loop loop = connection.loop();
        if (loop.isCurrent()) {
            step.run();
            return;
        }
        if (overrun) {
            return;
        }
        int bytes = payload + TASK_BYTES;
        long waiting = told.getAndAdd(bytes);
        if (waiting > 0 && waiting + bytes > MOST_TOLD_BYTES) {
            told.getAndAdd(-bytes);
            overrun = true;
            loop.execute(() -> {
                services.tally().slow.increment();
                connection.close(Ending.SLOW.close());
            });
            return;
        }
        loop.execute(() -> {
            told.getAndAdd(-bytes);
            step.run();
        });
    }

    // ---- its end

    @Override
    public void onDrained() {
        long dropped = outbox.drained();
        if (dropped >= 0 && session != null) {
            say(current -> current.drained(this, dropped));
        }
    }

    @Override
    public void onDeadline(long nowMillis) {
        if (joined) {
            pulse.onDeadline(nowMillis);
        } else if (nowMillis >= introducedByMillis) {
            refuse(Refusal.TOO_LATE, false);
        } else {
            connection.wakeAt(introducedByMillis);
        }
    }

    @Override
    public Close closeFor(Close.Cause cause) {
        if (cause == Close.Cause.OVERFLOW) {
            services.tally().slow.increment();
        }
        return Ending.of(cause);
    }

    @Override
    public void onClosed(Close close) {
        ended = true;
        pulse.stop();
        if (session != null) {
            say(current -> current.left(this));
        }
    }
}
