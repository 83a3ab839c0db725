package dev.resound.socketio;

import dev.resound.socketio.packet.Payload;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The sockets of a namespace on this node, by what is known of them. <b>Thread:</b> any. */
final class LocalSockets<D> implements LocalNamespace {
    private final Namespace<D> namespace;

    LocalSockets(Namespace<D> namespace) {
        this.namespace = namespace;
    }

    /** Those who are chosen now. <b>Cost:</b> all sockets, unless only ids are named. */
    Set<Conversation<D>> chosen(Selection selection) {
        Set<Conversation<D>> chosen = new LinkedHashSet<>();
        boolean onlyIds = !selection.rooms().isEmpty();
        for (String room : selection.rooms()) {
            Conversation<D> socket = namespace.socket(room);
            if (socket != null) {
                chosen.add(socket);
            }
            onlyIds &= namespace.topics.isEmpty(room);
        }
        if (!onlyIds) {
            for (Conversation<D> socket : namespace.conversations()) {
                if (selection.rooms().isEmpty() || socket.rooms.isInAny(selection.rooms())) {
                    chosen.add(socket);
                }
            }
        }
        chosen.removeIf(socket ->
                selection.except().contains(socket.id) || socket.rooms.isInAny(selection.except()));
        return chosen;
    }

    void join(Selection selection, Collection<String> rooms) {
        for (Conversation<D> socket : chosen(selection)) {
            rooms.forEach(socket.rooms::join);
        }
    }

    @Override
    public String name() {
        return namespace.name();
    }

    @Override
    public boolean hasRoom(String room) {
        StoredRecovery<D> stored = namespace.stored;
        return namespace.recovery != null // which remembers who was in it
                || (stored != null && stored.isExpecting())
                || namespace.socket(room) != null
                || !namespace.topics.isEmpty(room);
    }

    @Override
    public void watchRooms(RoomWatcher watcher) {
        namespace.topics.watch(watcher);
    }

    @Override
    public Duration memory() {
        Recovery recovery = namespace.io.settings.recovery;
        return recovery == null ? Duration.ZERO : recovery.maxDisconnection();
    }

    @Override
    public void deliver(Selection selection, PacketData event) {
        StoredRecovery<D> stored = namespace.stored;
        if (stored == null) {
            namespace.local.emit(selection, null, event.payload());
        } else {
            stored.deliver(selection, null, event.payload(), null);
        }
    }

    @Override
    public void deliver(Selection selection, PacketData event, String offset) {
        StoredRecovery<D> stored = namespace.stored;
        if (stored == null) {
            deliver(selection, event);
        } else {
            stored.deliver(selection, null, event.payload(), offset);
        }
    }

    @Override
    public void deliverWithAck(
            Selection selection,
            PacketData event,
            Duration timeout,
            IntConsumer count,
            Consumer<PacketData> answer) {
        namespace.local.ask(
                selection,
                null,
                event.payload(),
                timeout.toMillis(),
                count,
                payload -> answer.accept(PacketData.of(payload)));
    }

    @Override
    public List<SocketDescription> sockets(Selection selection) {
        return chosen(selection).stream().map(this::describe).toList();
    }

    private SocketDescription describe(Conversation<D> socket) {
        JsonNode data = namespace.json().mapper().valueToTree(socket.socket.data());
        return new SocketDescription(
                socket.id,
                socket.socket.handshake(),
                socket.roomNames(),
                namespace.io.isDescribingClients()
                        ? ClientNote.of(socket.socket).writtenInto(data)
                        : data);
    }

    @Override
    public void join(Selection selection, Set<String> rooms) {
        join(selection, (Collection<String>) rooms);
    }

    @Override
    public void leave(Selection selection, Set<String> rooms) {
        for (Conversation<D> socket : chosen(selection)) {
            rooms.forEach(socket.rooms::leave);
        }
    }

    @Override
    public void disconnect(Selection selection, boolean closeConnection) {
        chosen(selection).forEach(socket -> socket.socket.disconnect(closeConnection));
    }

    @Override
    public void onServerSideEmit(PacketData event, @Nullable Consumer<PacketData> answer) {
        Payload payload = event.payload();
        Ack ack =
                answer == null
                        ? Ack.NOT_EXPECTED
                        : new Ack(arguments ->
                                answer.accept(PacketData.of(namespace.json().answer(arguments))));
        Json.Event told = namespace.json().read(payload, ack);
        namespace.onServerSideEmit(told.name(), told.arguments());
    }
}
