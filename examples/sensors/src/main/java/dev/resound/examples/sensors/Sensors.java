package dev.resound.examples.sensors;

import dev.resound.netty.Resound;
import dev.resound.sessions.Companion;
import dev.resound.sessions.CompanionDirectory;
import dev.resound.sessions.DeviceSessionOptions;
import dev.resound.sessions.DeviceSessions;
import dev.resound.sessions.SessionObserver;
import dev.resound.sessions.Tokens;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/** A server for devices at {@code /device} and for three dashboards at {@code /dashboard}. */
public final class Sensors implements AutoCloseable {
    private static final List<Companion> DASHBOARDS =
            List.of(
                    Companion.of("wall", "wall-key", Set.of()),
                    Companion.of("engineer", "engineer-key", Set.of("camera", "valves")),
                    Companion.of("archive", "archive-key", Set.of()),
                    Companion.of("plumber", "plumber-key", Set.of("valves")));

    final DeviceSessions sessions;
    final Resound server;

    Sensors(int port, byte[] secret, SessionObserver observer) throws IOException {
        DeviceSessionOptions options = DeviceSessionOptions.defaults();
        DeviceSessionOptions.Pace pace = options.pace();
        sessions =
                DeviceSessions.builder(
                                new SensorProfile(Tokens.hs256(secret, InstantSource.system())))
                        .options(
                                options.with( // an empty list is meant as it is
                                        new DeviceSessionOptions.Pace(
                                                Duration.ZERO, pace.show(), pace.changes())))
                        .companions(CompanionDirectory.of(DASHBOARDS))
                        .streams(new VibrationAlarm())
                        .observe(observer)
                        .build();
        server = Resound.builder().port(port).protocol(sessions).start();
    }

    @Override
    public void close() {
        server.close();
        sessions.close();
    }

    /** {@code [port] [--serve]}: shows what happens, and ends, or stays. */
    public static void main(String[] arguments) throws Exception {
        List<String> words = List.of(arguments);
        int port =
                words.stream()
                        .filter(word -> !word.equals("--serve"))
                        .findFirst()
                        .map(Integer::parseInt)
                        .orElse(0);
        try (CablePull story = new CablePull(port)) {
            story.tell();
            if (words.contains("--serve")) {
                story.serve();
            }
        }
    }
}
