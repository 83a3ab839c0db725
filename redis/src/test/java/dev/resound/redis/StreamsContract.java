package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.socketio.Arguments;
import dev.resound.socketio.Recovery;
import dev.resound.socketio.RemoteSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/**
 * Two servers with streams between them, and clients that go from one to the other, whichever way
 * Redis is run.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // there before each test
abstract class StreamsContract {
    static final String STREAM = "socket.io";

    Node a;
    Node b;

    /** How to reach it. */
    abstract RedisOptions options();

    /** Whether what is not worth keeping is said on channels of the sharded kind. */
    boolean isSharded() {
        return false;
    }

    final Node node(RedisOptions redis) throws IOException {
        var options = StreamsOptions.defaults().withShardedPubSub(isSharded());
        return new Node(
                redis,
                link -> RedisAdapters.streams(link, options),
                this::count,
                Recovery.defaults());
    }

    private CompletionStage<Long> count(RedisLink link, String namespace) {
        String channel = "socket.io#" + namespace + "#";
        return isSharded() ? link.shardedSubscribers(channel) : link.subscribers(channel);
    }

    /** Until both read the stream: an event then has its offset, each in a namespace of its own. */
    @BeforeEach
    void meet() throws Exception {
        a = node(options());
        b = node(options());
        a.awaitNodes("/", 2);
        b.awaitNodes("/", 2);
        follows(a, "/a");
        follows(b, "/b");
    }

    static void follows(Node node, String namespace) throws IOException {
        node.io.of(namespace);
        Client client = node.client(namespace);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> {
                    node.io.of(namespace).emit("told", 1);
                    return client.next().contains(",\"");
                });
    }

    @AfterEach
    void leave() throws IOException {
        a.close();
        b.close();
    }

    static <T> T get(CompletionStage<T> future) throws Exception {
        return future.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    final byte[] session(Client client) throws Exception {
        String key = "sio:session:" + client.privateId();
        return get(a.link.<byte[]>ask(key, commands -> commands.get(key)));
    }

    final void awaitSession(Client client, String room) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> {
                    byte[] kept = session(client);
                    return kept != null && StreamSessionCodec.read(kept).rooms().contains(room);
                });
    }

    @Test
    void everybodyHearsEverythingInOneOrderWithTheSameOffsets() throws Exception {
        Client here = a.client();
        Client there = b.client();
        for (int i = 0; i < 200; i++) {
            (i % 2 == 0 ? a : b).io.emit("told", i);
        }
        String last = "0-0";
        for (int i = 0; i < 200; i++) {
            String next = here.next();
            assertThat(there.next()).isEqualTo(next);
            String offset = next.substring(next.indexOf(",\"") + 2, next.length() - 2);
            assertThat(StreamId.of(offset)).isGreaterThan(requireNonNull(StreamId.of(last)));
            last = offset;
        }
    }

    @Test
    void roomsSendersAndBytes() throws Exception {
        Client speaker = a.client();
        Client there = b.client().joins("x");
        Client other = b.client();
        speaker.says("[\"shout\",1]");
        there.hearsKept("[\"told\",1]");
        other.hearsKept("[\"told\",1]");
        a.io.to("x").emit("told", 2);
        there.hearsKept("[\"told\",2]");
        a.io.emit("told", new byte[] {1});
        for (Client each : List.of(speaker, there, other)) {
            assertThat(each.next())
                    .startsWith("451-[\"told\",{\"_placeholder\":true,\"num\":0},\"");
            assertThat(each.next()).isEqualTo("01");
        }
    }

    @Test
    void nodesAskEachOther() throws Exception {
        Client here = a.client();
        Client there = b.client().joins("x");
        CompletableFuture<List<Arguments>> asked = a.io.emitWithAck("ask", 1);
        here.answers("[\"ask\",1]", "[\"here\"]");
        there.answers("[\"ask\",1]", "[\"there\"]");
        assertThat(get(asked).stream().map(answer -> answer.string(0)))
                .containsExactlyInAnyOrder("here", "there");
        assertThat(get(a.io.to("x").fetchSockets()).stream().map(RemoteSocket::id))
                .containsExactly(there.id);
        assertThat(get(a.io.root().serverSideEmitWithAck("hello", "bytes"))).hasSize(1);
        a.io.in("x").socketsJoin("y");
        a.io.to("y").emit("told", 2);
        there.hearsKept("[\"told\",2]");
        a.io.in("y").disconnectSockets(false);
        assertThat(there.next()).isEqualTo("41");
    }

    @Test
    void aClientGoesOnAtAnotherNode() throws Exception {
        Client before = a.client().joins("x");
        b.io.to("x").emit("told", 1);
        String offset = before.hearsKept("[\"told\",1]");
        before.close();
        await().atMost(Duration.ofSeconds(20)).until(() -> a.io.root().socketCount() == 0);
        a.io.to("x").emit("told", 2);
        b.io.to("elsewhere").emit("told", 3);
        b.io.to("x").asVolatile().emit("told", 4);
        b.io.to(before.id).emit("told", new byte[] {5});
        awaitSession(before, "x");
        Client after = b.client(before, offset);
        assertThat(after.joined).isEqualTo(before.joined);
        assertThat(after.missed).hasSize(3);
        // Two nodes have said it: nobody knows who was first.
        assertThat(after.missed)
                .anyMatch(each -> each.startsWith("42[\"told\",2,\""))
                .anyMatch(each -> each.startsWith("451-[\"told\",{"));
        a.io.to("x").emit("told", 6);
        after.hearsKept("[\"told\",6]");
        assertThat(requireNonNull(b.io.root().sockets().get(after.id)).data())
                .containsKey("address");
    }

    @Test
    void aClientGoesOnWhileItsNodeHasNotNoticed() throws Exception {
        Client before = a.client().joins("x");
        awaitSession(before, "x"); // kept without any disconnection
        a.io.emit("told", 1);
        String offset = before.hearsKept("[\"told\",1]");
        Client after = b.client(before, offset);
        assertThat(after.id).isEqualTo(before.id);
        Client again = b.client(before, offset);
        assertThat(again.id).isEqualTo(after.id); // it was kept again as soon as it was back
    }

    // ---- what is no server

    /** An entry as @socket.io/redis-streams-emitter 0.1 appends it. */
    private void emitterSays(int type, String data) {
        Map<String, byte[]> fields = new LinkedHashMap<>();
        fields.put("uid", "emitter".getBytes(UTF_8));
        fields.put("nsp", "/".getBytes(UTF_8));
        fields.put("type", Integer.toString(type).getBytes(UTF_8));
        fields.put("data", data.getBytes(UTF_8));
        a.link.append(STREAM, fields, 10_000);
    }

    private static String event(String arguments, String rooms, String except) {
        return "{\"packet\":{\"type\":2,\"data\":%s,\"nsp\":\"/\"},\"opts\":{\"rooms\":%s,\"flags\":{},\"except\":%s}}"
                .formatted(arguments, rooms, except);
    }

    /** What has bytes in it is MessagePack. */
    private static String eventWithBytes() throws IOException {
        MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();
        packer.packMapHeader(2).packString("packet").packMapHeader(3);
        packer.packString("type").packInt(2);
        packer.packString("data").packArrayHeader(2).packString("told");
        packer.packBinaryHeader(2).writePayload(new byte[] {1, 2});
        packer.packString("nsp").packString("/");
        packer.packString("opts").packMapHeader(3);
        packer.packString("rooms").packArrayHeader(0);
        packer.packString("flags").packMapHeader(0);
        packer.packString("except").packArrayHeader(0);
        return Base64.getEncoder().encodeToString(packer.toByteArray());
    }

    @Test
    void whatAnEmitterSaysIsDoneByEveryNode() throws Exception {
        Client here = a.client().joins("x");
        Client there = b.client().joins("x").joins("y");
        emitterSays(3, event("[\"told\",1]", "[]", "[]"));
        emitterSays(3, event("[\"told\",2]", "[\"x\"]", "[\"y\"]"));
        emitterSays(3, eventWithBytes());
        String offset = here.hearsKept("[\"told\",1]");
        assertThat(there.hearsKept("[\"told\",1]")).isEqualTo(offset);
        here.hearsKept("[\"told\",2]");
        for (Client client : List.of(here, there)) {
            assertThat(client.next()).startsWith("451-[\"told\",{\"_placeholder\":true,\"num\":0}");
            assertThat(client.next()).isEqualTo("0102");
        }
        String all = "{\"opts\":{\"rooms\":[\"%s\"],\"except\":[],\"flags\":{}},";
        emitterSays(4, all.formatted("x") + "\"rooms\":[\"more\"]}");
        emitterSays(5, all.formatted("y") + "\"rooms\":[\"more\"]}");
        emitterSays(3, event("[\"told\",3]", "[\"more\"]", "[]"));
        emitterSays(3, event("[\"told\",4]", "[]", "[]"));
        here.hearsKept("[\"told\",3]");
        here.hearsKept("[\"told\",4]");
        there.hearsKept("[\"told\",4]");
        emitterSays(9, "{\"packet\":[\"hello\",\"servers\"]}");
        for (Node node : List.of(a, b)) {
            assertThat(node.heard.poll(20, TimeUnit.SECONDS)).isEqualTo("servers");
        }
        emitterSays(6, all.formatted("y") + "\"close\":false}");
        assertThat(there.next()).isEqualTo("41");
        assertThat(a.adapters.dropped() + b.adapters.dropped()).isZero();
    }
}
