package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.resound.core.Envelope;
import dev.resound.core.Journal;
import dev.resound.core.RateLimitedLog;
import dev.resound.core.TopicName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;
import org.slf4j.LoggerFactory;

/**
 * The journal over Redis: one stream for each topic. Whoever writes an entry numbers and publishes
 * it in the same step, so all nodes hear the entries of a topic in their order; what is asked for
 * is published, too, to the one who asks, so that it comes between the right ones.
 *
 * <p><b>Thread:</b> any. The reader is called by {@code resound-bus}.
 */
public final class RedisJournal implements Journal {
    private static final RateLimitedLog LOG =
            new RateLimitedLog(LoggerFactory.getLogger(RedisJournal.class));
    private static final Script APPEND = Script.of("journal-append.lua");
    private static final Script READ = Script.of("journal-read.lua");
    private static final int MOST_BYTES = 64 << 20;
    private static final int MOST_NAME_BYTES = 4_096;
    private static final int EPOCH_CHARS = 12;

    private final RedisLink link;
    private final String prefix;
    private final String node = Ids.random(12);
    private final String alone = node + ".alone"; // its name for what it has delivered already
    private final String entries;
    private final String answers;
    private final Inbox.Listener onEntry = guarded(this::onEntry);
    private final Inbox.Listener onPast = guarded(this::onPast);
    private final LongAdder malformed = new LongAdder();
    private String scopes = "";
    private @Nullable Reader reader;
    private long written; // guarded by this

    private RedisJournal(RedisLink link, String prefix) {
        this.link = link;
        this.prefix = prefix;
        this.entries = prefix + ":journal";
        this.answers = prefix + ":journal:" + node;
    }

    /**
     * A journal for all nodes that share this Redis and this prefix.
     *
     * @param prefix of the names in Redis; letters, digits and the like
     */
    public static RedisJournal over(RedisLink link, String prefix) {
        return new RedisJournal(link, prefix);
    }

    @Override
    public void connect(String scopePrefix, Reader reader) {
        this.scopes = scopePrefix;
        this.reader = reader;
        link.whenListening(entries, reader::onDoubt);
        link.subscribe(answers, onPast);
        link.subscribe(entries, onEntry);
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public boolean isConnected() {
        return link.state() == RedisLink.State.CONNECTED;
    }

    @Override
    public boolean hasRoom() {
        return link.hasRoom();
    }

    /** How many messages came that no journal says; each was dropped. */
    public long malformed() {
        return malformed.sum();
    }

    private String key(TopicName topic) {
        return prefix + ":journal:{" + topic.scope() + "\n" + topic.name() + "}";
    }

    /** Counted and queued in one step: what comes out of turn is taken for a repetition. */
    @Override
    public synchronized CompletionStage<Void> append(
            Envelope envelope,
            @Nullable String except,
            Limits limits,
            Position heard,
            boolean deliveredHere) {
        String key = key(envelope.topic());
        long count = written + 1;
        byte[] entry = BusMessage.encode(deliveredHere ? alone : node, count, envelope, except);
        byte[][] arguments = {
            bytes(entries),
            bytes(Ids.random(EPOCH_CHARS)),
            bytes(node),
            bytes(count),
            bytes(heard.epoch()),
            bytes(heard.number()),
            bytes(limits.entries()),
            bytes(limits.bytes()),
            bytes(limits.seconds()),
            entry
        };
        var done = new CompletableFuture<Void>();
        PublishQueue.Command command =
                (commands, again) ->
                        APPEND.send(commands, again, key, arguments)
                                .whenComplete((number, failure) -> {
                                    if (failure == null) {
                                        done.complete(null);
                                    } else if (!NotNow.is(failure)) {
                                        done.completeExceptionally(failure);
                                    }
                                });
        if (!link.write(new PublishQueue.Outgoing(key, entry.length, true, command))) {
            return CompletableFuture.failedFuture(new NotNow("too much waits"));
        }
        written = count;
        return done;
    }

    @Override
    public void read(TopicName topic, long after, Limits limits) {
        READ.run(
                        link,
                        key(topic),
                        bytes(answers),
                        bytes(Ids.random(EPOCH_CHARS)),
                        bytes(limits.seconds()),
                        bytes(topic.scope()),
                        bytes(topic.name()),
                        bytes(after))
                .whenComplete((newest, failure) -> {
                    if (failure != null && !NotNow.is(failure)) {
                        LOG.warn("Redis does not read: " + Lines.reason(failure));
                    }
                });
    }

    // ---- what is heard

    private interface Ear {
        void onMessage(byte[] message) throws IOException, MalformedMessage;
    }

    private Inbox.Listener guarded(Ear ear) {
        return (channel, message) -> {
            try {
                ear.onMessage(message);
            } catch (MalformedMessage | IOException | MessagePackException broken) {
                malformed.increment();
                LOG.warn("A message of the journal was none of ours: dropped");
            }
        };
    }

    private void onEntry(byte[] message) throws IOException, MalformedMessage {
        try (MessageUnpacker in = MessagePack.newDefaultUnpacker(message)) {
            String epoch = name(in, message);
            long number = in.unpackLong();
            BusMessage entry = entry(in, message);
            Envelope envelope = entry.envelope();
            if (!envelope.topic().scope().startsWith(scopes)) {
                return;
            }
            Reader ears = Objects.requireNonNull(reader);
            var heard = new Entry(number, envelope, entry.except());
            boolean deliveredHere = entry.node().equals(alone);
            if (!RedisBus.handIn(() -> ears.onEntry(epoch, heard, deliveredHere))) {
                LOG.warn("Event loops are too far behind: an entry of the journal was dropped");
            }
        }
    }

    private void onPast(byte[] message) throws IOException, MalformedMessage {
        try (MessageUnpacker in = MessagePack.newDefaultUnpacker(message)) {
            TopicName topic = new TopicName(name(in, message), name(in, message));
            String epoch = name(in, message);
            long newest = in.unpackLong();
            List<Entry> past = new ArrayList<>();
            for (int left = in.unpackArrayHeader() / 2; left > 0; left--) {
                long number = in.unpackLong();
                BusMessage entry = entry(in, message);
                if (!entry.envelope().topic().equals(topic)) {
                    throw new MalformedMessage("an entry of another topic");
                }
                past.add(new Entry(number, entry.envelope(), entry.except()));
            }
            Objects.requireNonNull(reader).onPast(topic, new Past(epoch, newest, past));
        }
    }

    private static BusMessage entry(MessageUnpacker in, byte[] message)
            throws IOException, MalformedMessage {
        BusMessage entry = BusMessage.decode(payload(in, message, MOST_BYTES));
        if (entry == null) {
            throw new MalformedMessage("no entry");
        }
        return entry;
    }

    private static String name(MessageUnpacker in, byte[] message)
            throws IOException, MalformedMessage {
        return new String(payload(in, message, MOST_NAME_BYTES), UTF_8);
    }

    /** Allocates for what is there, never for what is said to be. */
    private static byte[] payload(MessageUnpacker in, byte[] message, int most)
            throws IOException, MalformedMessage {
        int length = in.unpackRawStringHeader();
        if (length > Math.min(most, message.length)) {
            throw new MalformedMessage("too long");
        }
        return in.readPayload(length);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] bytes(long number) {
        return Long.toString(number).getBytes(UTF_8);
    }

    /** The link stays open: it may serve others, too. */
    @Override
    public void close() {
        link.unsubscribe(entries, onEntry);
        link.unsubscribe(answers, onPast);
    }
}
