package dev.resound.netty;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The connections of a loop, and when each wants to be looked at. One sweep a second over an array
 * of ints takes the place of a timer per connection: activity costs nothing here, because a
 * connection that was active simply asks again when its old deadline comes up. <b>Thread:</b> its
 * loop.
 */
final class Deadlines {
    private static final int NEVER = Integer.MAX_VALUE;
    private static final int TICK_MILLIS = 100;

    private final long originMillis;
    private final ArrayList<Timed> all = new ArrayList<>();
    private int[] due = new int[16]; // ticks since the origin: good for six years

    Deadlines(long originMillis) {
        this.originMillis = originMillis;
    }

    void add(Timed timed) {
        timed.slot = all.size();
        if (all.size() == due.length) {
            due = Arrays.copyOf(due, due.length * 2);
        }
        due[all.size()] = NEVER;
        all.add(timed);
    }

    void remove(Timed timed) {
        if (timed.slot < 0) {
            return;
        }
        int last = all.size() - 1;
        Timed moved = all.remove(last);
        if (moved != timed) {
            all.set(timed.slot, moved);
            due[timed.slot] = due[last];
            moved.slot = timed.slot;
        }
        timed.slot = -1;
    }

    /** The place of {@code old} goes to {@code heir}: the same socket in its next life. */
    void replace(Timed old, Timed heir) {
        heir.slot = old.slot;
        all.set(old.slot, heir);
        due[old.slot] = NEVER;
        old.slot = -1;
    }

    void wakeAt(Timed timed, long millis) {
        if (timed.slot >= 0) {
            due[timed.slot] =
                    (int) Math.min(NEVER - 1, Math.max(0, millis - originMillis) / TICK_MILLIS);
        }
    }

    void sweep(long nowMillis) {
        int now = (int) ((nowMillis - originMillis) / TICK_MILLIS);
        for (int i = 0;
                i < all.size();
                i++) { // whoever leaves in the midst moves the last one here: it waits a second
            if (due[i] <= now) {
                due[i] = NEVER;
                all.get(i).onDue(nowMillis);
            }
        }
    }

    /** A copy: its receiver may end connections while it walks. */
    List<Timed> all() {
        return new ArrayList<>(all);
    }

    int size() {
        return all.size();
    }
}
