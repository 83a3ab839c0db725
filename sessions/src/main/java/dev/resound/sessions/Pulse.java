package dev.resound.sessions;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Loop;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Watches over one socket: pings it, ends it when it is silent for too long, and when its token
 * expires if that is wanted. <b>Thread:</b> the connection's loop.
 */
final class Pulse {
    /** No socket lives so long, and no timer need be set for it. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private final Connection connection;
    private final DeviceSessionOptions.Liveness liveness;
    private final Close silent;
    private Loop.@Nullable Timer expiry;

    Pulse(Connection connection, DeviceSessionOptions.Liveness liveness, Ending silent) {
        this.connection = connection;
        this.liveness = liveness;
        this.silent = silent.close();
    }

    void start() {
        connection.wakeAt(connection.loop().nowMillis() + nextPing());
    }

    /** Ends the socket at this time of day; it may have passed. */
    void endAt(Instant expires, Instant now) {
        if (expires.isAfter(now.plus(LONGEST))) {
            return;
        }
        long millis = Math.max(0, Duration.between(now, expires).toMillis());
        expiry = connection.loop().schedule(millis, () -> connection.close(Ending.EXPIRED.close()));
    }

    /** So that the peers of a server that has started do not all answer in one moment. */
    private long nextPing() {
        long interval = liveness.pingInterval().toMillis();
        return interval - ThreadLocalRandom.current().nextLong(interval / 8 + 1);
    }

    void onDeadline(long nowMillis) {
        long patience = liveness.patienceMillis();
        if (patience > 0 && nowMillis - connection.lastHeardMillis() >= patience) {
            connection.close(silent);
            return;
        }
        connection.ping();
        connection.wakeAt(nowMillis + nextPing());
    }

    void stop() {
        if (expiry != null) {
            expiry.cancel();
            expiry = null;
        }
    }
}
