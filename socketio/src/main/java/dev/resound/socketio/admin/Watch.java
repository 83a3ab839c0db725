package dev.resound.socketio.admin;

import dev.resound.socketio.Arguments;
import dev.resound.socketio.DisconnectReason;
import dev.resound.socketio.Namespace;
import dev.resound.socketio.Observer;
import dev.resound.socketio.Socket;
import dev.resound.socketio.packet.Argument;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What goes on in a server, on its way to the UI. In production only the traffic is counted.
 * <b>Thread:</b> as {@link Observer}.
 */
final class Watch implements Observer {
    private static final int SMALL = 256;
    private static final int SOCKET = 2048;

    private final Namespace<?> admins;
    private final AdminUi.Mode mode;
    private final Feed feed;
    private final Traffic traffic;
    private final InstantSource clock;

    Watch(Namespace<?> admins, AdminUi.Mode mode, Feed feed, Traffic traffic, InstantSource clock) {
        this.admins = admins;
        this.mode = mode;
        this.feed = feed;
        this.traffic = traffic;
        this.clock = clock;
    }

    @Override
    public boolean watchesEvents() {
        return mode == AdminUi.Mode.DEVELOPMENT;
    }

    private String now() {
        return Timestamp.of(clock.instant());
    }

    // ---- traffic

    @Override
    public void onOpened() {
        traffic.opened();
    }

    @Override
    public void onClosed(DisconnectReason reason) {
        traffic.closed(reason.wireName());
    }

    @Override
    public void onBytesIn(int bytes) {
        traffic.in(bytes);
    }

    @Override
    public void onBytesOut(int bytes) {
        traffic.out(bytes);
    }

    // ---- sockets and rooms

    @Override
    public void onConnected(Socket<?> socket) {
        if (isDetailed()) {
            tell(SOCKET, "socket_connected", Portrait.of(socket), now());
        }
    }

    @Override
    public void onUpdated(Socket<?> socket) {
        if (isDetailed()) {
            update(socket, "data", Portrait.data(socket.data()));
        }
    }

    @Override
    public void onUpgraded(Socket<?> socket) {
        if (isDetailed()) {
            update(socket, "transport", socket.transport().wireName());
        }
    }

    private void update(Socket<?> socket, String what, Object value) {
        Map<String, Object> update = new LinkedHashMap<>();
        update.put("id", socket.id());
        update.put("nsp", socket.namespace().name());
        update.put(what, value);
        tell(SOCKET, "socket_updated", update);
    }

    @Override
    public void onDisconnected(Socket<?> socket, DisconnectReason reason) {
        if (isDetailed()) {
            tell(
                    SMALL,
                    "socket_disconnected",
                    socket.namespace().name(),
                    socket.id(),
                    reason.wireName(),
                    now());
        }
    }

    @Override
    public void onJoined(Socket<?> socket, String room) {
        if (isDetailed()) {
            tellOfRoom("room_joined", socket, room);
        }
    }

    @Override
    public void onLeft(Socket<?> socket, String room) {
        if (isDetailed()) {
            tellOfRoom("room_left", socket, room);
        }
    }

    private void tellOfRoom(String what, Socket<?> socket, String room) {
        tell(SMALL, what, socket.namespace().name(), room, socket.id(), now());
    }

    private boolean isDetailed() {
        return mode == AdminUi.Mode.DEVELOPMENT;
    }

    private void tell(int bytes, String event, @Nullable Object... arguments) {
        feed.tell(bytes, () -> admins.emit(event, arguments));
    }

    // ---- events

    @Override
    public void onReceived(Socket<?> socket, String event, Arguments arguments) {
        tellOfEvent("event_received", socket, event, arguments);
    }

    @Override
    public void onSent(Socket<?> socket, String event, Arguments arguments) {
        tellOfEvent("event_sent", socket, event, arguments);
    }

    private void tellOfEvent(String what, Socket<?> socket, String event, Arguments arguments) {
        if (socket.namespace() == admins) {
            return; // or telling of an event would be an event to tell of
        }
        List<Object> all = new ArrayList<>();
        all.add(event);
        int bytes = SMALL;
        for (Object argument : arguments.toArray()) {
            all.add(argument);
            bytes += bytesOf((Argument) argument);
        }
        String now = now();
        feed.tellIfQuiet(
                bytes, () -> admins.emit(what, socket.namespace().name(), socket.id(), all, now));
    }

    private static int bytesOf(Argument argument) {
        int bytes = argument.length();
        for (byte[] attachment : argument.attachments()) {
            bytes += attachment.length;
        }
        return bytes;
    }
}
