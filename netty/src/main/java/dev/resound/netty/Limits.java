package dev.resound.netty;

import java.time.Duration;

/**
 * What the port takes from one peer, and keeps for it. A limit of 0 is no limit, where that makes
 * sense.
 *
 * @param http sizes of requests
 * @param requestHeadTime from accept (or the previous response) to a complete request head, TLS
 *     handshake included
 * @param requestBodyTime for a request body, in all
 * @param keepAliveTime how long a connection may idle between requests
 * @param backlogBytes what is kept back for a WebSocket whose peer does not read, before it is
 *     closed; at most {@code logBytes}
 * @param logBytes the log of one loop, which all its laggards share; those that are sent compressed
 *     messages have another of this size
 * @param messagesPerSecond messages from one WebSocket; with a burst of two seconds' worth. Beyond
 *     it is not read from. A compressed message counts once more for every 16 KiB it inflates to
 * @param controlFramesPerSecond the same for pings and pongs, with a burst of five seconds' worth
 * @param connections connections of the process; more are answered 503
 */
public record Limits(
        HttpLimits http,
        Duration requestHeadTime,
        Duration requestBodyTime,
        Duration keepAliveTime,
        int backlogBytes,
        int logBytes,
        int messagesPerSecond,
        int controlFramesPerSecond,
        int connections) {

    public Limits {
        if (backlogBytes > logBytes) {
            throw new IllegalArgumentException(
                    "backlogBytes (" + backlogBytes + ") above logBytes (" + logBytes + ")");
        }
    }

    /** What {@link Resound} uses unless told otherwise. */
    public static Limits defaults() {
        return new Limits(
                HttpLimits.defaults(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                1 << 20,
                4 << 20,
                1_000,
                100,
                Descriptors.limit() - 512);
    }

    public Limits withHttp(HttpLimits http) {
        return new Limits(
                http,
                requestHeadTime,
                requestBodyTime,
                keepAliveTime,
                backlogBytes,
                logBytes,
                messagesPerSecond,
                controlFramesPerSecond,
                connections);
    }

    public Limits withBacklogBytes(int backlogBytes) {
        return new Limits(
                http,
                requestHeadTime,
                requestBodyTime,
                keepAliveTime,
                backlogBytes,
                logBytes,
                messagesPerSecond,
                controlFramesPerSecond,
                connections);
    }

    public Limits withMessagesPerSecond(int messagesPerSecond) {
        return new Limits(
                http,
                requestHeadTime,
                requestBodyTime,
                keepAliveTime,
                backlogBytes,
                logBytes,
                messagesPerSecond,
                controlFramesPerSecond,
                connections);
    }
}
