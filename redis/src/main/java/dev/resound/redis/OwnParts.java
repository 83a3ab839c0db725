package dev.resound.redis;

import dev.resound.core.TopicName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What this node has in the topics of a shard, as it is now, and which of it Redis has not been
 * told. What is told is the state, not the steps: so it does no harm to say it twice, or to say
 * everything anew.
 *
 * <p><b>Thread:</b> any; each part is changed in {@code compute} only.
 */
final class OwnParts {
    private static final int MOST_USERS = 1_024; // in one batch, of all topics but the last

    private final Runnable onChange;
    private final Map<TopicName, Part> parts = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<TopicName> changed = new ConcurrentLinkedQueue<>();

    /** This node's part of a topic. */
    private static final class Part {
        private final Map<String, String> users = new LinkedHashMap<>();
        private final Set<String> touched = new HashSet<>(); // since it was last written
        private int members;
        private int stored; // members, as far as is known
        private boolean queued;

        private boolean isEmpty() {
            return members == 0 && users.isEmpty();
        }
    }

    private interface Step {
        void on(Part part);
    }

    /**
     * Nothing so far.
     *
     * @param onChange told by whoever changes a part, behind the change
     */
    OwnParts(Runnable onChange) {
        this.onChange = onChange;
    }

    // ---- what there is

    void members(TopicName topic, int members) {
        change(topic, part -> part.members = members);
    }

    void join(TopicName topic, String user, String data) {
        change(
                topic,
                part -> {
                    part.users.put(user, data);
                    part.touched.add(user);
                });
    }

    void leave(TopicName topic, String user) {
        change(
                topic,
                part -> {
                    part.users.remove(user);
                    part.touched.add(user);
                });
    }

    private void change(TopicName topic, Step step) {
        parts.compute(
                topic,
                (name, before) -> {
                    Part part = before == null ? new Part() : before;
                    step.on(part);
                    queue(topic, part);
                    return part;
                });
        onChange.run();
    }

    private void queue(TopicName topic, Part part) {
        if (!part.queued) {
            part.queued = true;
            changed.add(topic);
        }
    }

    /** How many members of this node Redis knows. */
    int stored(TopicName topic) {
        int[] stored = new int[1];
        parts.computeIfPresent(
                topic,
                (name, part) -> {
                    stored[0] = part.stored;
                    return part;
                });
        return stored[0];
    }

    // ---- what is to be written

    /** Some of what Redis has not been told; empty if it was told everything. */
    List<RosterMessage.Change> takeBatch() {
        List<RosterMessage.Change> batch = new ArrayList<>();
        int users = 0;
        while (batch.size() < RosterShard.MOST_TOPICS && users < MOST_USERS) {
            TopicName topic = changed.poll();
            if (topic == null) {
                break;
            }
            parts.computeIfPresent(
                    topic,
                    (name, part) -> {
                        batch.add(take(topic, part));
                        return part;
                    });
            users += batch.isEmpty() ? 0 : batch.getLast().joined().size();
        }
        return batch;
    }

    private static RosterMessage.Change take(TopicName topic, Part part) {
        Map<String, String> joined = new LinkedHashMap<>();
        List<String> left = new ArrayList<>();
        for (String user : part.touched) {
            String data = part.users.get(user);
            if (data == null) {
                left.add(user);
            } else {
                joined.put(user, data);
            }
        }
        part.touched.clear();
        part.queued = false;
        return new RosterMessage.Change(topic, part.members, joined, left);
    }

    /** Redis has it. */
    void written(List<RosterMessage.Change> batch) {
        for (RosterMessage.Change change : batch) {
            parts.computeIfPresent(
                    change.topic(),
                    (topic, part) -> {
                        part.stored = change.members();
                        return part.isEmpty() && !part.queued ? null : part;
                    });
        }
    }

    /** Redis may have it or not: it is in a later batch again. */
    void putBack(List<RosterMessage.Change> batch) {
        for (RosterMessage.Change change : batch) {
            parts.compute(
                    change.topic(),
                    (topic, now) -> {
                        Part part = now == null ? new Part() : now;
                        part.touched.addAll(change.joined().keySet());
                        part.touched.addAll(change.left());
                        queue(topic, part);
                        return part;
                    });
        }
    }

    /** Redis has nothing of it. */
    void putBackAll() {
        for (TopicName topic : parts.keySet()) {
            parts.computeIfPresent(
                    topic,
                    (name, part) -> {
                        part.stored = 0;
                        part.touched.clear();
                        part.touched.addAll(part.users.keySet());
                        if (part.isEmpty()) {
                            part.queued = false; // what waits for it finds nothing
                            return null;
                        }
                        queue(topic, part);
                        return part;
                    });
        }
    }
}
