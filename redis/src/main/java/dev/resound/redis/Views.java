package dev.resound.redis;

import dev.resound.core.Roster;
import dev.resound.core.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the other nodes have in those topics of a shard that are watched here. It is looked up once,
 * and then follows what they say; whoever has missed something of that has all of it looked up
 * again. What they say while a topic is looked up is held until the answer is there, which has a
 * number, as they have.
 *
 * <p><b>Thread:</b> that of the link's listeners, but for what says otherwise.
 */
final class Views {
    /** How long the others may take to write everything again. */
    private static final Duration SETTLING = Duration.ofSeconds(8);

    private static final Duration LOAD_TIME = Duration.ofSeconds(1);

    private final RedisLink link;
    private final Predicate<String> isOurs;
    private final Function<Collection<TopicName>, CompletionStage<RosterMessage.Looked>> look;
    private final Roster.Listener listener;

    /** Any thread's. */
    private final Map<TopicName, View> views = new ConcurrentHashMap<>();

    private String epoch = "";
    private boolean settling;
    private boolean loading;
    private boolean loadAgain;
    private boolean stale; // something could not be looked up

    /** What they have in one topic. */
    private static final class View {
        private final Map<String, Part> parts = new ConcurrentHashMap<>();
        private final CompletableFuture<Void> loaded = new CompletableFuture<>();
        private List<Heard> held = List.of(); // heard while it is looked up
        private boolean looking;
        private long version; // of what was looked up
        private int watchers; // changed in compute only

        private int members() {
            return parts.values().stream().mapToInt(part -> part.members).sum();
        }

        private boolean has(String user) {
            return parts.values().stream().anyMatch(part -> part.users.containsKey(user));
        }
    }

    private static final class Part {
        private final Map<String, String> users = new ConcurrentHashMap<>();
        private volatile int members;
    }

    private record Heard(long version, String node, String old, RosterMessage.Change change) {}

    /**
     * Nothing is watched so far.
     *
     * @param isOurs whether a name is one of this node's, whose parts are none of the others'
     * @param look asks Redis about topics
     */
    Views(
            RedisLink link,
            Predicate<String> isOurs,
            Function<Collection<TopicName>, CompletionStage<RosterMessage.Looked>> look,
            Roster.Listener listener) {
        this.link = link;
        this.isOurs = isOurs;
        this.look = look;
        this.listener = listener;
    }

    // ---- who watches

    /**
     * Completes when it is looked up, or that takes too long. <b>Thread:</b> any.
     *
     * @param connected whether there is any use in waiting
     */
    CompletionStage<Void> watch(TopicName topic, boolean connected) {
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
        if (!connected) {
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

    // ---- what they say

    /** What another node has written. */
    void tell(long version, String name, String former, List<RosterMessage.Change> changes) {
        for (RosterMessage.Change change : changes) {
            View view = views.get(change.topic());
            if (view != null) {
                apply(view, new Heard(version, name, former, change));
            }
        }
    }

    /** Another node is gone, with all it had. */
    void tellGone(long version, String gone) {
        views.forEach((topic, view) -> gone(topic, view, version, gone));
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

    /** The others write everything again, so that who is not there may only be late. */
    void settle() {
        settling = true;
    }

    /** This node has a new name: all is looked up. */
    void begin(String epoch) {
        this.epoch = epoch;
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

    /** Whether something could not be looked up since this was last asked. */
    boolean takeStale() {
        boolean was = stale;
        stale = false;
        return was;
    }

    /** All is looked up again. */
    void loadAll() {
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
        int to = Math.min(all.size(), from + RosterShard.MOST_TOPICS);
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
        look.apply(looked)
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
                if (!isOurs.test(found.node())) {
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
}
