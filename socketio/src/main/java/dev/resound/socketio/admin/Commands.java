package dev.resound.socketio.admin;

import dev.resound.socketio.Arguments;
import dev.resound.socketio.BroadcastOperator;
import dev.resound.socketio.Namespace;
import dev.resound.socketio.Socket;
import dev.resound.socketio.SocketIo;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * What a page may have done. Each command names a namespace and, as a filter, a room or a socket in
 * it; without a filter everybody there is meant. What is done is logged.
 *
 * <p><b>Thread:</b> the callbacks of the page's socket.
 */
final class Commands {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);
    static final int PER_SECOND = 50;

    /** By which the UI finds out that the commands are there. */
    static final List<String> FEATURES =
            List.of("EMIT", "JOIN", "LEAVE", "DISCONNECT", "MJOIN", "MLEAVE", "MDISCONNECT");

    private final SocketIo<?> io;
    private final Socket<?> admin;
    private final Pace pace;

    /** What is asked for. */
    private interface Command {
        /**
         * What is to be done to those who are meant.
         *
         * @throws IllegalArgumentException if the arguments are not those of the command
         */
        Consumer<BroadcastOperator<?>> read(Arguments arguments);
    }

    Commands(SocketIo<?> io, Socket<?> admin, InstantSource clock) {
        this.io = io;
        this.admin = admin;
        this.pace = new Pace(clock, PER_SECOND);
    }

    void register() {
        register("emit", 1, Commands::emit);
        register("join", 2, Commands::join);
        register("leave", 2, Commands::leave);
        register("_disconnect", 2, Commands::disconnect);
    }

    private static Consumer<BroadcastOperator<?>> emit(Arguments arguments) {
        String event = arguments.string(2);
        Object[] all = arguments.toArray();
        Object[] sent = Arrays.copyOfRange(all, 3, all.length);
        return meant -> meant.emit(event, sent);
    }

    private static Consumer<BroadcastOperator<?>> join(Arguments arguments) {
        String room = arguments.string(1);
        return meant -> meant.socketsJoin(room);
    }

    private static Consumer<BroadcastOperator<?>> leave(Arguments arguments) {
        String room = arguments.string(1);
        return meant -> meant.socketsLeave(room);
    }

    private static Consumer<BroadcastOperator<?>> disconnect(Arguments arguments) {
        boolean closeConnections = arguments.get(1).asBoolean(false);
        return meant -> meant.disconnectSockets(closeConnections);
    }

    private void register(String name, int filterAt, Command command) {
        admin.on(
                name,
                arguments -> {
                    if (pace.permits()) {
                        execute(name, filterAt, command, arguments);
                    } else if (pace.hasJustEnded()) {
                        LOG.warn(
                                "Admin {} asks for more than {} commands a second: others are"
                                        + " ignored",
                                admin.id(),
                                PER_SECOND);
                    }
                });
    }

    private void execute(String name, int filterAt, Command command, Arguments arguments) {
        String namespaceName = arguments.string(0);
        Namespace<?> namespace = find(namespaceName);
        List<String> filter = filter(arguments.get(filterAt));
        if (namespace == null || filter == null) {
            LOG.debug("Admin {} asks for what is not there", admin.id());
            return;
        }
        Consumer<BroadcastOperator<?>> action = command.read(arguments);
        LOG.info(
                "Admin {}: {} in {} for {}",
                admin.id(),
                name,
                Quoted.text(namespaceName),
                filter.isEmpty() ? "everybody" : filter.stream().map(Quoted::text).toList());
        try {
            action.accept(namespace.broadcast().to(filter));
        } catch (IllegalArgumentException reserved) {
            LOG.debug("Admin {} asks for what cannot be done", admin.id(), reserved);
        }
    }

    /** A namespace that is there; asking for one does not make it. */
    private @Nullable Namespace<?> find(String name) {
        for (Namespace<?> namespace : io.namespaces()) {
            if (namespace.name().equals(name)) {
                return namespace;
            }
        }
        return null;
    }

    /**
     * The rooms that are meant, none for everybody; null if it is no filter: nobody is meant then.
     */
    private static @Nullable List<String> filter(JsonNode filter) {
        if (filter.isMissingNode() || filter.isNull()) {
            return List.of();
        }
        if (filter.isString()) {
            return filter.stringValue().isEmpty() ? List.of() : List.of(filter.stringValue());
        }
        if (!filter.isArray()) {
            return null;
        }
        List<String> rooms = new ArrayList<>();
        for (JsonNode room : filter) {
            if (!room.isString()) {
                return null;
            }
            rooms.add(room.stringValue());
        }
        return rooms.isEmpty() ? null : rooms;
    }
}
