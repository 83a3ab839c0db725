package dev.resound.socketio;

import dev.resound.core.Loop;
import dev.resound.core.Member;
import dev.resound.socketio.packet.Packet;
import dev.resound.socketio.packet.Payload;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A socket as its event loop sees it: one client in one namespace. It begins before the namespace
 * has admitted the socket, is connected from {@link #connect} on, and ends once, in {@link #end}.
 * <b>Thread:</b> the loop, except where a method says otherwise.
 */
final class Conversation<D> {
    final Client<D> client;
    final Namespace<D> namespace;
    final String id;
    final Rooms rooms;
    final Listeners listeners = new Listeners();
    final Mailbox mailbox;
    final Socket<D> socket;
    private final @Nullable Recoverable<D> recoverable;
    private @Nullable Acks acks; // most are never asked for anything
    private State state = State.PENDING;
    private @Nullable Member everybody;
    private long lastBroadcast;
    private DisconnectReason endReason = DisconnectReason.TRANSPORT_CLOSE;

    /** What the application sees changes with its callbacks, not with the loop. */
    private volatile boolean connected;

    private volatile Set<String> roomsAtEnd = Set.of();
    private volatile boolean dropsWaitingEvents;

    private boolean watched; // this and the next guarded by listeners
    private boolean over;

    enum State {
        PENDING,
        CONNECTED,
        ENDED
    }

    /**
     * @param returning whose conversation goes on, if anybody's
     */
    Conversation(
            Client<D> client,
            Namespace<D> namespace,
            String id,
            Handshake handshake,
            @Nullable Returning<D> returning) {
        this.client = client;
        this.namespace = namespace;
        this.id = id;
        this.rooms = new Rooms(this);
        this.mailbox = new Mailbox(client.io.settings.callbacks, client.waitingCalls);
        this.socket = new Socket<>(this, handshake);
        this.recoverable =
                client.engine.revision() == 3 ? null : namespace.recoverable(this, returning);
    }

    /** <b>Thread:</b> any. */
    Loop loop() {
        return client.engine.loop();
    }

    /** The way of events to this socket. <b>Thread:</b> any. */
    Outbox<D> out() {
        return new Outbox<>(this);
    }

    private Callbacks callbacks() {
        return new Callbacks(this, listeners);
    }

    private Acks acks() {
        Acks owed = acks == null ? new Acks() : acks;
        acks = owed;
        return owed;
    }

    State state() {
        return state;
    }

    /** <b>Thread:</b> any. */
    boolean isConnected() {
        return connected;
    }

    /** Keeps what it takes to go on after a disconnection; null if that is not wanted. */
    @Nullable Recoverable<D> recoverable() {
        return recoverable;
    }

    /** <b>Thread:</b> any. */
    boolean isRecoverable() {
        return recoverable != null;
    }

    PacketFormat format() {
        return namespace.format(client.engine.binaryForm());
    }

    /** Rooms as the application sees them: until its last callback has been called. Any thread. */
    Set<String> roomNames() {
        Set<String> atEnd = roomsAtEnd;
        if (!atEnd.isEmpty()) {
            return atEnd;
        }
        return connected ? withOwn(rooms.names()) : rooms.names();
    }

    /** The namespace has admitted the socket: broadcasts reach it from here on. */
    void connect() {
        state = State.CONNECTED;
        connected = true;
        namespace.enter(this);
        Member member = client.io.settings.hub.reserve(namespace.topics.everybody(), loop(), this);
        member.sit(client.connection(), format());
        everybody = member;
        rooms.activate();
        client.io.observers.tell(observer -> observer.onConnected(socket));
    }

    /** Its session's connection is another from here on. */
    void onUpgraded() {
        if (everybody != null) {
            everybody.sit(client.connection(), format());
            rooms.moveTo(client.connection(), format());
            client.io.observers.tell(observer -> observer.onUpgraded(socket));
        }
    }

    // ---- in

    void onEvent(Packet.Event event) {
        Payload payload = event.arguments();
        client.io.observers.received(this, payload);
        mailbox.call(
                Broadcast.weight(payload),
                () -> {
                    if (!dropsWaitingEvents) {
                        callbacks().event(payload, ackFor(event.id()));
                    }
                });
    }

    private Ack ackFor(long id) {
        return id == Packet.NO_ID
                ? Ack.NOT_EXPECTED
                : new Ack(arguments -> answer(id, namespace.json().answer(arguments)));
    }

    private void answer(long id, Payload arguments) {
        namespace.inOrder(() ->
                client.io.hand(
                        loop().lane(),
                        Broadcast.weight(arguments),
                        () -> send(new Packet.Ack(namespace.name(), id, arguments))));
    }

    void onAck(Packet.Ack ack) {
        Acks.Pending waiter = acks == null ? null : acks.take(ack.id());
        if (waiter != null) {
            client.regulate();
            waiter.answered(ack.arguments());
        }
    }

    /** Whether somebody waits for the client, who must be able to answer then. */
    boolean awaitsAnswer() {
        return acks != null && !acks.isEmpty();
    }

    /** The client broke the protocol; the end follows. */
    void onProblem(Exception problem) {
        mailbox.call(0, () -> callbacks().error(problem));
    }

    // ---- out

    /**
     * Sends an event to this socket.
     *
     * @param offset of the recorded event; 0 if it is not recorded
     * @param waiter who waits for the answer, if anybody
     * @return the id of the answer waited for
     */
    long sendEvent(Payload payload, Flags flags, long offset, Acks.@Nullable Pending waiter) {
        if (state == State.ENDED) {
            if (waiter != null) {
                waiter.failed(new SocketDisconnectedException(endReason));
            }
            return Packet.NO_ID;
        }
        long ackId = waiter == null ? Packet.NO_ID : acks().register(waiter);
        if (!flags.asVolatile() || client.engine.isWritable()) {
            noteSent(offset);
            tellOutgoing(payload);
            client.send(flags.applied(format().event(ackId, payload)));
        }
        if (waiter != null) {
            client.regulate();
        }
        return ackId;
    }

    /** Sends an event that wants an answer in time. */
    void ask(Payload payload, Flags flags, AckFuture answer, long timeoutMillis) {
        long ackId = sendEvent(payload, flags, 0, answer);
        if (ackId != Packet.NO_ID) {
            answer.expireAfter(timeoutMillis, ackId, this);
        }
    }

    /** Whether a broadcast is for this socket, and if so, everything but the sending. */
    boolean takes(Choice choice) {
        if (state != State.CONNECTED || lastBroadcast == choice.stamp()) {
            return false;
        }
        lastBroadcast = choice.stamp();
        Selection selection = choice.selection();
        if (selection.except().contains(id)
                || rooms.sitsInAny(selection.except())
                || (selection.asVolatile() && !client.engine.isWritable())) {
            return false;
        }
        noteSent(choice.offset());
        choice.expectAnswer(this);
        tellOutgoing(choice.message().payload());
        return true;
    }

    /** The same for a broadcast that somebody else sends. */
    boolean takesFromTopic(Choice choice) {
        boolean taken = takes(choice);
        if (taken) {
            client.io.observers.bytesOut(
                    client.io.observers.isEmpty()
                            ? List.of()
                            : choice.message().framesFor(format()));
        }
        return taken;
    }

    private void noteSent(long offset) {
        if (offset > 0 && recoverable != null) {
            recoverable.noteSent(offset);
        }
    }

    /** Sends what was missed. */
    void replay(List<Payload> missed) {
        for (Payload payload : missed) {
            client.send(format().event(Packet.NO_ID, payload));
        }
    }

    /** Its rooms or its data are others. <b>Thread:</b> any. */
    void changed() {
        if (recoverable != null) {
            recoverable.changed();
        }
    }

    void sendBroadcast(Choice choice) {
        if (takes(choice)) {
            client.send(choice.message().framesFor(format()));
        }
    }

    /** Registers for the answer to a broadcast. */
    void expect(long ackId, Acks.Pending waiter) {
        acks().register(ackId, waiter);
        client.regulate();
    }

    /** Nobody waits for this answer any more. */
    void forget(long ackId) {
        acks().take(ackId);
        client.regulate();
    }

    /**
     * Changes who listens to what is sent, and has the namespace know whether anybody does.
     * <b>Thread:</b> any.
     */
    void changeOutgoing(Consumer<Listeners> change) {
        synchronized (listeners) {
            change.accept(listeners);
            boolean wanted = !over && !listeners.anyOutgoing.isEmpty();
            if (wanted != watched) {
                watched = wanted;
                namespace.local.watched(wanted);
            }
        }
    }

    private void tellOutgoing(Payload payload) {
        client.io.observers.sent(this, payload);
        List<AnyListener> outgoing = listeners.anyOutgoing;
        if (!outgoing.isEmpty()) {
            mailbox.call(Broadcast.weight(payload), () -> callbacks().outgoing(payload, outgoing));
        }
    }

    private void send(Packet packet) {
        if (state != State.ENDED) {
            client.send(packet);
        }
    }

    // ---- end

    /** The application disconnects the socket. */
    void disconnect(boolean closeConnection) {
        if (state != State.CONNECTED) {
            return;
        }
        if (closeConnection) {
            client.disconnectAll();
        } else {
            client.leave(this);
        }
    }

    /**
     * The one end of a socket. What is delivered stops at once; the application sees the socket as
     * it was until it has been told.
     */
    void end(DisconnectReason reason, @Nullable String description) {
        if (state == State.ENDED) {
            return;
        }
        boolean wasConnected = state == State.CONNECTED;
        state = State.ENDED;
        endReason = reason;
        dropsWaitingEvents = reason == DisconnectReason.SERVER_NAMESPACE_DISCONNECT;
        if (recoverable != null) {
            recoverable.end(wasConnected, reason);
        }
        if (wasConnected) {
            client.io.observers.tell(observer -> observer.onDisconnected(socket, reason));
            namespace.leave(this);
        }
        roomsAtEnd = wasConnected ? withOwn(rooms.end()) : rooms.end();
        if (everybody != null) {
            client.io.settings.hub.release(everybody);
            everybody.stand();
            everybody = null;
        }
        if (acks != null) {
            acks.end(reason);
        }
        client.regulate();
        client.io.namespaces.exit(namespace);
        changeOutgoing(nobody -> over = true);
        if (wasConnected) {
            mailbox.call(0, () -> farewell(reason, description));
        }
    }

    /** <b>Thread:</b> the mailbox. */
    private void farewell(DisconnectReason reason, @Nullable String description) {
        callbacks().disconnecting(reason, description);
        connected = false;
        roomsAtEnd = Set.of();
        callbacks().disconnect(reason, description);
    }

    private Set<String> withOwn(Set<String> others) {
        var all = new TreeSet<>(others);
        all.add(id);
        return all;
    }
}
