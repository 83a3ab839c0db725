package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.socketio.Arguments;
import dev.resound.socketio.Recovery;
import dev.resound.socketio.RemoteSocket;
import dev.resound.testkit.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two servers with streams between them, and clients that go from one to the other. */
@Timeout(60)
class StreamsClusterTest {
    private static final String STREAM = "socket.io";

    private static final Node.Count COUNT =
            (link, namespace) -> link.subscribers("socket.io#" + namespace + "#");

    private final RedisServer redis = RedisServer.start();
    private final Node a;
    private final Node b;

    StreamsClusterTest() throws IOException {
        a =
                new Node(
                        RedisOptions.of(redis.url(0)),
                        RedisAdapters::streams,
                        COUNT,
                        Recovery.defaults());
        b =
                new Node(
                        RedisOptions.of(redis.url(0)),
                        RedisAdapters::streams,
                        COUNT,
                        Recovery.defaults());
    }

    /** Until both read the stream: an event then has its offset, each in a namespace of its own. */
    @BeforeEach
    void meet() throws Exception {
        a.awaitNodes("/", 2);
        b.awaitNodes("/", 2);
        follows(a, "/a");
        follows(b, "/b");
    }

    private static void follows(Node node, String namespace) throws IOException {
        node.io.of(namespace);
        Client client = node.client(namespace);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> {
                    node.io.of(namespace).emit("told", 1);
                    return client.next().contains(",\"");
                });
    }

    @AfterEach
    void close() throws IOException {
        a.close();
        b.close();
        redis.close();
    }

    private static <T> T get(CompletionStage<T> future) throws Exception {
        return future.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private byte[] session(Client client) throws Exception {
        String key = "sio:session:" + client.privateId();
        return get(a.link.<byte[]>ask(key, commands -> commands.get(key)));
    }

    private void awaitSession(Client client, String room) {
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
    void whatIsNotKeptStaysInItsPlace() throws Exception {
        Client here = a.client();
        var socket = requireNonNull(a.io.root().sockets().get(here.id));
        a.io.emit("told", 1);
        a.io.local().emit("told", 2);
        socket.emit("told", 3);
        here.hearsKept("[\"told\",1]");
        here.hears("[\"told\",2]");
        here.hearsKept("[\"told\",3]");
        // One at a time: what is volatile is left out while something else is being written.
        socket.asVolatile().emit("told", 4);
        here.hears("[\"told\",4]");
        a.io.asVolatile().emit("told", 5);
        here.hears("[\"told\",5]");
        CompletableFuture<List<Arguments>> asked = a.io.emitWithAck("ask");
        here.answers("[\"ask\"]", "[7]");
        assertThat(get(asked)).hasSize(1);
        socket.emit("told", 6);
        socket.disconnect();
        here.hearsKept("[\"told\",6]");
        assertThat(here.next()).isEqualTo("41");
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

    @Test
    void whoLeftForGoodDoesNotGoOn() throws Exception {
        Client before = a.client();
        a.io.emit("told", 1);
        String offset = before.hearsKept("[\"told\",1]");
        requireNonNull(a.io.root().sockets().get(before.id)).disconnect();
        assertThat(before.next()).isEqualTo("41");
        await().atMost(Duration.ofSeconds(20)).until(() -> session(before) == null);
        Client after = b.client(before, offset);
        assertThat(after.id).isNotEqualTo(before.id);
        assertThat(after.missed).isEmpty();
    }

    @Test
    void withoutItsOffsetNobodyGoesOnAndTheSessionStays() throws Exception {
        Client before = a.client().joins("x");
        awaitSession(before, "x");
        for (String offset : List.of("1-1", "99999999999999-0", "x", "-", "0-0", "")) {
            assertThat(b.client(before, offset).id).isNotEqualTo(before.id);
        }
        assertThat(session(before)).isNotNull();
    }

    @Test
    void withoutRedisEventsAreDeliveredHereWithoutOffsets() throws Exception {
        Client here = a.client();
        redis.stop();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> {
                    a.io.emit("told", 1);
                    return here.next().equals("42[\"told\",1]");
                });
        a.io.emit("told", 2);
        here.hears("[\"told\",2]");
    }

    @Test
    void whatNobodySaysIsCountedAndDropped() throws Exception {
        Client there = b.client();
        a.link.append(STREAM, Map.of("nsp", "/".getBytes(UTF_8), "type", "3".getBytes(UTF_8)), 100);
        a.link.append(STREAM, Map.of("x", new byte[0]), 100);
        a.io.emit("told", 1);
        there.hearsKept("[\"told\",1]");
        assertThat(b.adapters.dropped()).isEqualTo(1);
    }
}
