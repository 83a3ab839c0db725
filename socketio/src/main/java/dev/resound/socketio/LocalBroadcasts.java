package dev.resound.socketio;

import dev.resound.core.Connection;
import dev.resound.core.Hub;
import dev.resound.core.Loop;
import dev.resound.core.Message;
import dev.resound.core.RateLimitedLog;
import dev.resound.core.TopicName;
import dev.resound.socketio.packet.Packet;
import dev.resound.socketio.packet.Payload;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Brings what is broadcast in a namespace to the sockets of this node. <b>Thread:</b> any.
 *
 * <p>A broadcast to one room or to everybody, without anything that depends on the single socket,
 * is one publish to one topic: nobody looks at the members. Everything else asks each socket, on
 * its loop, see {@link Choice}.
 */
final class LocalBroadcasts<D> {
    private static final RateLimitedLog DROPS =
            new RateLimitedLog(LoggerFactory.getLogger(LocalBroadcasts.class));

    private final Namespace<D> namespace;
    private final SocketIo<D> io;
    private final Hub hub;
    private final AtomicLong stamps = new AtomicLong();
    private final AtomicInteger ackIds = new AtomicInteger(Acks.FIRST_BROADCAST_ID);

    /** Sockets with somebody listening to what is sent. */
    private final AtomicInteger watched = new AtomicInteger();

    LocalBroadcasts(Namespace<D> namespace) {
        this.namespace = namespace;
        this.io = namespace.io;
        this.hub = io.settings.hub;
    }

    void watched(boolean starts) {
        watched.addAndGet(starts ? 1 : -1);
    }

    void emit(Selection selection, @Nullable Conversation<D> sender, Payload payload) {
        RecoveryLog<D> log = namespace.recovery;
        BooleanSupplier delivery;
        if (log == null) {
            var message = broadcast(selection, Packet.NO_ID, payload, payload);
            delivery = () -> deliver(selection, sender, message);
        } else if (selection.asVolatile()) {
            delivery =
                    () ->
                            log.passBy(
                                    payload, told -> chooseOf(selection, sender, told, payload, 0));
        } else {
            Selection recorded = without(sender, selection);
            delivery =
                    () ->
                            log.publish(
                                    recorded,
                                    payload,
                                    told ->
                                            chooseOf(
                                                    selection,
                                                    sender,
                                                    told.payload(),
                                                    payload,
                                                    told.offset()));
        }
        if (!io.await(delivery)) {
            DROPS.warn(
                    "A broadcast of an event loop was dropped: another loop is too far behind;"
                            + " virtual threads would wait");
        }
    }

    private boolean chooseOf(
            Selection selection,
            @Nullable Conversation<D> sender,
            Payload payload,
            Payload plain,
            long offset) {
        var message = broadcast(selection, Packet.NO_ID, payload, plain);
        return choose(selection, sender, message, offset, null);
    }

    private Broadcast broadcast(Selection selection, long ackId, Payload payload, Payload plain) {
        return new Broadcast(namespace, ackId, payload, plain, selection.compress());
    }

    static Selection without(@Nullable Conversation<?> sender, Selection selection) {
        return sender == null ? selection : selection.except(List.of(sender.id));
    }

    /**
     * Sends an event that a {@link RecoveryStore} keeps.
     *
     * @param told with its offset, if it has one
     * @return false if an event loop is too far behind
     */
    boolean send(
            Selection selection, @Nullable Conversation<D> sender, Payload told, Payload plain) {
        return deliver(selection, sender, broadcast(selection, Packet.NO_ID, told, plain));
    }

    private boolean deliver(
            Selection selection, @Nullable Conversation<D> sender, Broadcast message) {
        TopicName topic = plainTopic(selection);
        if (topic == null) {
            return choose(selection, sender, message, 0, null);
        }
        if (sender == null) {
            return hub.publish(topic, shared(message, topic), null);
        }
        Connection connection = connectionOf(sender);
        return connection == null
                ? choose(selection, sender, message, 0, null)
                : hub.publish(topic, shared(message, topic), connection);
    }

    /** The one topic this goes to, if no socket has to be looked at. */
    private @Nullable TopicName plainTopic(Selection selection) {
        if (!selection.except().isEmpty()
                || selection.asVolatile()
                || selection.rooms().size() > 1
                || watched.get() > 0
                || !io.observers.isEmpty()) {
            return null;
        }
        if (selection.rooms().isEmpty()) {
            return namespace.topics.everybody();
        }
        String room = selection.rooms().iterator().next();
        return namespace.socket(room) == null ? namespace.topics.of(room) : null;
    }

    private Message shared(Broadcast message, TopicName topic) {
        return namespace.topics.isBound() ? message.sharedIn(topic) : message;
    }

    /** The sender's connection, if it may stand for the sender. */
    private @Nullable Connection connectionOf(Conversation<D> sender) {
        if (namespace.topics.isBound()) {
            return null; // other sockets of its connection may be in the room
        }
        return sender.loop().isCurrent()
                ? sender.client.connection()
                : sender.client.connectionOrNull();
    }

    private boolean choose(
            Selection selection,
            @Nullable Conversation<D> sender,
            Broadcast message,
            long offset,
            @Nullable LocalAsk ask) {
        Selection wanted = without(sender, selection);
        Set<Conversation<?>> direct = new HashSet<>();
        SequencedMap<TopicName, Message> messages = new LinkedHashMap<>();
        for (String room : wanted.rooms()) {
            Conversation<D> socket = namespace.socket(room);
            if (socket != null) {
                direct.add(socket);
            }
            TopicName topic = namespace.topics.of(room);
            messages.put(topic, shared(message, topic));
        }
        if (wanted.rooms().isEmpty()) {
            messages.put(namespace.topics.everybody(), message);
        }
        Set<Conversation<?>> others =
                namespace.topics.isBound() ? ConcurrentHashMap.newKeySet() : null;
        var choice =
                new Choice(
                        namespace,
                        message,
                        wanted,
                        stamps.incrementAndGet(),
                        direct,
                        offset,
                        ask,
                        others);
        if (!hub.publish(messages, choice)) {
            return false;
        }
        for (Conversation<?> socket : direct) {
            socket.loop().lane().inOrder(message.weight(), () -> socket.sendBroadcast(choice));
        }
        return true;
    }

    /**
     * Sends an event that wants answers.
     *
     * @param count told how many sockets were asked, once
     * @param answers told of each answer that comes in time
     */
    void ask(
            Selection selection,
            @Nullable Conversation<D> sender,
            Payload payload,
            long timeoutMillis,
            IntConsumer count,
            Consumer<Payload> answers) {
        long ackId = nextAckId();
        List<Loop> loops = List.copyOf(io.loops());
        // one part for each loop, which has asked its sockets by then, and one of our own
        var ask = new LocalAsk(ackId, loops.size() + 1, count, answers);
        RecoveryLog<D> log = namespace.recovery;
        Predicate<Payload> delivery =
                told ->
                        choose(
                                selection,
                                sender,
                                broadcast(selection, ackId, told, payload),
                                0,
                                ask);
        StoredRecovery<D> stored = namespace.stored;
        BooleanSupplier asking =
                stored != null
                        ? () -> stored.passBy(payload, delivery::test)
                        : log != null
                                ? () -> log.passBy(payload, delivery::test)
                                : () -> delivery.test(payload);
        if (io.await(asking)) {
            for (Loop loop : loops) {
                loop.lane().inOrder(1, ask::finished);
            }
            if (!loops.isEmpty()) {
                ask.expireAfter(timeoutMillis, loops.getFirst());
            }
            ask.finished();
        }
    }

    private long nextAckId() {
        return ackIds.getAndUpdate(
                id -> id == Integer.MAX_VALUE ? Acks.FIRST_BROADCAST_ID : id + 1);
    }
}
