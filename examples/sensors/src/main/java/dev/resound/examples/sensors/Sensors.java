package dev.resound.examples.sensors;

import dev.resound.netty.Resound;
import dev.resound.sessions.Companion;
import dev.resound.sessions.CompanionDirectory;
import dev.resound.sessions.DeviceSessionOptions;
import dev.resound.sessions.DeviceSessionOptions.Pace;
import dev.resound.sessions.DeviceSessions;
import dev.resound.sessions.SessionObserver;
import dev.resound.sessions.Tokens;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * A server for devices at {@code /device} and for three dashboards at {@code /dashboard}: all there
 * is to set up.
 */
public final class Sensors implements AutoCloseable {
    private static final CompanionDirectory DASHBOARDS =
            CompanionDirectory.of(
                    List.of(
                            Companion.of("wall", "wall-key", Set.of("valves")),
                            Companion.of("engineer", "engineer-key", Set.of("valves", "camera")),
                            Companion.of("archive", "archive-key", Set.of())));

    final DeviceSessions sessions;
    final Resound server;

    Sensors(int port, byte[] secret, SessionObserver observer) throws IOException {
        var profile = new SensorProfile(Tokens.hs256(secret, InstantSource.system()));
        var defaults = DeviceSessionOptions.defaults();
        var pace = defaults.pace();
        var emptyListsCountAtOnce = new Pace(Duration.ZERO, pace.show(), pace.changes());
        sessions =
                DeviceSessions.builder(profile)
                        .options(defaults.with(emptyListsCountAtOnce))
                        .companions(DASHBOARDS)
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

    /** {@code [port [--serve]]}: tells its story, and ends, or stays. */
    public static void main(String[] arguments) throws Exception {
        try (var story = new CablePull(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 0)) {
            story.tell();
            if (List.of(arguments).contains("--serve")) {
                story.serve();
            }
        }
    }
}
