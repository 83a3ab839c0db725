package dev.resound.redis;

import dev.resound.core.Roster;
import dev.resound.core.TopicName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/**
 * What the roster's scripts are told, tell and answer, in MessagePack; which of it is what the
 * scripts say. What comes from Redis is not trusted: whoever may write there may write anything.
 */
final class RosterMessage {
    private static final int MOST_BYTES = 32 << 20;
    private static final int MOST_NAME_BYTES = 4_096;
    private static final int MOST_DATA_BYTES = 1 << 20;
    private static final int CHANGE_FIELDS = 5;

    private RosterMessage() {}

    /**
     * What has changed in a node's part of a topic.
     *
     * @param members how many there are now
     * @param joined users, with what is said of them
     */
    record Change(TopicName topic, int members, Map<String, String> joined, List<String> left) {}

    /**
     * What every node is told.
     *
     * @param old the node was this one before; empty: none
     * @param changes null: the node is gone
     */
    record Told(
            int shard,
            String epoch,
            long version,
            String node,
            String old,
            @Nullable List<Change> changes) {}

    record Registered(String epoch, long version) {}

    record Beaten(
            boolean lives, String epoch, long version, long written, String dead, String herald) {}

    /** A node's part of a topic. */
    record Part(String node, int members, Map<String, String> users) {}

    record Looked(String epoch, long version, List<List<Part>> topics) {}

    // ---- to Redis

    private interface Writing {
        void to(MessageBufferPacker out) throws IOException;
    }

    private static byte[] write(Writing writing) {
        try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
            writing.to(out);
            return out.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory", impossible);
        }
    }

    static byte[] changes(List<Change> changes) {
        return write(out -> {
            out.packArrayHeader(changes.size());
            for (Change change : changes) {
                out.packArrayHeader(CHANGE_FIELDS);
                out.packString(change.topic.scope());
                out.packString(change.topic.name());
                out.packInt(change.members);
                out.packMapHeader(change.joined.size());
                for (Map.Entry<String, String> user : change.joined.entrySet()) {
                    out.packString(user.getKey());
                    out.packString(user.getValue());
                }
                out.packArrayHeader(change.left.size());
                for (String user : change.left) {
                    out.packString(user);
                }
            }
        });
    }

    static byte[] topics(Collection<TopicName> topics) {
        return write(out -> {
            out.packArrayHeader(topics.size());
            for (TopicName topic : topics) {
                out.packArrayHeader(2);
                out.packString(topic.scope());
                out.packString(topic.name());
            }
        });
    }

    // ---- from Redis

    private interface Reading<T> {
        T from(Reader in) throws IOException, MalformedMessage;
    }

    private static <T> T read(byte[] bytes, Reading<T> reading) throws MalformedMessage {
        if (bytes.length > MOST_BYTES) {
            throw new MalformedMessage("too large");
        }
        try (MessageUnpacker in = MessagePack.newDefaultUnpacker(bytes)) {
            return reading.from(new Reader(in, bytes.length));
        } catch (IOException | MessagePackException broken) {
            throw new MalformedMessage("no message of a roster");
        }
    }

    static Told told(byte[] bytes) throws MalformedMessage {
        return read(
                bytes,
                in -> {
                    int shard = in.unpack.unpackInt();
                    String epoch = in.name();
                    long version = in.unpack.unpackLong();
                    String node = in.name();
                    String old = in.name();
                    byte[] changes = in.bytes(MOST_BYTES);
                    return new Told(
                            shard,
                            epoch,
                            version,
                            node,
                            old,
                            changes.length == 0 ? null : read(changes));
                });
    }

    private static List<Change> read(byte[] changes) throws MalformedMessage {
        return read(
                changes,
                in -> {
                    List<Change> list = new ArrayList<>();
                    for (int left = in.size(); left > 0; left--) {
                        if (in.size() < CHANGE_FIELDS) {
                            throw new MalformedMessage("a change lacks something");
                        }
                        TopicName topic = in.topic();
                        int members = in.unpack.unpackInt();
                        int joined = in.unpack.unpackMapHeader();
                        Map<String, String> users = in.users(joined);
                        List<String> gone = new ArrayList<>();
                        for (int user = in.size(); user > 0; user--) {
                            gone.add(in.data());
                        }
                        list.add(new Change(topic, members, users, gone));
                    }
                    return list;
                });
    }

    static Registered registered(byte[] bytes) throws MalformedMessage {
        return read(bytes, in -> new Registered(in.name(), in.unpack.unpackLong()));
    }

    static Beaten beaten(byte[] bytes) throws MalformedMessage {
        return read(
                bytes,
                in ->
                        new Beaten(
                                in.unpack.unpackBoolean(),
                                in.name(),
                                in.unpack.unpackLong(),
                                in.unpack.unpackLong(),
                                in.name(),
                                in.name()));
    }

    /** What has changed for all nodes together. */
    static List<Roster.Turn> turns(byte[] bytes) throws MalformedMessage {
        return read(
                bytes,
                in -> {
                    List<Roster.Turn> turns = new ArrayList<>();
                    for (int left = in.size(); left > 0; left--) {
                        in.size();
                        TopicName topic = in.topic();
                        int before = in.unpack.unpackInt();
                        int after = in.unpack.unpackInt();
                        var members = new Roster.Turn.Members(topic, before, after);
                        if (before != after && after > 0) {
                            turns.add(members);
                        }
                        in.users(in.size() / 2)
                                .forEach((user, data) ->
                                        turns.add(new Roster.Turn.Came(topic, user, data)));
                        in.users(in.size() / 2)
                                .forEach((user, data) ->
                                        turns.add(new Roster.Turn.Went(topic, user, data)));
                        if (before != after && after <= 0) {
                            turns.add(members); // a topic ends behind its last user
                        }
                    }
                    return turns;
                });
    }

    static Looked looked(byte[] bytes) throws MalformedMessage {
        return read(
                bytes,
                in -> {
                    String epoch = in.name();
                    long version = in.unpack.unpackLong();
                    List<List<Part>> topics = new ArrayList<>();
                    for (int topic = in.size(); topic > 0; topic--) {
                        List<Part> parts = new ArrayList<>();
                        for (int part = in.size(); part > 0; part--) {
                            in.size();
                            parts.add(
                                    new Part(
                                            in.name(),
                                            in.unpack.unpackInt(),
                                            in.users(in.size() / 2)));
                        }
                        topics.add(parts);
                    }
                    return new Looked(epoch, version, topics);
                });
    }

    /** Allocates for what is there, never for what is said to be. */
    private record Reader(MessageUnpacker unpack, int most) {

        int size() throws IOException {
            return unpack.unpackArrayHeader();
        }

        byte[] bytes(int atMost) throws IOException, MalformedMessage {
            int length = unpack.unpackRawStringHeader();
            if (length > Math.min(atMost, most)) {
                throw new MalformedMessage("too long");
            }
            return unpack.readPayload(length);
        }

        String name() throws IOException, MalformedMessage {
            return new String(bytes(MOST_NAME_BYTES), StandardCharsets.UTF_8);
        }

        String data() throws IOException, MalformedMessage {
            return new String(bytes(MOST_DATA_BYTES), StandardCharsets.UTF_8);
        }

        TopicName topic() throws IOException, MalformedMessage {
            return new TopicName(name(), name());
        }

        Map<String, String> users(int count) throws IOException, MalformedMessage {
            Map<String, String> users = new LinkedHashMap<>();
            for (int left = count; left > 0; left--) {
                users.put(data(), data());
            }
            return users;
        }
    }
}
