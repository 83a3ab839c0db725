package dev.resound.socketio;

import dev.resound.core.Loop;
import dev.resound.core.RateLimitedLog;
import dev.resound.socketio.packet.Payload;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One that a {@link RecoveryStore} keeps. What it takes to go on is kept as soon as it connects,
 * and whenever it has changed, so that a client can go on also if its node has died. <b>Thread:</b>
 * the socket's loop.
 */
final class StoredRecoverable<D> extends Recoverable<D> {
    private static final RateLimitedLog LOG =
            new RateLimitedLog(LoggerFactory.getLogger(StoredRecoverable.class));

    /** Changes come in bunches. */
    private static final long SAVE_DELAY_MILLIS = 1_000;

    private final StoredRecovery<D> recovery;
    private final RecoveryStore.@Nullable Found found;
    private final RecoveryStore.Entry entry;
    private final AtomicBoolean changed = new AtomicBoolean();
    private boolean arriving;
    private Loop.@Nullable Timer refresh;

    StoredRecoverable(
            Conversation<D> socket,
            StoredRecovery<D> recovery,
            Returning.@Nullable Stored<D> returning) {
        super(socket, returning);
        this.recovery = recovery;
        this.found = returning == null ? null : returning.found();
        this.arriving = returning != null;
        this.entry = recovery.store.entry(privateId());
    }

    @Override
    boolean skipsMiddlewares() {
        return found != null && recovery.limits.skipMiddlewares();
    }

    /** New data becomes what it was: the store knows no types. */
    @Override
    @SuppressWarnings("unchecked") // the class of an object of this type
    @Nullable D dataBefore(NewData<D> newData) throws Exception {
        D fresh = newData.make();
        if (fresh == null) {
            fresh = socket.socket.data(); // if it is made when asked for
        }
        if (found == null || fresh == null) {
            return fresh;
        }
        JsonNode before = found.session().data();
        JsonMapper mapper = socket.namespace.json().mapper();
        try {
            return fresh instanceof Record
                    ? (D) mapper.treeToValue(before, fresh.getClass())
                    : mapper.readerForUpdating(fresh).readValue(before);
        } catch (JacksonException | IllegalArgumentException other) {
            LOG.warn(
                    "What was kept with a socket that comes back cannot be read as "
                            + fresh.getClass().getName()
                            + ": it begins with new data");
            return fresh;
        }
    }

    @Override
    boolean connect() {
        if (found == null) {
            socket.connect();
        } else {
            arriving = false;
            List<Payload> missed = recovery.rejoin(found, socket::connect);
            if (missed == null) {
                return false;
            }
            socket.replay(missed);
        }
        saveAlive();
        changed(); // what the application does first is worth keeping soon
        refreshLater();
        return true;
    }

    @Override
    void changed() {
        if (changed.compareAndSet(false, true)) {
            Loop loop = socket.loop();
            loop.execute(() -> loop.schedule(SAVE_DELAY_MILLIS, this::saveChanged));
        }
    }

    private void saveChanged() {
        changed.set(false);
        saveAlive();
    }

    /** What is kept of a client that is there goes, too, unless it is kept again in time. */
    private void refreshLater() {
        refresh =
                socket.loop()
                        .schedule(
                                recovery.limits.maxDisconnection().toMillis(),
                                () -> {
                                    saveAlive();
                                    refreshLater();
                                });
    }

    private void saveAlive() {
        if (socket.state() == Conversation.State.CONNECTED) {
            // If the node dies at the latest moment, enough is left; else it is more.
            save(recovery.limits.maxDisconnection().multipliedBy(2));
        }
    }

    private void save(Duration life) {
        D data = socket.socket.dataSoFar();
        JsonMapper mapper = socket.namespace.json().mapper();
        JsonNode tree;
        try {
            tree = data == null ? mapper.createObjectNode() : mapper.valueToTree(data);
        } catch (RuntimeException unwritable) { // the application's class, or changed meanwhile
            LOG.warn(
                    "What is kept with a socket cannot be written as JSON: "
                            + unwritable.getClass().getName());
            return;
        }
        entry.save(
                new RecoveryStore.Session(socket.id, privateId(), socket.roomNames(), tree), life);
    }

    @Override
    void end(boolean connected, DisconnectReason reason) {
        if (refresh != null) {
            refresh.cancel();
        }
        if (arriving) {
            arriving = false;
            recovery.left();
        }
        if (!reason.isRecoverable()) {
            if (connected) {
                entry.remove();
            }
        } else if (connected) {
            save(recovery.limits.maxDisconnection());
        } else if (found != null) { // the client may try again
            entry.save(found.session(), recovery.limits.maxDisconnection());
        }
    }
}
