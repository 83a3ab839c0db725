package dev.resound.sessions;

import dev.resound.core.Loop;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A companion's place in one session, from its start to its stop. A companion that is started, or
 * asked anew, gets a new one. <b>Thread:</b> the session's loop.
 */
final class Seat {
    Companion companion;
    final int revivals; // in a row, without having run for long
    State state = State.CONNECTING;
    @Nullable CompanionSocket socket; // only while it runs, or is being stopped
    List<Subscription> subscriptions = List.of();
    @Nullable String version; // of the library it speaks with, as far as it has told
    long joinedMillis;
    boolean startAgain; // once it has stopped
    private Loop.@Nullable Timer patience;
    private Loop.@Nullable Timer emptying;

    enum State {
        /** It was asked to come. */
        CONNECTING,
        RUNNING,
        /** Its socket is gone, and it may come back by itself. */
        GRACE,
        /** It did not, and nobody is there to need it. */
        DORMANT,
        /** It is being told that it is over; it cannot come back. */
        STOPPING
    }

    Seat(Companion companion, int revivals) {
        this.companion = companion;
        this.revivals = revivals;
    }

    String id() {
        return companion.id();
    }

    /** Null unless it may be told of things. */
    @Nullable CompanionSocket listener() {
        return state == State.RUNNING ? socket : null;
    }

    /** What this state waits for; replaces what the one before did. */
    void waitFor(Loop.@Nullable Timer timer) {
        if (patience != null) {
            patience.cancel();
        }
        patience = timer;
    }

    /** An empty list of subscriptions waits for this. */
    void emptyLater(Loop.@Nullable Timer timer) {
        if (emptying != null) {
            emptying.cancel();
        }
        emptying = timer;
    }

    void cancelAll() {
        waitFor(null);
        emptyLater(null);
    }
}
