package dev.resound.sessions;

import dev.resound.core.Frame;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Something the device does as long as somebody wants it: a microphone, the precision of its
 * position. It is told when that changes.
 *
 * @param of what all subscriptions together ask for; a value with {@code equals}
 * @param rest what is asked for when nobody wants anything
 * @param say tells the device of this owner
 * @param patience how long a change waits for the next one
 * @param restPatience how much longer a change to {@code rest} does
 * @param always it is about the device's media: told to one that comes, rest or not, and again to
 *     one that sends what nobody wants
 */
public record Demand<V>(
        Function<List<Subscription>, V> of,
        V rest,
        BiFunction<String, V, Frame> say,
        Duration patience,
        Duration restPatience,
        boolean always) {}
