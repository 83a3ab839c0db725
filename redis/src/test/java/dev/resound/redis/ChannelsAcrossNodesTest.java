package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.core.Envelope;
import dev.resound.core.Hub;
import dev.resound.core.TopicName;
import dev.resound.netty.Resound;
import dev.resound.pusher.App;
import dev.resound.pusher.AppSource;
import dev.resound.pusher.PusherProtocol;
import dev.resound.testkit.RedisServer;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is published on one node, as it is heard on another. */
@Timeout(90)
class ChannelsAcrossNodesTest {
    private static final Pattern SOCKET_ID = Pattern.compile("(\\d+\\.\\d+)");

    private final App app = App.builder("7", "key", "secret").build();
    private final RedisServer redis = RedisServer.start();
    private final List<Node> nodes = new ArrayList<>();
    private final List<WireClient> clients = new ArrayList<>();

    /** One process of a cluster, but for the process. */
    private record Node(
            RedisLink link, RedisBus bus, Hub hub, PusherProtocol pusher, Resound server) {}

    private Client client(Node node) throws IOException {
        WireClient wire = WireClient.open(node.server.port(), "/app/key?protocol=7");
        clients.add(wire);
        Matcher id = SOCKET_ID.matcher(wire.receiveText());
        assertThat(id.find()).isTrue();
        return new Client(wire, id.group(1));
    }

    private record Client(WireClient wire, String id) {

        void subscribes(App app, String channel) throws IOException {
            String auth = app.authorize(id, channel, null);
            wire.text(
                    "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"%s\",\"auth\":\"%s\"}}"
                            .formatted(channel, auth));
            assertThat(wire.receiveText()).contains("subscription_succeeded");
        }
    }

    private Node node() throws Exception {
        RedisLink link = RedisLink.open(RedisOptions.of(redis.url(0)));
        RedisBus bus = RedisBus.over(link, "test");
        Hub hub = new Hub(bus);
        PusherProtocol pusher = new PusherProtocol(hub, AppSource.of(List.of(app)));
        Resound server = Resound.builder().port(0).loops(2).hub(hub).protocol(pusher).start();
        Node node = new Node(link, bus, hub, pusher, server);
        nodes.add(node);
        await().until(() -> heardBy(node) == nodes.size());
        return node;
    }

    private static long heardBy(Node node) throws Exception {
        return node.bus.isConnected()
                ? node.link.subscribers("test:bus").toCompletableFuture().get(5, TimeUnit.SECONDS)
                : 0;
    }

    @AfterEach
    void close() throws IOException {
        for (WireClient client : clients) {
            client.close(); // or the servers would wait for their answers
        }
        for (Node node : nodes) {
            node.server.close();
            node.bus.close();
            node.link.close();
        }
        redis.close();
    }

    @Test
    void anEventReachesTheSubscribersOfEveryNodeOnceAndInOrder() throws Exception {
        Node here = node();
        Node there = node();
        Client near = client(here);
        Client far = client(there);
        near.subscribes(app, "news");
        far.subscribes(app, "news");
        for (int i = 0; i < 1_000; i++) {
            assertThat(here.pusher.trigger(app, "news", "e", "\"" + i + "\"")).isTrue();
        }
        for (Client client : List.of(near, far)) {
            for (int i = 0; i < 1_000; i++) {
                assertThat(client.wire.receiveText())
                        .isEqualTo(
                                "{\"event\":\"e\",\"data\":\"%d\",\"channel\":\"news\"}"
                                        .formatted(i));
            }
            assertThat(client.wire.hears(100)).isFalse();
        }
        assertThat(there.bus.statistics()).isEqualTo(new RedisBus.Statistics(1_000, 0, 0, 0));
        assertThat(here.bus.statistics()).isEqualTo(new RedisBus.Statistics(0, 0, 0, 0));
    }

    @Test
    void aClientEventReachesTheOthersOnEveryNodeAndNotItsSender() throws Exception {
        Node here = node();
        Node there = node();
        Client sender = client(here);
        Client near = client(here);
        Client far = client(there);
        for (Client each : List.of(sender, near, far)) {
            each.subscribes(app, "private-room");
        }
        sender.wire.text(
                "{\"event\":\"client-x\",\"channel\":\"private-room\",\"data\":{\"a\":1}}");
        for (Client each : List.of(near, far)) {
            assertThat(each.wire.receiveText()).contains("client-x").contains("\"a\":1");
        }
        assertThat(sender.wire.hears(100)).isFalse();
    }

    @Test
    void theSocketThatIsLeftOutMayBeOnAnotherNode() throws Exception {
        Node here = node();
        Node there = node();
        Client left = client(there);
        Client other = client(there);
        left.subscribes(app, "news");
        other.subscribes(app, "news");
        TopicName topic = new TopicName(PusherProtocol.scope(app), "news");
        here.bus.offer(Envelope.json(topic, "e", "\"x\"".getBytes(UTF_8)), left.id);
        assertThat(other.wire.receiveText()).contains("\"event\":\"e\"");
        assertThat(left.wire.hears(100)).isFalse();
    }

    @Test
    void theLastEventOfACacheChannelIsKnownToOtherNodesToo() throws Exception {
        Node here = node();
        Node there = node();
        client(there).subscribes(app, "other"); // so that the app is known there
        here.pusher.trigger(app, "cache-news", "e", "\"last\"");
        await().until(() -> there.bus.statistics().received() == 1);
        Client late = client(there);
        late.subscribes(app, "cache-news");
        assertThat(late.wire.receiveText()).contains("\"last\"");
    }

    @Test
    void withoutRedisANodeServesItsOwnAndTellsTheOthersLater() throws Exception {
        Node here = node();
        Node there = node();
        Client near = client(here);
        Client far = client(there);
        near.subscribes(app, "news");
        far.subscribes(app, "news");
        redis.stop();
        assertThat(here.pusher.trigger(app, "news", "e", "\"alone\"")).isTrue();
        assertThat(near.wire.receiveText()).contains("alone");
        await().atMost(20, TimeUnit.SECONDS).until(() -> !here.bus.isConnected());
        redis.startAgain();
        await().atMost(20, TimeUnit.SECONDS).until(() -> heardBy(here) == 2);
        assertThat(here.pusher.trigger(app, "news", "e", "\"together\"")).isTrue();
        String heard = far.wire.receiveText();
        if (heard.contains("alone")) { // it listened again before this one was said
            heard = far.wire.receiveText();
        }
        assertThat(heard).contains("together");
        assertThat(far.wire.hears(100)).isFalse();
    }

    @Test
    void whoWaitsIsToldWhenRedisHasIt() throws Exception {
        Node here = node();
        TopicName topic = new TopicName(PusherProtocol.scope(app), "news");
        Envelope envelope = Envelope.json(topic, "e", "\"x\"".getBytes(UTF_8));
        assertThat(here.bus.tell(envelope, null).toCompletableFuture().get(5, TimeUnit.SECONDS))
                .isTrue();
        redis.stop();
        var waiting = here.bus.tell(envelope, null).toCompletableFuture();
        await().atMost(20, TimeUnit.SECONDS).until(() -> !here.bus.isConnected());
        assertThat(waiting).isNotDone();
        byte[] large = ("\"" + "x".repeat(1 << 20) + "\"").getBytes(UTF_8);
        for (Envelope each : List.of(Envelope.json(topic, "e", large), envelope)) {
            boolean taken = true;
            while (taken) {
                taken = here.bus.offer(each, null);
            }
        }
        assertThat(here.bus.tell(envelope, null).toCompletableFuture()).isCompletedWithValue(false);
        redis.startAgain();
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatIsNoMessageHarmsNobodyAndIsCounted() throws Exception {
        Node here = node();
        Client client = client(here);
        client.subscribes(app, "news");
        TopicName topic = new TopicName(PusherProtocol.scope(app), "news");
        here.link.publish("test:bus", "garbage".getBytes(UTF_8));
        here.link.publish("test:bus", new byte[0]);
        var broken = Envelope.json(topic, "e", "1,\"x\":2}".getBytes(UTF_8));
        here.link.publish("test:bus", BusMessage.encode("liar", 1, broken, null));
        var good = Envelope.json(topic, "e", "\"good\"".getBytes(UTF_8));
        byte[] twice = BusMessage.encode("liar", 2, good, null);
        here.link.publish("test:bus", twice);
        here.link.publish("test:bus", twice);
        here.link.publish("test:bus", BusMessage.encode("liar", 5, good, null));
        assertThat(client.wire.receiveText()).contains("good");
        assertThat(client.wire.receiveText()).contains("good");
        assertThat(client.wire.hears(100)).isFalse();
        assertThat(here.bus.statistics()).isEqualTo(new RedisBus.Statistics(3, 2, 1, 2));
    }
}
