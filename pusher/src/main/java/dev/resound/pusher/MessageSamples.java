package dev.resound.pusher;

import dev.resound.pusher.json.JsonObject;
import dev.resound.pusher.json.JsonScanner;
import dev.resound.pusher.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A look at the traffic: records of some messages, picked at random, the latest of which are kept.
 * A record says what a message was about and how large it was, and nothing of what it said.
 *
 * <pre>{@code
 * MessageSamples samples = new MessageSamples(100, 500);
 * PusherProtocol.builder(hub, apps).observe(samples).build();
 * samples.latest();
 * }</pre>
 *
 * <p>Memory: the kept records, some 200 bytes each. Cost: a random number for each message, and the
 * reading of the picked ones.
 *
 * <p><b>Thread:</b> any.
 */
public final class MessageSamples implements PusherObserver {
    private static final int MAX_KEPT = 1 << 20;
    private static final int MAX_NAME_CHARACTERS = 200;

    private final int oneIn;
    private final InstantSource clock;
    private final AtomicReferenceArray<@Nullable Sample> ring;
    private final AtomicLong taken = new AtomicLong();

    /** Which way a message went. */
    public enum Direction {
        /** From a socket to the server. */
        RECEIVED,
        /** From the server to one socket. */
        SENT,
        /** To all subscribers of a channel: one record, however many they are. */
        BROADCAST
    }

    /**
     * What is kept of a message.
     *
     * @param at when it was handled
     * @param socketId whose it is; null for broadcasts
     * @param event its event; null if it has none, for rubbish. At most 200 characters are kept
     * @param channel the channel it is about; null if about none. At most 200 characters are kept
     * @param bytes its size as text; of a broadcast, that of the event's data
     * @param recipients sockets it went to: 0 for {@link Direction#RECEIVED}
     */
    public record Sample(
            Instant at,
            String appId,
            Direction direction,
            @Nullable String socketId,
            @Nullable String event,
            @Nullable String channel,
            int bytes,
            int recipients) {}

    /**
     * Nothing yet.
     *
     * @param oneIn a record of one message in so many, 1 or more
     * @param kept so many records, the latest; 1 to 1 048 576
     * @throws IllegalArgumentException a number is out of its range
     */
    public MessageSamples(int oneIn, int kept) {
        this(oneIn, kept, InstantSource.system());
    }

    MessageSamples(int oneIn, int kept, InstantSource clock) {
        if (oneIn < 1 || kept < 1 || kept > MAX_KEPT) {
            throw new IllegalArgumentException("one in " + oneIn + ", " + kept + " kept");
        }
        this.oneIn = oneIn;
        this.clock = clock;
        this.ring = new AtomicReferenceArray<>(kept);
    }

    /** The kept records, the latest first. Records made meanwhile may or may not be among them. */
    public List<Sample> latest() {
        long end = taken.get();
        int kept = ring.length();
        List<Sample> latest = new ArrayList<>((int) Math.min(end, kept));
        for (long i = end - 1; i >= Math.max(0, end - kept); i--) {
            Sample sample = ring.get((int) (i % kept));
            if (sample != null) {
                latest.add(sample);
            }
        }
        return latest;
    }

    @Override
    public boolean wants(Class<? extends AppEvent> kind) {
        return kind == AppEvent.MessageReceived.class
                || kind == AppEvent.MessageSent.class
                || kind == AppEvent.Broadcast.class;
    }

    @Override
    public int oneIn(Class<? extends AppEvent> kind) {
        return oneIn;
    }

    @Override
    public void on(AppEvent event) {
        switch (event) {
            case AppEvent.MessageReceived in ->
                    keep(read(in.app(), Direction.RECEIVED, in.socketId(), in.message()));
            case AppEvent.MessageSent out ->
                    keep(read(out.app(), Direction.SENT, out.socketId(), out.message()));
            case AppEvent.Broadcast to ->
                    keep(
                            new Sample(
                                    clock.instant(),
                                    to.app().id(),
                                    Direction.BROADCAST,
                                    null,
                                    cut(to.event()),
                                    cut(to.channel()),
                                    to.data().getBytes(StandardCharsets.UTF_8).length,
                                    to.recipients()));
            default -> throw new IllegalArgumentException("not asked for: " + event.getClass());
        }
    }

    private void keep(Sample sample) {
        ring.set((int) (taken.getAndIncrement() % ring.length()), sample);
    }

    private Sample read(App app, Direction direction, String socketId, String message) {
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        JsonObject fields = new JsonScanner().object(text, 0, text.length, false);
        String event = fields == null ? null : fields.text("event");
        return new Sample(
                clock.instant(),
                app.id(),
                direction,
                socketId,
                cut(event),
                cut(fields == null ? null : channel(fields)),
                text.length,
                direction == Direction.SENT ? 1 : 0);
    }

    /** Beside the event, or inside its data, as commands have it. */
    private static @Nullable String channel(JsonObject fields) {
        String channel = fields.text("channel");
        JsonValue data = fields.get("data");
        if (channel != null || data == null) {
            return channel;
        }
        JsonValue inner = data.kind() == JsonValue.Kind.STRING ? data.inner() : data;
        JsonObject inside = inner == null ? null : inner.object();
        return inside == null ? null : inside.text("channel");
    }

    private static @Nullable String cut(@Nullable String name) {
        return name == null || name.length() <= MAX_NAME_CHARACTERS
                ? name
                : name.substring(0, MAX_NAME_CHARACTERS);
    }
}
