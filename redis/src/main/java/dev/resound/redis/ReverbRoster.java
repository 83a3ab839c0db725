package dev.resound.redis;

import dev.resound.core.Roster;
import dev.resound.core.TopicName;
import dev.resound.pusher.LocalApp;
import dev.resound.pusher.json.JsonArray;
import dev.resound.pusher.json.JsonObject;
import dev.resound.pusher.json.JsonScanner;
import dev.resound.pusher.json.JsonText;
import dev.resound.pusher.json.JsonValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The roster of Resound's nodes and, for whoever asks, what servers of Reverb say in addition. They
 * say how many sockets are in a channel, or which users in a presence channel; what else is known
 * of a user they keep to themselves.
 *
 * <p><b>Thread:</b> any.
 */
final class ReverbRoster implements Roster {
    /** Each takes a question of its own; of more only the number of users is asked. */
    static final int MOST_PRESENCE_CHANNELS = 64;

    /** All that are asked for in one answer: it is one message, which all nodes read. */
    static final int MOST_CHANNELS = 10_000;

    private static final String COUNTS = "subscription_count,user_count";

    private static final CompletionStage<Answer<Map<TopicName, Elsewhere>>> NOT_ASKED =
            CompletableFuture.completedFuture(new Answer<>(Map.of(), false));

    private final Roster own;
    private final ReverbBus reverb;

    ReverbRoster(Roster own, ReverbBus reverb) {
        this.own = own;
        this.reverb = reverb;
    }

    // ---- asking

    @Override
    public CompletionStage<Answer<Map<TopicName, Elsewhere>>> ask(Collection<TopicName> topics) {
        Map<String, List<String>> counted = new LinkedHashMap<>();
        List<CompletionStage<Answer<Map<TopicName, Elsewhere>>>> parts = new ArrayList<>();
        parts.add(own.ask(topics));
        int channels = 0;
        for (TopicName topic : topics) {
            if (LocalApp.isSubscribedSockets(topic)) {
                parts.add(sockets(topic));
            }
            if (!ReverbBus.isChannel(topic)) {
                continue;
            }
            if (++channels > MOST_CHANNELS) {
                parts.add(NOT_ASKED);
                break;
            }
            if (ReverbAnswers.isPresence(topic.name()) && parts.size() <= MOST_PRESENCE_CHANNELS) {
                parts.add(users(topic));
            } else {
                counted.computeIfAbsent(topic.scope(), scope -> new ArrayList<>())
                        .add(topic.name());
            }
        }
        counted.forEach((scope, names) -> parts.add(counts(scope, names)));
        return together(parts);
    }

    /** They say which, and do not count them. */
    private CompletionStage<Answer<Map<TopicName, Elsewhere>>> sockets(TopicName topic) {
        return reverb.gather(topic.scope(), new ReverbMetric.Connections())
                .thenApply(gathered -> {
                    int[] sockets = new int[1];
                    for (byte[] payload : gathered.payloads()) {
                        forEachIn(payload, each -> sockets[0]++);
                    }
                    var there = new Elsewhere(sockets[0], Map.of());
                    return new Answer<>(Map.of(topic, there), gathered.complete());
                });
    }

    private CompletionStage<Answer<Map<TopicName, Elsewhere>>> users(TopicName topic) {
        return reverb.gather(topic.scope(), new ReverbMetric.Users(topic.name()))
                .thenApply(gathered -> {
                    Map<String, String> users = new LinkedHashMap<>();
                    for (byte[] payload : gathered.payloads()) {
                        forEachIn(payload, user -> readUser(user, users));
                    }
                    var there = new Elsewhere(users.size(), users);
                    return new Answer<>(Map.of(topic, there), gathered.complete());
                });
    }

    private CompletionStage<Answer<Map<TopicName, Elsewhere>>> counts(
            String scope, List<String> names) {
        return reverb.gather(scope, new ReverbMetric.Named(names, COUNTS))
                .thenApply(gathered -> {
                    Map<TopicName, Elsewhere> found = new HashMap<>();
                    counts(gathered)
                            .forEach((name, count) ->
                                    found.put(
                                            new TopicName(scope, name),
                                            new Elsewhere(count, Map.of())));
                    boolean anonymous = names.stream().anyMatch(ReverbAnswers::isPresence);
                    return new Answer<>(found, gathered.complete() && !anonymous);
                });
    }

    @Override
    public CompletionStage<Answer<Map<String, Integer>>> occupied(String scope) {
        return own.occupied(scope)
                .thenCombine(
                        reverb.gather(scope, new ReverbMetric.Channels("", COUNTS)),
                        (ours, theirs) -> {
                            Map<String, Integer> all = new HashMap<>(ours.value());
                            counts(theirs)
                                    .forEach((name, count) -> {
                                        // One without a count is occupied all the same.
                                        all.merge(name, Math.max(1, count), Integer::sum);
                                    });
                            return new Answer<>(all, ours.complete() && theirs.complete());
                        });
    }

    /** All of them, added up. */
    private static CompletionStage<Answer<Map<TopicName, Elsewhere>>> together(
            List<CompletionStage<Answer<Map<TopicName, Elsewhere>>>> parts) {
        var all = parts.stream().map(CompletionStage::toCompletableFuture).toList();
        return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> {
                    Map<TopicName, Elsewhere> sum = new HashMap<>();
                    boolean complete = true;
                    for (var part : all) {
                        complete &= part.join().complete();
                        part.join()
                                .value()
                                .forEach((topic, there) ->
                                        sum.merge(topic, there, ReverbRoster::sum));
                    }
                    return new Answer<>(sum, complete);
                });
    }

    /** A user who is on servers of both kinds is one; what we know ourselves is more. */
    private static Elsewhere sum(Elsewhere ours, Elsewhere theirs) {
        Map<String, String> users = new LinkedHashMap<>(theirs.users());
        users.putAll(ours.users());
        return new Elsewhere(ours.members() + theirs.members(), users);
    }

    // ---- what they say

    /** What is in a list, which PHP writes as an object if it has a gap. */
    private static void forEachIn(byte[] payload, Consumer<JsonValue> visitor) {
        JsonValue value = new JsonScanner().value(payload, 0, payload.length, false);
        JsonArray list = value == null ? null : value.array();
        if (list != null) {
            list.forEach(visitor);
        } else {
            forEach(value, (place, each) -> visitor.accept(each));
        }
    }

    private static void readUser(JsonValue said, Map<String, String> users) {
        JsonObject user = said.object();
        JsonValue id = user == null ? null : user.get("id");
        String name =
                id == null
                        ? null
                        : switch (id.kind()) {
                            case STRING -> id.text();
                            case NUMBER -> id.raw();
                            case OBJECT, ARRAY, TRUE, FALSE, NULL -> null;
                        };
        if (id != null && name != null && !name.isEmpty()) {
            users.put(name, new JsonText().raw("{\"user_id\":").raw(id).raw("}").toString());
        }
    }

    private static Map<String, Integer> counts(ReverbGathering.Gathered gathered) {
        Map<String, Integer> counts = new HashMap<>();
        for (byte[] payload : gathered.payloads()) {
            JsonValue value = new JsonScanner().value(payload, 0, payload.length, false);
            forEach(value, (name, said) -> counts.merge(name, count(said), Integer::sum));
        }
        return counts;
    }

    private static int count(JsonValue said) {
        JsonObject attributes = said.object();
        if (attributes == null) {
            return 0;
        }
        JsonValue count = attributes.get("subscription_count");
        JsonValue number = count == null ? attributes.get("user_count") : count;
        if (number == null || number.length() > 9) {
            return 0;
        }
        try {
            return Math.max(0, Integer.parseInt(number.raw()));
        } catch (NumberFormatException none) {
            return 0;
        }
    }

    private static void forEach(@Nullable JsonValue value, BiConsumer<String, JsonValue> visitor) {
        JsonObject object = value == null ? null : value.object();
        for (int i = 0; object != null && i < object.size(); i++) {
            visitor.accept(object.name(i), object.value(i));
        }
    }

    // ---- what is Resound's alone

    @Override
    public void connect(Listener listener) {
        own.connect(listener);
    }

    @Override
    public boolean isShared() {
        return own.isShared();
    }

    @Override
    public void members(TopicName topic, int before, int after) {
        own.members(topic, before, after);
    }

    @Override
    public void join(TopicName topic, String user, String data) {
        own.join(topic, user, data);
    }

    @Override
    public void leave(TopicName topic, String user, String data) {
        own.leave(topic, user, data);
    }

    @Override
    public CompletionStage<Void> watch(TopicName topic) {
        return own.watch(topic);
    }

    @Override
    public void unwatch(TopicName topic) {
        own.unwatch(topic);
    }

    @Override
    public Elsewhere elsewhere(TopicName topic) {
        return own.elsewhere(topic);
    }

    @Override
    public void close() {
        own.close();
    }
}
