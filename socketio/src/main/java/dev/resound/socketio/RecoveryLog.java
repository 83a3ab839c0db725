package dev.resound.socketio;

import dev.resound.engineio.SessionIds;
import dev.resound.socketio.packet.Argument;
import dev.resound.socketio.packet.Arguments;
import dev.resound.socketio.packet.Payload;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What was sent in one namespace, and who is away: what it takes to let clients go on where they
 * were. Offsets count from 1.
 *
 * <p>An event is handed to the lanes inside the same step that gives it its offset. So every client
 * gets its events in the order of their offsets, and what a client has got says exactly what it has
 * missed.
 *
 * <p><b>Thread:</b> any. Nothing in here waits but for such a step.
 */
final class RecoveryLog<D> {
    private final SocketIo<D> io;
    private final Recovery limits;
    private final ArrayDeque<Recorded> log =
            new ArrayDeque<>(); // this and the rest guarded by this
    private final SequencedMap<String, Away<D>> away = new LinkedHashMap<>();
    private final String epoch =
            SessionIds.next().substring(0, 5) + "."; // no offset outlives its log
    private long last;
    private long lastDropped;
    private long bytes;
    private boolean purging;

    /** An event, with its offset as the last argument. */
    record Recorded(long offset, Selection selection, Payload payload, long millis) {}

    /**
     * A socket whose client may come back.
     *
     * @param rooms its own among them
     * @param connectedAt the last offset when it connected: what it is sent is newer
     * @param lastSent the last offset it was sent
     * @param goesOnAt all up to here that was for it, it was sent: at least {@code lastSent}
     */
    record Away<D>(
            String id,
            String privateId,
            Set<String> rooms,
            D data,
            long connectedAt,
            long lastSent,
            long goesOnAt,
            long millis) {

        /** Where the replay begins for a client that has got everything up to this offset. */
        private long replayFrom(long known) {
            return known >= lastSent ? Math.max(known, goesOnAt) : known;
        }
    }

    RecoveryLog(SocketIo<D> io, Recovery limits) {
        this.io = io;
        this.limits = limits;
    }

    /**
     * Records an event and hands it to the lanes.
     *
     * @param deliver false if it could not be delivered; then it is not recorded
     */
    synchronized boolean publish(
            Selection selection, Payload payload, Predicate<Recorded> deliver) {
        long now = io.settings.clock.millis();
        Recorded recorded = new Recorded(last + 1, selection, withOffset(payload, last + 1), now);
        if (!deliver.test(recorded)) {
            return false;
        }
        last++;
        log.add(recorded);
        bytes += Broadcast.weight(recorded.payload);
        trim(now);
        purgeLater();
        return true;
    }

    /**
     * Hands over an event that is not recorded. Clients take a string at the end of any event for
     * an offset, so that such an event gets one.
     */
    synchronized <T> T passBy(Payload payload, Function<Payload, T> deliver) {
        List<Argument> elements = Arguments.split(payload);
        boolean misleading = elements.size() > 1 && elements.getLast().isString();
        return deliver.apply(misleading ? withOffset(payload, last) : payload);
    }

    boolean skipsMiddlewares() {
        return limits.skipMiddlewares();
    }

    synchronized long position() {
        return last;
    }

    /** Does something while nothing is published; it is told the last offset. */
    synchronized <T> T between(LongFunction<T> action) {
        return action.apply(last);
    }

    synchronized void persist(Away<D> socket) {
        away.put(digest(socket.privateId()), socket);
        if (away.size() > limits.maxSessions()) {
            away.pollFirstEntry();
        }
        purgeLater();
    }

    /**
     * Finds who wants to go on, once.
     *
     * @param offset of the last event the client has got; null if it knows none
     * @return null if it has to begin anew
     */
    synchronized @Nullable Away<D> take(String privateId, @Nullable String offset) {
        forgetExpired();
        Away<D> found = away.remove(digest(privateId));
        if (found == null) {
            return null;
        }
        long known = known(found, offset);
        if (known < 0 || known > last || found.replayFrom(known) < lastDropped) {
            return null;
        }
        return found;
    }

    /**
     * What a client that goes on has missed, as of the moment in which it joins its rooms again.
     *
     * @param offset as given to {@link #take}
     * @param join does so
     * @return null if it is too late: something of it is gone
     */
    synchronized @Nullable List<Recorded> rejoin(
            Away<D> socket, @Nullable String offset, Runnable join) {
        long from = socket.replayFrom(known(socket, offset));
        if (from < lastDropped) {
            return null;
        }
        join.run();
        List<Recorded> missed = new ArrayList<>();
        for (Recorded recorded : log) {
            if (recorded.offset > from && recorded.selection.isFor(socket.rooms)) {
                missed.add(recorded);
            }
        }
        return missed;
    }

    /** Has what is here now go when its time has come, whether anybody asks for it or not. */
    private void purgeLater() {
        if (purging || (log.isEmpty() && away.isEmpty())) {
            return;
        }
        purging = true;
        long oldest =
                Math.min(
                        log.isEmpty() ? Long.MAX_VALUE : log.getFirst().millis,
                        away.isEmpty() ? Long.MAX_VALUE : away.firstEntry().getValue().millis);
        long age = io.settings.clock.millis() - oldest;
        long delay = Math.max(limits.maxDisconnection().toMillis() - age, 0) + 1;
        io.timer(delay, new CompletableFuture<>(), this::purge);
    }

    private synchronized void purge() {
        purging = false;
        forgetExpired();
        trim(io.settings.clock.millis());
        purgeLater();
    }

    private void forgetExpired() {
        long oldest = io.settings.clock.millis() - limits.maxDisconnection().toMillis();
        Iterator<Away<D>> each = away.values().iterator();
        while (each.hasNext() && each.next().millis < oldest) {
            each.remove();
        }
    }

    private void trim(long now) {
        long oldest = now - limits.maxDisconnection().toMillis();
        while (!log.isEmpty()
                && (log.size() > limits.maxPackets()
                        || bytes > limits.maxBytes()
                        || log.getFirst().millis < oldest)) {
            Recorded dropped = log.removeFirst();
            bytes -= Broadcast.weight(dropped.payload);
            lastDropped = dropped.offset;
        }
    }

    /** Shape only: private ids are secrets. */
    @Override
    public synchronized String toString() {
        return log.size() + " events in " + bytes + " bytes, " + away.size() + " sessions away";
    }

    private Payload withOffset(Payload payload, long offset) {
        return extended(payload, epoch + Long.toString(offset, 36));
    }

    /**
     * The event with one argument more.
     *
     * @param offset of ASCII without anything to escape
     */
    static Payload extended(Payload payload, String offset) {
        byte[] json = payload.json();
        byte[] tail = (",\"" + offset + "\"]").getBytes(StandardCharsets.US_ASCII);
        int end = json.length - 1; // of the array
        byte[] extended = new byte[end + tail.length];
        System.arraycopy(json, 0, extended, 0, end);
        System.arraycopy(tail, 0, extended, end, tail.length);
        return new Payload(extended, payload.attachments());
    }

    /** Up to where a client has got everything; -1 if it names an offset nobody has given it. */
    private long known(Away<D> socket, @Nullable String offset) {
        return offset == null
                ? socket.connectedAt
                : offset.startsWith(epoch)
                        ? Math.max(parse(offset.substring(epoch.length())), -1)
                        : -1;
    }

    private static long parse(String number) {
        try {
            return Long.parseLong(number, 36);
        } catch (NumberFormatException foreign) {
            return -1;
        }
    }

    /** So that looking up a secret takes no time that depends on it. */
    private static String digest(String privateId) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(privateId.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible); // every Java has it
        }
    }
}
