package dev.resound.core;

import org.jspecify.annotations.Nullable;

/** Puts nothing off. */
final class OneByOne implements LaneWriter {

    @Override
    public void broadcast(
            Audience audience, Frame frame, long sequence, @Nullable Connection except) {
        for (int i = audience.size() - 1; i >= 0; i--) {
            Connection connection = audience.connection(i);
            if (connection != except && !audience.joinedAfter(i, sequence)) {
                connection.send(frame);
            }
        }
    }

    @Override
    public void beforeLeave(Audience audience, int index) {}
}
