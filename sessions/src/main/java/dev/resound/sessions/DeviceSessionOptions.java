package dev.resound.sessions;

import java.time.Duration;

/**
 * Times and sizes.
 *
 * @param grace how long a session waits for its device to come back; then it is over
 * @param pingInterval after it a device is sent a ping, heard of or not
 * @param silence a device that was not heard of for so long is gone; zero: never, for networks that
 *     answer pings themselves
 * @param maxMessageBytes the largest message of a device
 */
public record DeviceSessionOptions(
        Duration grace, Duration pingInterval, Duration silence, int maxMessageBytes) {

    public DeviceSessionOptions {
        if (grace.isNegative()
                || silence.isNegative()
                || !pingInterval.isPositive()
                || maxMessageBytes < 1) {
            throw new IllegalArgumentException(
                    "times must not be negative, and a ping and a message need some room");
        }
    }

    /** A minute of grace, pings every 10 s, 30 s of silence, 16 MiB. */
    public static DeviceSessionOptions defaults() {
        return new DeviceSessionOptions(
                Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ofSeconds(30), 16 << 20);
    }

    public DeviceSessionOptions withGrace(Duration grace) {
        return new DeviceSessionOptions(grace, pingInterval, silence, maxMessageBytes);
    }

    public DeviceSessionOptions withPings(Duration interval, Duration silence) {
        return new DeviceSessionOptions(grace, interval, silence, maxMessageBytes);
    }
}
