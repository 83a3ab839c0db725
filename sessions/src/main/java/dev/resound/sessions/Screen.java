package dev.resound.sessions;

import dev.resound.core.Frame;
import dev.resound.core.Loop;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What companions show on the device: of what follows each other too fast the newest of each
 * companion waits for its turn, and the newest of all waits for a device that is away. <b>Thread:
 * </b> the session's loop.
 */
final class Screen {
    /** Whatever a profile calls it. */
    private static final String MAIN = "";

    private final DeviceSession session;
    private final long intervalMillis;
    private final Map<String, Frame> waiting = new LinkedHashMap<>(); // by companion
    private long shownMillis;
    private Loop.@Nullable Timer turn; // while anything waits
    private @Nullable Kept kept; // while the device is away

    private record Kept(String companion, Frame frame) {}

    /** What is replaced while the device is slow. */
    private record Key(String companion, String view) {}

    Screen(DeviceSession session, DeviceSessionOptions.Pace pace) {
        this.session = session;
        this.intervalMillis = pace.show().toMillis();
        this.shownMillis = session.loop().nowMillis() - intervalMillis;
    }

    void show(String companion, CommandRoute.Show show, Frame frame) {
        if (!session.hasDevice()) {
            if (show.main()) {
                kept = new Kept(companion, frame);
            }
            return;
        }
        if (!show.main()) {
            put(companion, show.view(), frame);
            return;
        }
        waiting.remove(companion); // older than this one
        long now = session.loop().nowMillis();
        if (show.forced() || (waiting.isEmpty() && now - shownMillis >= intervalMillis)) {
            shownMillis = now;
            put(companion, MAIN, frame);
        } else {
            waiting.put(companion, frame);
            if (turn == null) {
                turn = session.loop().schedule(shownMillis + intervalMillis - now, this::next);
            }
        }
    }

    private void next() {
        turn = null;
        var all = waiting.entrySet().iterator();
        if (!all.hasNext()) {
            return;
        }
        var first = all.next();
        all.remove();
        shownMillis = session.loop().nowMillis();
        put(first.getKey(), MAIN, first.getValue());
        if (!waiting.isEmpty()) {
            turn = session.loop().schedule(intervalMillis, this::next);
        }
    }

    private void put(String companion, String view, Frame frame) {
        session.tellDeviceNewest(new Key(companion, view), frame);
    }

    /** What waits would come too late; the newest of it is kept for the return. */
    void deviceLeft() {
        waiting.forEach((companion, frame) -> kept = new Kept(companion, frame));
        waiting.clear();
    }

    void deviceCame() {
        Kept last = kept;
        if (last != null) {
            kept = null;
            shownMillis = session.loop().nowMillis();
            put(last.companion(), MAIN, last.frame());
        }
    }

    void forget(String companion) {
        waiting.remove(companion);
        if (kept != null && kept.companion().equals(companion)) {
            kept = null;
        }
    }

    void end() {
        if (turn != null) {
            turn.cancel();
            turn = null;
        }
        waiting.clear();
        kept = null;
    }
}
