package dev.resound.redis;

import java.time.Duration;

/**
 * How the nodes of a cluster of {@code @socket.io/redis-streams-adapter} use Redis. All but {@code
 * readCount} and {@code blockTime} must be the same on all nodes.
 *
 * @param streamName the key of the stream; of several, what their keys begin with
 * @param streamCount how many streams the namespaces are spread over. With more than one, Node's
 *     own servers lose what is said in a namespace whose hash is negative, so that such a namespace
 *     is refused here
 * @param maxLen about how many entries a stream keeps: what a client has missed must be among them
 * @param readCount how many entries are read at once
 * @param blockTime how long Redis waits for the next entry before it answers; at most five seconds
 *     here, whatever is said
 * @param sessionKeyPrefix what the keys of sessions begin with
 * @param channelPrefix what the names of channels begin with, for what is not worth keeping
 * @param useShardedPubSub whether those channels are of the sharded kind
 * @param onlyPlaintext whether nothing binary is ever sent in events. It saves Node's servers a
 *     look at them; here it is known anyway
 */
public record StreamsOptions(
        String streamName,
        int streamCount,
        long maxLen,
        int readCount,
        Duration blockTime,
        String sessionKeyPrefix,
        String channelPrefix,
        boolean useShardedPubSub,
        boolean onlyPlaintext) {

    /**
     * @throws IllegalArgumentException if a name is empty, or a number not positive
     */
    public StreamsOptions {
        if (streamName.isEmpty() || sessionKeyPrefix.isEmpty() || channelPrefix.isEmpty()) {
            throw new IllegalArgumentException("a name is empty");
        }
        if (streamCount < 1 || maxLen < 1 || readCount < 1 || blockTime.toMillis() < 1) {
            throw new IllegalArgumentException("a number is not positive");
        }
    }

    /** Those of Node's adapter. */
    public static StreamsOptions defaults() {
        return new StreamsOptions(
                "socket.io",
                1,
                10_000,
                100,
                Duration.ofSeconds(5),
                "sio:session:",
                "socket.io",
                false,
                false);
    }

    /** The same, with another name of the stream, and another number of streams. */
    public StreamsOptions withStreams(String streamName, int streamCount) {
        return with(
                streamName, streamCount, maxLen, sessionKeyPrefix, channelPrefix, useShardedPubSub);
    }

    /** The same, with another length. */
    public StreamsOptions withMaxLen(long maxLen) {
        return with(
                streamName, streamCount, maxLen, sessionKeyPrefix, channelPrefix, useShardedPubSub);
    }

    /** The same, with other keys of sessions. */
    public StreamsOptions withSessionKeyPrefix(String prefix) {
        return with(streamName, streamCount, maxLen, prefix, channelPrefix, useShardedPubSub);
    }

    /** The same, with other channels. */
    public StreamsOptions withChannelPrefix(String prefix) {
        return with(streamName, streamCount, maxLen, sessionKeyPrefix, prefix, useShardedPubSub);
    }

    /** The same, with sharded channels, or others. */
    public StreamsOptions withShardedPubSub(boolean sharded) {
        return with(streamName, streamCount, maxLen, sessionKeyPrefix, channelPrefix, sharded);
    }

    private StreamsOptions with(
            String streamName,
            int streamCount,
            long maxLen,
            String sessionKeyPrefix,
            String channelPrefix,
            boolean useShardedPubSub) {
        return new StreamsOptions(
                streamName,
                streamCount,
                maxLen,
                readCount,
                blockTime,
                sessionKeyPrefix,
                channelPrefix,
                useShardedPubSub,
                onlyPlaintext);
    }

    /**
     * The stream of a namespace.
     *
     * @throws IllegalArgumentException if there are several and Node's servers would not read it
     */
    String streamOf(String namespace) {
        if (streamCount == 1) {
            return streamName;
        }
        int number = namespace.hashCode() % streamCount; // Node has Java's hash of strings
        if (number < 0) {
            throw new IllegalArgumentException(
                    "with "
                            + streamCount
                            + " streams Node's servers do not read that of the namespace "
                            + namespace
                            + ": give it another name, or use one stream");
        }
        return streamName + "-" + number;
    }
}
