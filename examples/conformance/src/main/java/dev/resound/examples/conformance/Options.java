package dev.resound.examples.conformance;

import dev.resound.netty.Resound;
import dev.resound.netty.Tls;
import dev.resound.pusher.App;
import dev.resound.pusher.ClientEvents;
import dev.resound.sessions.Companion;
import dev.resound.sessions.Tokens;
import dev.resound.socketio.Handlers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the command line and the environment said.
 *
 * @param port negative if none was given: then it is {@code PORT}, or what is usual for the profile
 * @param tls used when {@code SSL=true}
 * @param patience how long clients may take to answer, instead of what is usual for the profile
 * @param handlers where profile {@code all} handles Socket.IO events
 * @param devices served by profile {@code all}; null: none
 * @param cluster null: the profile is another than {@code cluster}
 * @param namespace the first free argument, {@code /} without one
 */
record Options(
        String profile,
        int port,
        List<App> apps,
        boolean deflate,
        @Nullable Tls tls,
        @Nullable Duration patience,
        Handlers handlers,
        @Nullable Devices devices,
        @Nullable ClusterOptions cluster,
        String namespace) {

    /**
     * Sessions of devices.
     *
     * @param jwtSecret signs tokens with HS256
     * @param apps that can be started in them
     */
    record Devices(String jwtSecret, List<Companion> apps) {

        byte[] secretBytes() {
            return jwtSecret.getBytes(StandardCharsets.UTF_8);
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "Devices" + apps;
        }
    }

    int portOr(int usual) {
        return port < 0 ? usual : port;
    }

    Duration patienceOr(Duration usual) {
        return patience == null ? usual : patience;
    }

    /** A server on the port, with TLS if that was asked for. */
    Resound.Builder server(int usualPort) {
        Resound.Builder server = Resound.builder().port(portOr(usualPort));
        return tls == null ? server : server.tls(tls);
    }

    static Options parse(String[] arguments, Map<String, String> environment) {
        String profile = "";
        int port = Integer.parseInt(environment.getOrDefault("PORT", "-1"));
        List<App> apps = new ArrayList<>();
        boolean deflate = false;
        Path certificate = null;
        Path key = null;
        Duration patience = null;
        Handlers handlers = Handlers.ON_LOOP;
        String jwtSecret = null;
        var cluster = new ClusterOptions.Words();
        List<Companion> deviceApps = new ArrayList<>();
        List<String> free = new ArrayList<>();
        Iterator<String> words = List.of(arguments).iterator();
        while (words.hasNext()) {
            String word = words.next();
            switch (word) {
                case "--profile" -> profile = value(word, words);
                case "--port" -> port = Integer.parseInt(value(word, words));
                case "--app" -> apps.add(app(value(word, words)));
                case "--jwt-secret" -> jwtSecret = value(word, words);
                case "--device-app" -> deviceApps.add(deviceApp(value(word, words)));
                case "--deflate" -> deflate = true;
                case "--cert" -> certificate = Path.of(value(word, words));
                case "--key" -> key = Path.of(value(word, words));
                case "--patience" ->
                        patience = Duration.ofMillis(Long.parseLong(value(word, words)));
                case "--handlers" -> handlers = handlers(value(word, words));
                default -> {
                    if (cluster.take(word, words)) {
                        continue;
                    }
                    if (word.startsWith("-")) {
                        throw new IllegalArgumentException("unknown option " + word);
                    }
                    free.add(word);
                }
            }
        }
        if (profile.isEmpty()) {
            throw new IllegalArgumentException("--profile is missing");
        }
        Tls tls = null;
        if ("true".equals(environment.get("SSL"))) {
            if (certificate == null || key == null) {
                throw new IllegalArgumentException("SSL=true wants --cert and --key, PEM files");
            }
            tls = Tls.of(certificate, key);
        }
        if (jwtSecret == null && !deviceApps.isEmpty()) {
            throw new IllegalArgumentException("--device-app wants --jwt-secret beside it");
        }
        Devices devices = jwtSecret == null ? null : devices(jwtSecret, deviceApps);
        String namespace = free.isEmpty() ? "/" : free.getFirst();
        return new Options(
                profile,
                port,
                List.copyOf(apps),
                deflate,
                tls,
                patience,
                handlers,
                devices,
                cluster.toOptions(profile),
                namespace);
    }

    static String value(String option, Iterator<String> words) {
        if (!words.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return words.next();
    }

    private static Handlers handlers(String text) {
        return switch (text) {
            case "loop" -> Handlers.ON_LOOP;
            case "virtual" -> Handlers.VIRTUAL_THREADS;
            default -> throw new IllegalArgumentException("--handlers wants loop or virtual");
        };
    }

    private static App app(String text) {
        String[] parts = text.split(":", 4);
        if (parts.length < 3) {
            throw new IllegalArgumentException("--app wants id:key:secret[:allowed-origin]");
        }
        App.Builder app =
                App.builder(parts[0], parts[1], parts[2])
                        .clientEvents(ClientEvents.MEMBERS)
                        .checksTimestamp(true);
        return (parts.length == 4 ? app.allowedOrigins(List.of(parts[3])) : app).build();
    }

    private static Devices devices(String jwtSecret, List<Companion> apps) {
        Devices devices = new Devices(jwtSecret, List.copyOf(apps));
        if (devices.secretBytes().length < Tokens.LEAST_SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "--jwt-secret wants " + Tokens.LEAST_SECRET_BYTES + " bytes or more");
        }
        return devices;
    }

    /** May do and hear everything. */
    private static Companion deviceApp(String text) {
        String[] parts = text.split(":", 3); // the URL has colons of its own
        if (parts.length < 3) {
            throw new IllegalArgumentException("--device-app wants package:key:url");
        }
        Companion app = Companion.of(parts[0], parts[1], Set.of("ALL"));
        return new Companion(
                app.id(),
                app.name(),
                URI.create(parts[2]),
                app.keySha256(),
                app.exclusive(),
                app.permissions(),
                app.settings());
    }
}
