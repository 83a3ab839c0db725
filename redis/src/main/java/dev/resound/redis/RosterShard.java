package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.resound.core.RateLimitedLog;
import dev.resound.core.Roster;
import dev.resound.core.TopicName;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The topics of a roster whose keys have the same slot, so that one step in Redis may look at all
 * that matters: the node's lease, its parts, and what is known of all nodes. This is the node's
 * name there and its lease, and what is told and asked under it: what is to be told is in {@link
 * OwnParts}, what the others tell in {@link Views}.
 *
 * <p>Whenever there is a doubt whether Redis has what was written (the lease was lost, the data is
 * gone or went backwards) the node takes a new name and writes everything; each topic changes its
 * name in one step, so that nobody sees anybody go. Each change has a number; where one is missing,
 * all views are looked up again.
 *
 * <p><b>Thread:</b> that of the link's listeners, but for what says otherwise.
 */
final class RosterShard {
    static final Duration LEASE = Duration.ofSeconds(10);

    /** If nobody was heard for so long, it was Redis that was away. */
    private static final Duration SILENCE = Duration.ofSeconds(7);

    private static final Duration PAUSE = Duration.ofMillis(10); // between two batches
    private static final Duration RETRY = Duration.ofMillis(250);

    /** In one step of Redis. */
    static final int MOST_TOPICS = 128;

    private static final byte[] NO = {'0'};
    private static final byte[] YES = {'1'};
    private static final RateLimitedLog LOG =
            new RateLimitedLog(LoggerFactory.getLogger(RosterShard.class));

    private static final Script REGISTER = Script.of("roster.lua", "roster-register.lua");
    private static final Script BEAT = Script.of("roster.lua", "roster-beat.lua");
    private static final Script UPDATE = Script.of("roster.lua", "roster-update.lua");
    private static final Script SWEEP = Script.of("roster.lua", "roster-sweep.lua");
    private static final Script LOOK = Script.of("roster.lua", "roster-look.lua");

    private final RedisLink link;
    private final int number;
    private final String key;
    private final byte[] channel;
    private final String family; // what all names of this node begin with
    private final byte[] turnsWanted;
    private final Herald herald;

    private final OwnParts own;
    private final Views views;
    private final AtomicBoolean scheduled = new AtomicBoolean();

    private volatile String node; // the name of the moment
    private volatile boolean registered;
    private volatile long beatNanos; // of the last one that was answered
    private volatile boolean leaving;
    private int names;
    private boolean registering;
    private boolean writing;
    private boolean pausing;
    private boolean sweeping;
    private String old = ""; // whose parts become this node's
    private String epoch = "";
    private long written; // batches, under this name
    private long heard; // the version of the last message
    private long owed; // what must have been heard by the next beat

    RosterShard(
            RedisLink link, String prefix, int number, String family, Roster.Listener listener) {
        this.turnsWanted = listener.wantsTurns() ? YES : NO;
        this.link = link;
        this.number = number;
        this.key = prefix + ":{roster-" + number + "}";
        this.channel = RedisRoster.channel(prefix).getBytes(UTF_8);
        this.family = family;
        this.node = family + ".0";
        this.herald = new Herald(link, key, listener);
        this.own = new OwnParts(this::schedule);
        this.views = new Views(link, this::isOurs, this::look, listener);
    }

    /** What this node has. <b>Thread:</b> any. */
    OwnParts own() {
        return own;
    }

    /** What the others have. <b>Thread:</b> any. */
    Views views() {
        return views;
    }

    // ---- writing

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            link.hear(this::write);
        }
    }

    private void write() {
        scheduled.set(false);
        if (!registered || writing || pausing || leaving) {
            return; // is done when that is over
        }
        List<RosterMessage.Change> batch = own.takeBatch();
        if (batch.isEmpty()) {
            writtenAll();
            return;
        }
        writing = true;
        written++;
        String name = node;
        UPDATE.run(
                        link,
                        key,
                        channel,
                        bytes(number),
                        bytes(name),
                        bytes(old),
                        bytes(written),
                        RosterMessage.changes(batch),
                        turnsWanted)
                .whenComplete((answer, failure) ->
                        link.hear(() -> written(name, batch, answer, failure)));
    }

    private void written(
            String name,
            List<RosterMessage.Change> batch,
            byte @Nullable [] answer,
            @Nullable Throwable failure) {
        writing = false;
        if (!isYes(answer) || !name.equals(node)) {
            own.putBack(batch);
            if (answer != null && name.equals(node)) {
                beat(); // the lease is gone: that tells why
            } else if (failure != null && name.equals(node)) {
                written--;
            }
            again(RETRY);
            return;
        }
        own.written(batch);
        again(PAUSE);
    }

    private void again(Duration pause) {
        pausing = true;
        link.later(
                pause,
                () ->
                        link.hear(() -> {
                            pausing = false;
                            write();
                        }));
    }

    /** What is left of the former name has no topic here any more. */
    private void writtenAll() {
        if (!old.isEmpty()) {
            String former = old;
            old = "";
            sweep(former, YES);
        }
    }

    // ---- the lease

    /** <b>Thread:</b> any. */
    void beat() {
        if (leaving) {
            return;
        }
        if (!registered) {
            link.hear(() -> {
                if (!registered && !registering) {
                    register();
                }
            });
            return;
        }
        String name = node;
        BEAT.run(link, key, bytes(name), bytes(LEASE.toMillis()), bytes(SILENCE.toMillis()))
                .whenComplete((answer, failure) ->
                        link.hear(() -> {
                            if (answer != null && name.equals(node) && registered) {
                                beaten(answer);
                            }
                        }));
    }

    /** Whether Redis was there lately. <b>Thread:</b> any. */
    boolean isConnected() {
        return registered && System.nanoTime() - beatNanos < SILENCE.toNanos();
    }

    private void beaten(byte[] answer) {
        try {
            beaten(RosterMessage.beaten(answer));
        } catch (MalformedMessage malformed) {
            malformed(malformed);
        }
    }

    private void beaten(RosterMessage.Beaten beat) {
        beatNanos = System.nanoTime();
        boolean sure = writing ? beat.written() >= written - 1 : beat.written() >= written;
        if (!beat.epoch().equals(epoch) || beat.version() < owed || !sure) {
            LOG.warn("Redis has lost who is where: this node writes it again");
            rename(true);
        } else if (!beat.lives()) {
            LOG.warn("This node was not heard for too long: it comes back under a new name");
            rename(false);
        } else {
            boolean stale = views.takeStale();
            if (heard < owed || stale) {
                heard = Math.max(heard, owed);
                views.loadAll();
            }
            owed = beat.version();
            if (!beat.dead().isEmpty()) {
                sweep(beat.dead(), NO);
            }
            herald.is(beat.herald().equals(node));
        }
    }

    /**
     * Everything is written anew.
     *
     * @param settle whether others have to do the same, so that who is not there may only be late
     */
    private void rename(boolean settle) {
        if (leaving) {
            return;
        }
        registered = false;
        old = node;
        node = family + "." + ++names;
        if (settle) {
            views.settle();
        }
        register();
    }

    private void register() {
        registering = true;
        String name = node;
        REGISTER.run(link, key, bytes(name), bytes(LEASE.toMillis()), bytes(Ids.random(12)))
                .whenComplete((answer, failure) ->
                        link.hear(() -> {
                            registering = false;
                            if (answer != null && name.equals(node)) {
                                registered(answer);
                            }
                        }));
    }

    private void registered(byte[] answer) {
        try {
            RosterMessage.Registered now = RosterMessage.registered(answer);
            epoch = now.epoch();
            heard = now.version();
            owed = now.version();
        } catch (MalformedMessage malformed) {
            malformed(malformed);
            return;
        }
        written = 0;
        beatNanos = System.nanoTime();
        registered = true;
        own.putBackAll();
        write();
        views.begin(epoch);
    }

    // ---- the dead

    /**
     * Takes a node's parts away, some topics after the other; others may do the same.
     *
     * @param evenIfItLives {@link #YES} or {@link #NO}
     */
    private void sweep(String whom, byte[] evenIfItLives) {
        if (sweeping && !isOurs(whom)) {
            return; // the next beat will find it again
        }
        sweeping = true;
        sweepOnce(whom, evenIfItLives)
                .whenComplete((answer, failure) ->
                        link.hear(() -> {
                            sweeping = false;
                            if (answer != null) {
                                if (!isYes(answer)) {
                                    sweep(whom, NO); // its lease is gone by now
                                }
                            } else if (isOurs(whom)) {
                                link.later(
                                        RETRY, () -> link.hear(() -> sweep(whom, evenIfItLives)));
                            }
                        }));
    }

    private CompletionStage<byte[]> sweepOnce(String whom, byte[] evenIfItLives) {
        return SWEEP.run(
                link,
                key,
                channel,
                bytes(number),
                bytes(whom),
                evenIfItLives,
                bytes(MOST_TOPICS),
                turnsWanted);
    }

    private static boolean isYes(byte @Nullable [] answer) {
        return answer != null && Arrays.equals(answer, YES);
    }

    private boolean isOurs(String name) {
        return name.startsWith(family + ".");
    }

    /** Takes this node's part back. <b>Thread:</b> any. */
    CompletionStage<Void> close() {
        leaving = true;
        return registered ? leaveStep() : CompletableFuture.<Void>completedFuture(null);
    }

    private CompletionStage<Void> leaveStep() {
        return sweepOnce(node, YES)
                .thenCompose(answer -> isYes(answer) ? herald.end() : leaveStep());
    }

    // ---- what others say

    /** <b>Thread:</b> any. */
    CompletionStage<Void> watch(TopicName topic) {
        return views.watch(topic, isConnected());
    }

    void told(RosterMessage.Told told) {
        if (!registered || !told.epoch().equals(epoch) || told.version() <= heard) {
            return; // what that means the next beat tells
        }
        herald.look();
        boolean missed = told.version() > heard + 1;
        heard = told.version();
        if (missed) {
            views.loadAll();
        }
        if (isOurs(told.node())) {
            return;
        }
        List<RosterMessage.Change> changes = told.changes();
        if (changes == null) {
            views.tellGone(told.version(), told.node());
        } else {
            views.tell(told.version(), told.node(), told.old(), changes);
        }
    }

    // ---- asking

    private CompletionStage<RosterMessage.Looked> look(Collection<TopicName> topics) {
        return LOOK.run(link, key, RosterMessage.topics(topics)).thenCompose(RosterShard::looked);
    }

    private static CompletionStage<RosterMessage.Looked> looked(byte[] answer) {
        try {
            return CompletableFuture.completedFuture(RosterMessage.looked(answer));
        } catch (MalformedMessage malformed) {
            return CompletableFuture.failedFuture(malformed);
        }
    }

    /** Topics on the other nodes, watched or not. <b>Thread:</b> any. */
    CompletionStage<Map<TopicName, Roster.Elsewhere>> ask(List<TopicName> topics) {
        Map<TopicName, Roster.Elsewhere> answers = new HashMap<>();
        CompletionStage<Void> last = CompletableFuture.completedFuture(null);
        for (int from = 0; from < topics.size(); from += MOST_TOPICS) {
            List<TopicName> some =
                    topics.subList(from, Math.min(topics.size(), from + MOST_TOPICS));
            last =
                    last.thenCompose(done -> look(some))
                            .thenAccept(looked -> {
                                for (int i = 0;
                                        i < Math.min(some.size(), looked.topics().size());
                                        i++) {
                                    answers.put(some.get(i), sum(looked.topics().get(i)));
                                }
                            });
        }
        return last.thenApply(done -> answers);
    }

    private Roster.Elsewhere sum(List<RosterMessage.Part> parts) {
        int members = 0;
        Map<String, String> users = new LinkedHashMap<>();
        for (RosterMessage.Part part : parts) {
            if (!isOurs(part.node())) {
                members += part.members();
                part.users().forEach(users::putIfAbsent);
            }
        }
        return new Roster.Elsewhere(members, users);
    }

    /** Members on other nodes, of the topics of a scope. <b>Thread:</b> any. */
    CompletionStage<Map<String, Integer>> occupied(String scope) {
        return link.ask(key, commands -> commands.hgetall(key + ":occupied:" + scope))
                .thenApply(all -> {
                    Map<String, Integer> elsewhere = new HashMap<>();
                    all.forEach((name, total) -> {
                        int others = number(total) - own.stored(new TopicName(scope, name));
                        if (others > 0) {
                            elsewhere.put(name, others);
                        }
                    });
                    return elsewhere;
                });
    }

    private static int number(byte[] text) {
        try {
            return Integer.parseInt(new String(text, UTF_8));
        } catch (NumberFormatException notOurs) {
            return 0;
        }
    }

    private static void malformed(MalformedMessage malformed) {
        LOG.warn("Redis answers what no script of the roster does: " + malformed.getMessage());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] bytes(long number) {
        return Long.toString(number).getBytes(UTF_8);
    }
}
