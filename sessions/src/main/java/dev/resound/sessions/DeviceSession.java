package dev.resound.sessions;

import dev.resound.core.Frame;
import dev.resound.core.Loop;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One owner's session. It has one device socket or none: a newer one takes over at once, and only
 * the end of the one it has at the moment counts. {@link #end} is the only way out.
 *
 * <p><b>Thread:</b> its loop; {@link #loop} and {@link #owner} by any.
 */
final class DeviceSession {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceSession.class);

    /** So many take-overs in a minute are two devices that throw each other out. */
    private static final int FIGHT = 6;

    private static final long FIGHT_MILLIS = 60_000;

    private final String owner;
    private final Loop loop;
    private final SessionServices services;
    private final Consumer<DeviceSession> whenEnded;
    private final Companions companions;
    private final Routing routing;
    private final Commands commands;
    private final Screen screen;
    private final List<DemandSignal<?>> demands;
    private final DerivedStreams derived;
    private final ObjectNode state = JsonNodeFactory.instance.objectNode();
    private final ArrayDeque<Long> takeOvers = new ArrayDeque<>(FIGHT);
    private final ArrayDeque<Frame> replay = new ArrayDeque<>(); // while the device is away
    private @Nullable DeviceSocket socket;
    private Loop.@Nullable Timer patience; // while there is no socket
    private Loop.@Nullable Timer note; // that companions have changed
    private long notedMillis;
    private boolean stopping;
    private boolean ended;

    /** Without a socket yet. */
    DeviceSession(
            String owner, Loop loop, SessionServices services, Consumer<DeviceSession> whenEnded) {
        this.owner = owner;
        this.loop = loop;
        this.services = services;
        this.whenEnded = whenEnded;
        this.companions = new Companions(this, services);
        this.routing = new Routing(owner, companions.all(), services);
        this.commands = new Commands(this, services);
        this.screen = new Screen(this, services.options().pace());
        this.derived = new DerivedStreams(this, services.providers());
        this.demands =
                services.profile().device().demands().stream()
                        .<DemandSignal<?>>map(demand ->
                                new DemandSignal<>(demand, this, companions::subscriptions))
                        .toList();
        this.notedMillis = loop.nowMillis() - services.options().pace().changes().toMillis();
    }

    Loop loop() {
        return loop;
    }

    String owner() {
        return owner;
    }

    // ---- the device's sockets

    /** From here on the session speaks through this socket. */
    void take(DeviceSocket next) {
        assert loop.isCurrent() : "a session touched off its loop";
        DeviceSocket older = socket;
        boolean isNew = older == null && patience == null;
        socket = next;
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
        if (older == null) {
            services.tally().devices.increment();
        } else {
            services.tally().takeOvers.increment();
            older.superseded(services.options().closeSuperseded() && !isFight());
        }
        next.tell(services.profile().device().greeting(next.identity(), !isNew));
        if (isNew) {
            services.observer().on(new SessionEvent.Opened(owner));
            List.copyOf(services.running().of(owner)).forEach(companions::start);
        } else {
            services.observer().on(new SessionEvent.Resumed(owner));
            if (older == null) {
                tellPresence(true);
            }
            replay.forEach(next::tell);
            replay.clear();
            screen.deviceCame();
            companions.deviceCame();
        }
        demands.forEach(DemandSignal::refresh);
    }

    private boolean isFight() {
        long now = loop.nowMillis();
        while (!takeOvers.isEmpty() && now - takeOvers.element() >= FIGHT_MILLIS) {
            takeOvers.remove();
        }
        if (takeOvers.size() >= FIGHT) {
            LOG.warn("Two devices of one owner throw each other out; the older stays as it is");
            return true;
        }
        takeOvers.add(now);
        return false;
    }

    /** A socket is gone; if it was this session's, the device has a while to come back. */
    void lose(DeviceSocket gone) {
        assert loop.isCurrent() : "a session touched off its loop";
        if (socket != gone) {
            services.tally().staleCloses.increment();
            return;
        }
        socket = null;
        services.tally().devices.decrement();
        screen.deviceLeft();
        tellPresence(false);
        services.observer().on(new SessionEvent.Detached(owner));
        patience = loop.schedule(services.options().grace().device().toMillis(), this::end);
        endIfStopped();
    }

    boolean hasDevice() {
        return socket != null;
    }

    private void tellPresence(boolean there) {
        tellAll(services.profile().companions().devicePresence(there));
    }

    private void tellAll(@Nullable Frame frame) {
        if (frame == null) {
            return;
        }
        for (Seat seat : companions.all()) {
            CompanionSocket listener = seat.listener();
            if (listener != null) {
                listener.tell(frame);
            }
        }
    }

    /** A device that is away gets it when it comes back, if there is room for that. */
    void tellDevice(@Nullable Frame frame) {
        if (frame == null) {
            return;
        }
        if (socket != null) {
            socket.tell(frame);
            return;
        }
        int most = services.options().bounds().replayed();
        if (most > 0 && !ended) {
            if (replay.size() == most) {
                replay.remove();
            }
            replay.add(frame);
        }
    }

    /** Of no use to a device that is away. */
    void tellDeviceNewest(Object key, @Nullable Frame frame) {
        if (socket != null && frame != null) {
            socket.tellNewest(key, frame);
        }
    }

    // ---- what the device says

    void hear(DeviceMessage.Event event) {
        assert loop.isCurrent() : "a session touched off its loop";
        if (ended) {
            return;
        }
        for (DeviceMessage.Effect effect : event.effects()) {
            switch (effect) {
                case DeviceMessage.Effect.Correlated(var correlation) -> {
                    if (commands.answeredBy(correlation, event.stream(), event.json())) {
                        return;
                    }
                }
                case DeviceMessage.Effect.State(var changes) -> change(changes);
                case DeviceMessage.Effect.Refresh() -> demands.forEach(DemandSignal::refresh);
                case DeviceMessage.Effect.Latest(var value) ->
                        commands.latest(event.stream(), value);
                case DeviceMessage.Effect.Speech(var speaking) -> derived.speech(speaking);
            }
        }
        routing.deliver(event.stream(), event.json());
    }

    void hearMedia(byte[] piece) {
        boolean heard = routing.deliverMedia(piece);
        if (!derived.isEmpty()) {
            derived.media(piece);
        } else if (!heard) {
            demands.forEach(DemandSignal::remind);
        }
    }

    void answered(DeviceMessage.Answer answer) {
        commands.answered(answer);
    }

    /** Companions are told what is different, and only that. */
    private void change(ObjectNode changes) {
        CompanionSide side = services.profile().companions();
        ObjectNode before = state.deepCopy();
        ObjectNode different = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : changes.properties()) {
            if (!field.getValue().equals(state.get(field.getKey()))) {
                different.set(field.getKey(), field.getValue());
            }
        }
        if (different.isEmpty()) {
            return;
        }
        state.setAll(different);
        for (Seat seat : companions.all()) {
            CompanionSocket listener = seat.listener();
            if (listener != null) {
                listener.tellState(different);
            }
        }
        tellAll(side.capabilitiesChanged(before, state));
    }

    /** Not to be changed by others. */
    ObjectNode state() {
        return state;
    }

    // ---- companions

    void start(String companion) {
        assert loop.isCurrent() : "a session touched off its loop";
        if (!ended) {
            companions.start(companion);
        }
    }

    void stop(String companion, CompanionSide.Dismissal reason) {
        assert loop.isCurrent() : "a session touched off its loop";
        companions.stop(companion, reason);
    }

    void join(CompanionSocket companion, CompanionMessage.Join join) {
        assert loop.isCurrent() : "a session touched off its loop";
        if (ended) {
            companion.tellRefused(Refusal.SESSION_NOT_FOUND, join.again());
        } else {
            tryToJoin(companion, join);
        }
    }

    /** Who cannot join through a failure of ours may try again. */
    private void tryToJoin(CompanionSocket companion, CompanionMessage.Join join) {
        try {
            companions.join(companion, join);
        } catch (RuntimeException failure) { // of a directory or a profile
            LOG.error("A companion could not join", failure);
            companion.tellRefused(Refusal.INTERNAL, join.again());
        }
    }

    void subscribe(CompanionSocket companion, CompanionMessage.Subscribe subscribe) {
        assert loop.isCurrent() : "a session touched off its loop";
        Seat seat = seatOf(companion);
        if (seat != null) {
            companions.subscribe(seat, subscribe.subscriptions());
        }
    }

    /** When this socket ends nobody shall call its companion back. */
    void release(CompanionSocket companion) {
        if (seatOf(companion) != null) {
            companion.release();
        }
    }

    /** What nobody listens to: a stranger is told that it is one. */
    void ignore(CompanionSocket companion) {
        if (seatOf(companion) != null) {
            LOG.debug("A companion said what nobody listens to");
        }
    }

    void command(CompanionSocket companion, CompanionMessage.Command command) {
        assert loop.isCurrent() : "a session touched off its loop";
        Seat seat = seatOf(companion);
        if (seat != null) {
            commands.give(seat, command.route(), command.fields());
        }
    }

    /** Null if what this one says does not count, which it is told if it has never joined. */
    private @Nullable Seat seatOf(CompanionSocket companion) {
        Seat seat = companion.seat();
        if (seat == null) {
            companion.tellStranger();
            return null;
        }
        return seat.listener() == companion ? seat : null;
    }

    void left(CompanionSocket companion) {
        assert loop.isCurrent() : "a session touched off its loop";
        if (!ended) {
            companions.left(companion);
            endIfStopped();
        }
    }

    void drained(CompanionSocket companion, long dropped) {
        Seat seat = companion.seat();
        if (seat != null && !ended) {
            services.observer().on(new SessionEvent.Drained(owner, seat.id(), dropped));
        }
    }

    /** This one is to be told nothing any more. */
    void forget(Seat seat) {
        commands.forget(seat);
        screen.forget(seat.id());
    }

    /** What it has asked the device for is no use to it any more. */
    void forgetAnswers(Seat seat) {
        commands.forget(seat);
    }

    /**
     * Who is there, or who hears what, is different.
     *
     * @param noteworthy the device is told, too
     */
    void companionsChanged(boolean noteworthy) {
        assert loop.isCurrent() : "a session touched off its loop";
        routing.changed();
        demands.forEach(DemandSignal::update);
        updateDerived();
        if (!noteworthy || note != null || socket == null) {
            return;
        }
        long pace = services.options().pace().changes().toMillis();
        long wait = notedMillis + pace - loop.nowMillis();
        if (wait <= 0) {
            noteChanges();
        } else {
            note = loop.schedule(wait, this::noteChanges);
        }
    }

    private void noteChanges() {
        note = null;
        notedMillis = loop.nowMillis();
        tellDeviceNewest("changes", services.profile().device().companionsChanged(owner));
    }

    void updateDerived() {
        if (!ended) {
            derived.update(companions.subscriptions());
        }
    }

    Routing routing() {
        return routing;
    }

    Screen screen() {
        return screen;
    }

    /** As an application has it to say. */
    void tellCompanion(String id, Frame frame) {
        for (Seat seat : companions.all()) {
            CompanionSocket listener = seat.listener();
            if (listener != null && seat.id().equals(id)) {
                listener.tell(frame);
            }
        }
    }

    void settingsChanged(Companion companion) {
        companions.settingsChanged(companion);
    }

    // ---- the end

    /**
     * The server stops: nobody is asked to come any more. Whoever is there is told by the port,
     * each through its own socket.
     */
    void serverStops() {
        assert loop.isCurrent() : "a session touched off its loop";
        stopping = true;
        endIfStopped();
    }

    /** The last one has gone, and nobody comes back to a server that stops. */
    private void endIfStopped() {
        if (stopping && socket == null && companions.isDeserted()) {
            end();
        }
    }

    boolean isStopping() {
        return stopping;
    }

    /** Of the session, whoever is still there. */
    void end() {
        assert loop.isCurrent() : "a session touched off its loop";
        if (ended) {
            return;
        }
        ended = true;
        whenEnded.accept(this); // first, so that whoever comes from here on begins anew
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
        if (note != null) {
            note.cancel();
            note = null;
        }
        Ending ending = stopping ? Ending.SHUTDOWN : Ending.SESSION_ENDED;
        companions.end(ending);
        commands.end();
        screen.end();
        demands.forEach(DemandSignal::end);
        derived.end();
        replay.clear();
        routing.changed();
        DeviceSocket last = socket;
        if (last != null) {
            socket = null;
            services.tally().devices.decrement();
            last.end(ending);
        }
        services.observer().on(new SessionEvent.Ended(owner));
    }
}
