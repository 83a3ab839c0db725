package dev.resound.sessions;

import dev.resound.core.Frame;
import dev.resound.core.TokenBucket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The companions of one session: who is asked to come, who is there, who has gone and may come
 * back. What is not in the map is stopped.
 *
 * <pre>
 *            start             join               its socket closes
 *   stopped ──────▶ CONNECTING ────▶ RUNNING ─────────────────────▶ GRACE
 *      ▲               │   ▲          ▲  │ it had released itself     │ │
 *      │   not in time │   │     join │  └──────────▶ DORMANT ◀───────┘ │ in vain
 *      ◀───────────────┘   │          └───────────────┤   no device     │
 *      ▲                   └──── the device comes ────┘                 │
 *      │ told              └──────────── asked anew ────────────────────┘
 *   STOPPING ◀── stop, from everywhere
 * </pre>
 *
 * <p><b>Thread:</b> the session's loop.
 */
final class Companions {
    private static final Logger LOG = LoggerFactory.getLogger(Companions.class);

    /** So often in a row a companion is asked anew that is lost again and again. */
    private static final int MOST_REVIVALS = 3;

    /** One that has run for so long was not asked in vain. */
    private static final long STEADY_MILLIS = 10_000;

    private static final int JOINS_PER_SECOND = 10;
    private static final int JOINS_AT_ONCE = 64;

    private final DeviceSession session;
    private final SessionServices services;
    private final CompanionSide side;
    private final Streams streams;
    private final Map<String, Seat> seats = new LinkedHashMap<>();
    private final TokenBucket joins;
    private final TokenBucket guesses; // of their own: who has no key shuts out nobody who has one

    Companions(DeviceSession session, SessionServices services) {
        this.session = session;
        this.services = services;
        this.side = services.profile().companions();
        this.streams = services.profile().streams();
        this.joins = bucket();
        this.guesses = bucket();
    }

    private TokenBucket bucket() {
        return new TokenBucket(JOINS_PER_SECOND, JOINS_AT_ONCE, session.loop().nowMillis());
    }

    /** Whether none of them has a socket. */
    boolean isDeserted() {
        return seats.values().stream().allMatch(seat -> seat.socket == null);
    }

    Collection<Seat> all() {
        return seats.values();
    }

    /** The subscriptions of all, also of those that are away for a moment. */
    List<Subscription> subscriptions() {
        List<Subscription> all = new ArrayList<>();
        seats.values().forEach(seat -> all.addAll(seat.subscriptions));
        return all;
    }

    // ---- starting

    void start(String id) {
        Seat present = seats.get(id);
        if (present != null) {
            if (present.state == Seat.State.STOPPING) {
                present.startAgain = true;
            } else if (present.state == Seat.State.DORMANT) {
                revive(present, false);
            }
            return;
        }
        Companion companion = known(id);
        if (session.isStopping()
                || companion == null
                || seats.size() >= services.options().bounds().companions()) {
            LOG.debug("A companion was not started: unknown, one too many, or the server stops");
            session.tellDevice(services.profile().device().companionGone(id));
            return;
        }
        Seat seat = seat(companion);
        invite(seat);
        session.companionsChanged(true);
    }

    private @Nullable Companion known(String id) {
        try {
            return services.directory().find(id);
        } catch (RuntimeException failure) { // foreign code
            LOG.error("The directory of companions has failed", failure);
            return null;
        }
    }

    /** A place for one that has none. */
    private Seat seat(Companion companion) {
        if (companion.exclusive()) {
            for (Seat other : List.copyOf(seats.values())) {
                if (other.companion.exclusive()) {
                    stop(other.id(), CompanionSide.Dismissal.BY_SYSTEM);
                }
            }
        }
        Seat seat = new Seat(companion, 0);
        seats.put(companion.id(), seat);
        return seat;
    }

    /** Asks it to come. How it answers does not matter, as long as it joins. */
    private void invite(Seat seat) {
        CompanionSide.Call invitation = side.invitation(session.owner(), seat.companion);
        if (invitation == null) {
            fail(seat);
            return;
        }
        services.observer().on(new SessionEvent.CompanionInvited(session.owner(), seat.id()));
        seat.waitFor(
                session.loop()
                        .schedule(
                                services.options().grace().invited().toMillis(),
                                () -> failIfUnjoined(seat)));
        services.invitations()
                .make(
                        invitation,
                        reached -> {
                            (reached
                                            ? services.tally().invitations
                                            : services.tally().invitationsFailed)
                                    .increment();
                            if (!reached) {
                                session.loop().execute(() -> failIfUnjoined(seat));
                            }
                        });
    }

    private void failIfUnjoined(Seat seat) {
        if (seats.get(seat.id()) == seat && seat.state == Seat.State.CONNECTING) {
            LOG.warn("The companion {} was asked to come and did not", seat.id());
            fail(seat);
        }
    }

    private void fail(Seat seat) {
        services.running().remove(session.owner(), seat.id());
        session.tellDevice(services.profile().device().companionGone(seat.id()));
        gone(seat);
    }

    // ---- joining

    void join(CompanionSocket socket, CompanionMessage.Join join) {
        Refusal refusal = tryToJoin(socket, join);
        if (refusal != null) {
            socket.tellRefused(refusal, join.again());
        }
    }

    private @Nullable Refusal tryToJoin(CompanionSocket socket, CompanionMessage.Join join) {
        String id = join.companion();
        Seat seat = id == null ? null : seats.get(id);
        Companion companion = companion(id, seat);
        if (companion == null || join.key() == null || !companion.isKey(join.key())) {
            return guesses.take(session.loop().nowMillis())
                    ? Refusal.KEY_INVALID
                    : Refusal.TOO_MANY;
        }
        if (!joins.take(session.loop().nowMillis())) {
            return Refusal.TOO_MANY;
        }
        if (seat == null && side.joinUnasked()) {
            if (seats.size() >= services.options().bounds().companions()) {
                return Refusal.TOO_MANY;
            }
            seat = seat(companion);
        }
        boolean another = socket.seat() != null && socket.seat() != seat;
        if (seat == null || seat.state == Seat.State.STOPPING || another) {
            return Refusal.NOT_STARTED;
        }
        seated(seat, socket, join);
        return null;
    }

    private @Nullable Companion companion(@Nullable String id, @Nullable Seat seat) {
        if (seat != null) {
            return seat.companion;
        }
        return id == null ? null : services.directory().find(id);
    }

    /** The state comes first: what the companion says when it is greeted must find it running. */
    private void seated(Seat seat, CompanionSocket socket, CompanionMessage.Join join) {
        CompanionSocket older = seat.socket;
        boolean returned = seat.state == Seat.State.GRACE;
        boolean isNew = older != socket;
        seat.cancelAll();
        seat.socket = socket;
        seat.state = Seat.State.RUNNING;
        seat.version = join.version();
        seat.joinedMillis = session.loop().nowMillis();
        socket.sit(seat);
        if (older == null) {
            services.tally().companions.increment();
        }
        if (isCalled(seat)) {
            services.running().add(session.owner(), seat.id());
        }
        socket.tellJoined(
                side.greeting(
                        new CompanionSide.Greeting(
                                session.owner(),
                                seat.companion,
                                join.again(),
                                seat.subscriptions,
                                side.capabilities(session.state()))));
        socket.tell(side.state(session.state(), true));
        if (isNew) {
            if (older != null) {
                older.end(Ending.REPLACED, null);
            }
            services.observer().on(new SessionEvent.CompanionJoined(session.owner(), seat.id()));
        }
        session.companionsChanged(!returned);
    }

    // ---- listening

    void subscribe(Seat seat, List<Subscription> wanted) {
        if (seat.state != Seat.State.RUNNING) {
            return;
        }
        seat.emptyLater(null);
        if (wanted.size() > services.options().bounds().subscriptions()) {
            Frame tooMany =
                    side.failed(
                            CommandFailure.TOO_MANY, null, JsonNodeFactory.instance.objectNode());
            if (seat.socket != null && tooMany != null) {
                seat.socket.tell(tooMany);
            }
            return;
        }
        long believedAt =
                seat.joinedMillis + services.options().pace().emptySubscription().toMillis();
        long now = session.loop().nowMillis();
        if (wanted.isEmpty() && now < believedAt) {
            seat.emptyLater(session.loop().schedule(believedAt - now, () -> hear(seat, wanted)));
            return;
        }
        hear(seat, wanted);
    }

    private void hear(Seat seat, List<Subscription> wanted) {
        List<Subscription> allowed = new ArrayList<>();
        List<CompanionSide.Denied> denied = new ArrayList<>();
        for (Subscription subscription : wanted) {
            String permission =
                    subscription.stream() == null
                            ? null // each event is looked at when it comes
                            : streams.permission(subscription.stream());
            if (permission == null || streams.grants(seat.companion.permissions(), permission)) {
                allowed.add(subscription);
            } else {
                denied.add(new CompanionSide.Denied(subscription, permission));
            }
        }
        if (!denied.isEmpty() && seat.socket != null) {
            seat.socket.tell(side.denied(denied));
        }
        Frame answer = side.subscribed(List.copyOf(allowed));
        if (answer != null && seat.socket != null) {
            seat.socket.tell(answer);
        }
        if (!allowed.equals(seat.subscriptions)) {
            seat.subscriptions = List.copyOf(allowed);
            session.companionsChanged(true);
        }
    }

    // ---- losing and asking anew

    /** Only the end of the socket a companion has at the moment counts. */
    void left(CompanionSocket socket) {
        Seat seat = socket.seat();
        if (seat == null || seat.socket != socket) {
            services.tally().staleCloses.increment();
            return;
        }
        seat.socket = null;
        seat.emptyLater(null);
        services.tally().companions.decrement();
        services.observer().on(new SessionEvent.CompanionLost(session.owner(), seat.id()));
        if (seat.state != Seat.State.RUNNING) {
            return; // it is being stopped, and this is how it does what it is told
        }
        if (socket.isReleased() && !isCalled(seat)) {
            gone(seat);
            return;
        }
        if (socket.isReleased()) {
            seat.state = Seat.State.DORMANT;
            seat.subscriptions = List.of();
        } else {
            seat.state = Seat.State.GRACE;
            long grace = services.options().grace().companion().toMillis();
            seat.waitFor(session.loop().schedule(grace, () -> missed(seat)));
        }
        session.companionsChanged(socket.isReleased());
    }

    /** Whether it is one that is asked to come. */
    private boolean isCalled(Seat seat) {
        return side.invitation(session.owner(), seat.companion) != null;
    }

    /** It has not come back by itself. */
    private void missed(Seat seat) {
        if (seat.state != Seat.State.GRACE) {
            return;
        }
        if (!isCalled(seat)) {
            gone(seat); // nobody asked it, and nobody misses it
        } else if (session.hasDevice()) {
            revive(seat, true);
        } else {
            seat.state = Seat.State.DORMANT;
            session.companionsChanged(false);
        }
    }

    /** The device is there again: so are its companions. */
    void deviceCame() {
        for (Seat seat : List.copyOf(seats.values())) {
            if (seat.state == Seat.State.DORMANT) {
                revive(seat, false);
            }
        }
    }

    /**
     * Asks it anew.
     *
     * @param farewell whether it may still believe in its old conversation, though it has lost it:
     *     one that was told, or has said so itself, does not
     */
    private void revive(Seat lost, boolean farewell) {
        if (session.isStopping()) {
            return;
        }
        boolean steady =
                lost.joinedMillis > 0
                        && session.loop().nowMillis() - lost.joinedMillis >= STEADY_MILLIS;
        int revivals = steady ? 1 : lost.revivals + 1;
        lost.cancelAll();
        session.forgetAnswers(lost);
        if (revivals > MOST_REVIVALS) {
            LOG.warn("The companion {} is lost again and again; it is stopped", lost.id());
            fail(lost);
            return;
        }
        services.tally().revivals.increment();
        Seat seat = new Seat(lost.companion, revivals);
        boolean resumes = side.resumes(lost.version);
        if (resumes) {
            seat.subscriptions = lost.subscriptions;
            seat.version = lost.version;
        }
        seats.put(seat.id(), seat);
        session.companionsChanged(true);
        CompanionSide.Call dismissal =
                resumes || !farewell || !services.options().dismissFirst()
                        ? null
                        : side.dismissal(
                                session.owner(), seat.companion, CompanionSide.Dismissal.BY_SYSTEM);
        if (dismissal == null) {
            invite(seat);
            return;
        }
        services.invitations()
                .make(
                        dismissal,
                        reached ->
                                session.loop()
                                        .execute(() -> {
                                            if (seats.get(seat.id()) == seat
                                                    && seat.state == Seat.State.CONNECTING) {
                                                invite(seat);
                                            }
                                        }));
    }

    // ---- stopping

    void stop(String id, CompanionSide.Dismissal reason) {
        Seat seat = seats.get(id);
        if (seat == null) {
            return;
        }
        seat.startAgain = false;
        if (seat.state == Seat.State.STOPPING) {
            return;
        }
        seat.state = Seat.State.STOPPING;
        seat.cancelAll();
        seat.subscriptions = List.of();
        session.forget(seat);
        services.running().remove(session.owner(), id);
        session.companionsChanged(true);
        CompanionSide.Call dismissal = side.dismissal(session.owner(), seat.companion, reason);
        if (dismissal == null) {
            stopped(seat);
        } else {
            services.invitations()
                    .make(dismissal, reached -> session.loop().execute(() -> stopped(seat)));
        }
    }

    private void stopped(Seat seat) {
        if (seats.get(seat.id()) != seat) {
            return; // the session has ended meanwhile
        }
        disconnect(seat, Ending.STOPPED, side.stopped());
        gone(seat);
        if (seat.startAgain) {
            start(seat.id());
        }
    }

    private void disconnect(Seat seat, Ending ending, @Nullable Frame last) {
        CompanionSocket socket = seat.socket;
        if (socket != null) {
            seat.socket = null;
            services.tally().companions.decrement();
            socket.end(ending, last);
        }
    }

    private void gone(Seat seat) {
        seat.cancelAll();
        seats.remove(seat.id(), seat);
        session.forget(seat);
        services.observer().on(new SessionEvent.CompanionStopped(session.owner(), seat.id()));
        session.companionsChanged(true);
    }

    /**
     * The session is over. What runs is remembered, for the next one: of a server that stops nobody
     * hears that it is stopped.
     */
    void end(Ending ending) {
        Frame last = ending == Ending.SHUTDOWN ? null : side.stopped();
        for (Seat seat : List.copyOf(seats.values())) {
            seat.cancelAll();
            disconnect(seat, ending, last);
        }
        seats.clear();
    }

    /** Its settings are others now. */
    void settingsChanged(Companion changed) {
        Seat seat = seats.get(changed.id());
        if (seat != null) {
            seat.companion = changed;
            session.companionsChanged(false); // what it may hear may be different, too
            CompanionSocket socket = seat.listener();
            if (socket != null) {
                socket.tell(side.settingsChanged(changed));
            }
        }
    }
}
