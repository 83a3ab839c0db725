package dev.resound.sessions;

import dev.resound.core.Frame;
import dev.resound.core.Loop;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the device of one {@link Demand}, when it has changed and stayed so for a while.
 * <b>Thread:</b> the session's loop.
 */
final class DemandSignal<V> {
    /** A device that does what nobody wants is told at most so often. */
    private static final long REMINDER_MILLIS = 5_000;

    /** One that has just come is told once it has settled. */
    private static final long REFRESH_MILLIS = 100;

    private final Demand<V> demand;
    private final DeviceSession session;
    private final Supplier<List<Subscription>> subscriptions;
    private V told;
    private V wanted;
    private Loop.@Nullable Timer change;
    private Loop.@Nullable Timer refresh;
    private boolean owed; // a device has come while a change waited, and was told nothing
    private long remindedMillis;

    DemandSignal(
            Demand<V> demand, DeviceSession session, Supplier<List<Subscription>> subscriptions) {
        this.demand = demand;
        this.session = session;
        this.subscriptions = subscriptions;
        this.told = demand.rest();
        this.wanted = demand.rest();
        this.remindedMillis = session.loop().nowMillis() - REMINDER_MILLIS;
    }

    /** Subscriptions are others now. */
    void update() {
        V now = demand.of().apply(subscriptions.get());
        if (now.equals(wanted)) {
            return;
        }
        wanted = now;
        if (change != null) {
            change.cancel();
            change = null;
        }
        if (!now.equals(told)) {
            long patience = demand.patience().toMillis();
            if (now.equals(demand.rest())) {
                patience += demand.restPatience().toMillis();
            }
            change = session.loop().schedule(patience, this::changed);
        } else if (owed) {
            tell();
        }
    }

    private void changed() {
        change = null;
        tell();
    }

    private void tell() {
        if (!session.hasDevice()) {
            return; // told when it comes
        }
        told = wanted;
        owed = false;
        session.tellDeviceNewest(this, frame());
    }

    private Frame frame() {
        return demand.say().apply(session.owner(), wanted);
    }

    /** The device has come, or has forgotten what it was told. */
    void refresh() {
        boolean atRest = wanted.equals(demand.rest()) && told.equals(demand.rest());
        if (refresh == null && (demand.always() || !atRest)) {
            refresh = session.loop().schedule(REFRESH_MILLIS, this::refreshed);
        }
    }

    private void refreshed() {
        refresh = null;
        if (change == null) {
            tell();
        } else {
            owed = true;
        }
    }

    /** The device sends media nobody wants, unless that is what a change waits for. */
    void remind() {
        long now = session.loop().nowMillis();
        boolean due = change == null && now - remindedMillis >= REMINDER_MILLIS;
        if (demand.always() && due && wanted.equals(demand.rest())) {
            remindedMillis = now;
            tell();
        }
    }

    void end() {
        if (change != null) {
            change.cancel();
            change = null;
        }
        if (refresh != null) {
            refresh.cancel();
            refresh = null;
        }
    }
}
