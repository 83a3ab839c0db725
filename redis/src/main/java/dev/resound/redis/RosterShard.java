package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.resound.core.RateLimitedLog;
import dev.resound.core.Roster;
import dev.resound.core.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The topics of a roster whose keys have the same slot, so that one step in Redis may look at all
 * that matters: the node's lease, its parts, and what is known of all nodes.
 *
 * <p><b>What this node says.</b> Its parts are kept here, as they are now. What has changed since
 * it was last written is written with the next batch: the state, not the steps, so it does no harm
 * to write it twice. Whenever there is a doubt whether Redis has what was written (the lease was
 * lost, the data is gone or went backwards) the node takes a new name and writes everything; each
 * topic changes its name in one step, so that nobody sees anybody go.
 *
 * <p><b>What others say.</b> Views hold the parts of the other nodes in watched topics. Each change
 * has a number; where one is missing, all views are looked up again.
 *
 * <p><b>Thread:</b> that of the link's listeners, but for what says otherwise.
 */
final class RosterShard {
    static final Duration LEASE = Duration.ofSeconds(10);

    /** If nobody was heard for so long, it was Redis that was away. */
    private static final Duration SILENCE = Duration.ofSeconds(7);

    /** How long the others may take to write everything again. */
    private static final Duration SETTLING = Duration.ofSeconds(8);

    private static final Duration PAUSE = Duration.ofMillis(10); // between two batches
    private static final Duration RETRY = Duration.ofMillis(250);
    private static final Duration LOAD_TIME = Duration.ofSeconds(1);
    private static final int MOST_TOPICS = 128; // in one step of Redis
    private static final int MOST_USERS = 1_024;
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
    private final Roster.Listener listener;
    private final byte[] turnsWanted;
    private final Herald herald;

    /** Any thread's; each is changed in {@code compute} only. */
    private final Map<TopicName, Own> own = new ConcurrentHashMap<>();

    private final ConcurrentLinkedQueue<TopicName> changed = new ConcurrentLinkedQueue<>();
    private final Map<TopicName, View> views = new ConcurrentHashMap<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    private volatile String node; // the name of the moment
    private volatile boolean registered;
    private volatile long beatNanos; // of the last one that was answered
    private volatile boolean leaving;
    private int names;
    private boolean registering;
    private boolean writing;
    private boolean pausing;
    private boolean settling;
    private boolean sweeping;
    private boolean loading;
    private boolean loadAgain;
    private boolean stale; // something could not be looked up
    private String old = ""; // whose parts become this node's
    private String epoch = "";
    private long written; // batches, under this name
    private long heard; // the version of the last message
    private long owed; // what must have been heard by the next beat

    /** This node's part of a topic. */
    private static final class Own {
        private final Map<String, String> users = new LinkedHashMap<>();
        private final Set<String> touched = new HashSet<>(); // since it was last written
        private int members;
        private int stored; // members, as far as is known
        private boolean queued;

        boolean isEmpty() {
            return members == 0 && users.isEmpty();
        }
    }

    /** What the other nodes have of a watched topic. */
    private static final class View {
        private final Map<String, Part> parts = new ConcurrentHashMap<>();
        private final CompletableFuture<Void> loaded = new CompletableFuture<>();
        private List<Heard> held = List.of(); // heard while it is looked up
        private boolean looking;
        private long version; // of what was looked up
        private int watchers; // changed in compute only

        int members() {
            return parts.values().stream().mapToInt(part -> part.members).sum();
        }

        boolean has(String user) {
            return parts.values().stream().anyMatch(part -> part.users.containsKey(user));
        }
    }

    private static final class Part {
        private final Map<String, String> users = new ConcurrentHashMap<>();
        private volatile int members;
    }

    private record Heard(long version, String node, String old, RosterMessage.Change change) {}

    RosterShard(
            RedisLink link, String prefix, int number, String family, Roster.Listener listener) {
        this.turnsWanted = listener.wantsTurns() ? YES : NO;
        this.link = link;
        this.number = number;
        this.key = prefix + ":{roster-" + number + "}";
        this.channel = RedisRoster.channel(prefix).getBytes(UTF_8);
        this.family = family;
        this.node = family + ".0";
        this.listener = listener;
        this.herald = new Herald(link, key, listener);
    }

    // ---- this node's parts; any thread

    void members(TopicName topic, int members) {
        change(topic, mine -> mine.members = members);
    }

    void join(TopicName topic, String user, String data) {
        change(
                topic,
                mine -> {
                    mine.users.put(user, data);
                    mine.touched.add(user);
                });
    }

    void leave(TopicName topic, String user) {
        change(
                topic,
                mine -> {
                    mine.users.remove(user);
                    mine.touched.add(user);
                });
    }

    private interface Step {
        void on(Own mine);
    }

    private void change(TopicName topic, Step step) {
        own.compute(
                topic,
                (name, before) -> {
                    Own mine = before == null ? new Own() : before;
                    step.on(mine);
                    queue(topic, mine);
                    return mine;
                });
        schedule();
    }

    private void queue(TopicName topic, Own mine) {
        if (!mine.queued) {
            mine.queued = true;
            changed.add(topic);
        }
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            link.hear(this::write);
        }
    }

    /** How many members of this node Redis knows. */
    int stored(TopicName topic) {
        int[] stored = new int[1];
        own.computeIfPresent(
                topic,
                (name, mine) -> {
                    stored[0] = mine.stored;
                    return mine;
                });
        return stored[0];
    }

    // ---- writing

    private void write() {
        scheduled.set(false);
        if (!registered || writing || pausing || leaving) {
            return; // is done when that is over
        }
        List<RosterMessage.Change> batch = takeBatch();
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

    private List<RosterMessage.Change> takeBatch() {
        List<RosterMessage.Change> batch = new ArrayList<>();
        int users = 0;
        while (batch.size() < MOST_TOPICS && users < MOST_USERS) {
            TopicName topic = changed.poll();
            if (topic == null) {
                break;
            }
            own.computeIfPresent(
                    topic,
                    (name, mine) -> {
                        batch.add(take(topic, mine));
                        return mine;
                    });
            users += batch.isEmpty() ? 0 : batch.getLast().joined().size();
        }
        return batch;
    }

    private static RosterMessage.Change take(TopicName topic, Own mine) {
        Map<String, String> joined = new LinkedHashMap<>();
        List<String> left = new ArrayList<>();
        for (String user : mine.touched) {
            String data = mine.users.get(user);
            if (data == null) {
                left.add(user);
            } else {
                joined.put(user, data);
            }
        }
        mine.touched.clear();
        mine.queued = false;
        return new RosterMessage.Change(topic, mine.members, joined, left);
    }

    private void written(
            String name,
            List<RosterMessage.Change> batch,
            byte @Nullable [] answer,
            @Nullable Throwable failure) {
        writing = false;
        if (!isYes(answer) || !name.equals(node)) {
            batch.forEach(this::putBack);
            if (answer != null && name.equals(node)) {
                beat(); // the lease is gone: that tells why
            } else if (failure != null && name.equals(node)) {
                written--;
            }
            again(RETRY);
            return;
        }
        for (RosterMessage.Change change : batch) {
            own.computeIfPresent(
                    change.topic(),
                    (topic, mine) -> {
                        mine.stored = change.members();
                        return mine.isEmpty() && !mine.queued ? null : mine;
                    });
        }
        again(PAUSE);
    }

    private void putBack(RosterMessage.Change change) {
        own.compute(
                change.topic(),
                (topic, now) -> {
                    Own mine = now == null ? new Own() : now;
                    mine.touched.addAll(change.joined().keySet());
                    mine.touched.addAll(change.left());
                    queue(topic, mine);
                    return mine;
                });
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
            if (heard < owed || stale) {
                heard = Math.max(heard, owed);
                stale = false;
                loadAll();
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
        settling |= settle;
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
        for (TopicName topic : own.keySet()) {
            own.computeIfPresent(
                    topic,
                    (name, mine) -> {
                        mine.stored = 0;
                        mine.touched.clear();
                        mine.touched.addAll(mine.users.keySet());
                        if (mine.isEmpty()) {
                            mine.queued = false; // what waits for it finds nothing
                            return null;
                        }
                        queue(topic, mine);
                        return mine;
                    });
        }
        write();
        if (settling) {
            link.later(
                    SETTLING,
                    () ->
                            link.hear(() -> {
                                settling = false;
                                loadAll();
                            }));
        }
        loadAll(); // while it settles this only adds
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
        View view =
                views.compute(
                        topic,
                        (name, before) -> {
                            View it = before == null ? new View() : before;
                            it.watchers++;
                            return it;
                        });
        if (view.loaded.isDone()) {
            return view.loaded;
        }
        if (!isConnected()) {
            link.hear(() -> stale = true);
            return CompletableFuture.completedFuture(null); // who is missing arrives later
        }
        link.hear(() -> {
            if (!view.looking && !view.loaded.isDone()) {
                load(List.of(topic));
            }
        });
        return view.loaded
                .copy()
                .completeOnTimeout(null, LOAD_TIME.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** <b>Thread:</b> any. */
    void unwatch(TopicName topic) {
        views.computeIfPresent(
                topic,
                (name, view) -> {
                    view.watchers--;
                    return view.watchers == 0 ? null : view;
                });
    }

    /** <b>Thread:</b> any. */
    Roster.Elsewhere elsewhere(TopicName topic) {
        View view = views.get(topic);
        if (view == null) {
            return Roster.Elsewhere.NOBODY;
        }
        Map<String, String> users = new LinkedHashMap<>();
        view.parts.values().forEach(part -> part.users.forEach(users::putIfAbsent));
        return new Roster.Elsewhere(view.members(), users);
    }

    void told(RosterMessage.Told told) {
        if (!registered || !told.epoch().equals(epoch) || told.version() <= heard) {
            return; // what that means the next beat tells
        }
        herald.look();
        boolean missed = told.version() > heard + 1;
        heard = told.version();
        if (missed) {
            loadAll();
        }
        if (isOurs(told.node())) {
            return;
        }
        List<RosterMessage.Change> changes = told.changes();
        if (changes == null) {
            views.forEach((topic, view) -> gone(topic, view, told.version(), told.node()));
            return;
        }
        for (RosterMessage.Change change : changes) {
            View view = views.get(change.topic());
            if (view != null) {
                apply(view, new Heard(told.version(), told.node(), told.old(), change));
            }
        }
    }

    private void apply(View view, Heard heardNow) {
        if (view.looking) {
            view.held.add(heardNow);
        } else if (heardNow.version > view.version) {
            apply(view, heardNow.node, heardNow.old, heardNow.change);
        }
    }

    private void gone(TopicName topic, View view, long version, String gone) {
        if (view.looking) {
            var change = new RosterMessage.Change(topic, 0, Map.of(), List.of());
            view.held.add(new Heard(version, "", gone, change));
        } else if (version > view.version && view.parts.containsKey(gone)) {
            remove(topic, view, gone);
            listener.onMembers(topic, view.members());
        }
    }

    private void apply(View view, String name, String former, RosterMessage.Change change) {
        TopicName topic = change.topic();
        int before = view.members();
        if (!name.isEmpty()) {
            Part part = view.parts.computeIfAbsent(name, first -> new Part());
            change.joined().forEach((user, data) -> arrive(topic, view, part, user, data));
            change.left().forEach(user -> depart(topic, view, part, user));
            part.members = change.members();
            if (part.members == 0 && part.users.isEmpty()) {
                view.parts.remove(name);
            }
            removeFormer(topic, view, name);
        }
        if (!former.isEmpty()) {
            remove(topic, view, former);
        }
        if (view.members() != before) {
            listener.onMembers(topic, view.members());
        }
    }

    private void arrive(TopicName topic, View view, Part part, String user, String data) {
        boolean known = view.has(user);
        part.users.put(user, data);
        if (!known) {
            listener.onArrival(topic, user, data);
        }
    }

    private void depart(TopicName topic, View view, Part part, String user) {
        if (part.users.remove(user) != null && !view.has(user)) {
            listener.onDeparture(topic, user);
        }
    }

    /** A node has one name at a time: what it wrote under another is what it has written anew. */
    private void removeFormer(TopicName topic, View view, String name) {
        String same = name.substring(0, name.lastIndexOf('.') + 1);
        for (String each : view.parts.keySet()) {
            if (each.startsWith(same) && !each.equals(name)) {
                remove(topic, view, each);
            }
        }
    }

    private void remove(TopicName topic, View view, String name) {
        Part part = view.parts.remove(name);
        if (part != null) {
            for (String user : part.users.keySet()) {
                if (!view.has(user)) {
                    listener.onDeparture(topic, user);
                }
            }
        }
    }

    // ---- looking up

    private void loadAll() {
        if (loading) {
            loadAgain = true;
        } else if (!views.isEmpty()) {
            loading = true;
            loadNext(new ArrayList<>(views.keySet()), 0);
        }
    }

    private void loadNext(List<TopicName> all, int from) {
        if (from >= all.size()) {
            loading = false;
            if (loadAgain) {
                loadAgain = false;
                loadAll();
            }
            return;
        }
        int to = Math.min(all.size(), from + MOST_TOPICS);
        load(all.subList(from, to))
                .whenComplete((done, failure) -> link.hear(() -> loadNext(all, to)));
    }

    /** What is heard meanwhile is put off; if it fails, the next beat tries again. */
    private CompletionStage<Void> load(List<TopicName> topics) {
        List<TopicName> looked = new ArrayList<>();
        List<View> theirs = new ArrayList<>();
        for (TopicName topic : topics) {
            View view = views.get(topic);
            if (view != null && !view.looking) {
                view.looking = true;
                view.held = new ArrayList<>();
                looked.add(topic);
                theirs.add(view);
            }
        }
        if (looked.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        var done = new CompletableFuture<Void>();
        look(looked)
                .whenComplete((answer, failure) ->
                        link.hear(() -> {
                            boolean usable =
                                    answer != null
                                            && answer.epoch().equals(epoch)
                                            && answer.topics().size() == looked.size();
                            for (int i = 0; i < theirs.size(); i++) {
                                loaded(
                                        looked.get(i),
                                        theirs.get(i),
                                        usable ? answer.version() : theirs.get(i).version,
                                        usable ? answer.topics().get(i) : null);
                            }
                            stale |= !usable;
                            done.complete(null);
                        }));
        return done;
    }

    /**
     * @param parts null: they could not be looked up
     */
    private void loaded(
            TopicName topic, View view, long version, @Nullable List<RosterMessage.Part> parts) {
        if (views.get(topic) != view) {
            return; // nobody watches any more, or somebody does anew
        }
        int before = view.members();
        view.looking = false;
        view.version = version;
        if (parts != null) {
            Set<String> names = new HashSet<>();
            for (RosterMessage.Part found : parts) {
                if (!isOurs(found.node())) {
                    names.add(found.node());
                    merge(topic, view, found);
                }
            }
            if (!settling) {
                view.parts.keySet().stream()
                        .filter(name -> !names.contains(name))
                        .toList()
                        .forEach(name -> remove(topic, view, name));
            }
        }
        if (view.members() != before) {
            listener.onMembers(topic, view.members());
        }
        List<Heard> held = view.held;
        view.held = List.of();
        held.forEach(each -> apply(view, each));
        if (parts != null) {
            view.loaded.complete(null);
        }
    }

    private void merge(TopicName topic, View view, RosterMessage.Part found) {
        Part part = view.parts.computeIfAbsent(found.node(), first -> new Part());
        found.users().forEach((user, data) -> arrive(topic, view, part, user, data));
        part.members = found.members();
        removeFormer(topic, view, found.node());
        if (settling) {
            return;
        }
        part.users.keySet().stream()
                .filter(user -> !found.users().containsKey(user))
                .toList()
                .forEach(user -> depart(topic, view, part, user));
    }

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
                        int others = number(total) - stored(new TopicName(scope, name));
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
