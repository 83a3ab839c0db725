package dev.resound.socketio.admin;

import dev.resound.engineio.Transport;
import dev.resound.socketio.PlayedServer;
import dev.resound.socketio.SocketIoBuilder;
import dev.resound.socketio.admin.AdminUi.Auth;
import dev.resound.socketio.admin.AdminUi.Mode;
import dev.resound.socketio.admin.AdminUi.Options;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A server with an admin namespace, played by the test, in development mode unless it says else.
 */
final class AdminWorld {
    static final String NOON = "2026-01-01T12:00:00.000Z";

    /** When the server began: a minute before the test. */
    private static final long AGE_MILLIS = 60_000;

    final PlayedServer server;
    private int delays;

    AdminWorld() {
        this(Auth.none(), options -> options);
    }

    AdminWorld(Auth auth, UnaryOperator<Options.Builder> settings) {
        this(auth, settings, builder -> builder);
    }

    AdminWorld(
            Auth auth,
            UnaryOperator<Options.Builder> settings,
            UnaryOperator<SocketIoBuilder<Map<String, Object>>> io) {
        server = new PlayedServer(io);
        Options.Builder options =
                Options.builder(auth)
                        .mode(Mode.DEVELOPMENT)
                        .serverId("node-1")
                        .sessions(new MemorySessions(server.clock()));
        AdminUi.attach(
                server.io(),
                settings.apply(options).build(),
                new Surroundings(
                        server.clock(),
                        server.worker(),
                        (millis, action) -> {
                            delays++;
                            server.after(millis, action);
                        },
                        server.clock().millis() - AGE_MILLIS));
    }

    /** How often somebody wanted to be woken up. */
    int delays() {
        return delays;
    }

    /** A page that is connected, and has heard what pages hear first. */
    Page page() {
        Page page = new Page(server.client(Transport.WEBSOCKET));
        page.says("40/admin,");
        page.hears();
        return page;
    }

    /** A page whose connection has begun. */
    Page stranger() {
        return new Page(server.client(Transport.WEBSOCKET));
    }

    PlayedServer.Client client() {
        return server.client(Transport.WEBSOCKET);
    }

    void passes(Duration time) {
        server.passes(time);
    }

    /** The UI, which speaks to its namespace. */
    record Page(PlayedServer.Client client) {

        void says(String... messages) {
            client.says(messages);
        }

        void asks(String event) {
            client.says("42/admin," + event);
        }

        /** All packets since the last time; events without their namespace. */
        List<String> hears() {
            List<String> heard = new ArrayList<>();
            for (String packet : client.hears()) {
                heard.add(packet.startsWith("42/admin,") ? packet.substring(9) : packet);
            }
            return heard;
        }

        /** Events of other names than these. */
        List<String> hearsBut(String... names) {
            return hears().stream()
                    .filter(event -> List.of(names).stream().noneMatch(n -> isNamed(event, n)))
                    .toList();
        }

        List<String> hearsOf(String... names) {
            return hears().stream()
                    .filter(event -> List.of(names).stream().anyMatch(n -> isNamed(event, n)))
                    .toList();
        }

        private static boolean isNamed(String event, String name) {
            return event.startsWith("[\"" + name + '"');
        }
    }
}
