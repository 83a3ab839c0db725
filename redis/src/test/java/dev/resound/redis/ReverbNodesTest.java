package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.core.Hub;
import dev.resound.core.Roster;
import dev.resound.core.TopicName;
import dev.resound.netty.Resound;
import dev.resound.pusher.App;
import dev.resound.pusher.AppSource;
import dev.resound.pusher.PusherProtocol;
import dev.resound.pusher.json.JsonScanner;
import dev.resound.pusher.json.JsonText;
import dev.resound.testkit.RedisServer;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes of Resound in a cluster of Reverb, and somebody on its channel who is none of them. */
@Timeout(90)
class ReverbNodesTest {
    private static final Pattern SOCKET_ID = Pattern.compile("(\\d+\\.\\d+)");
    private static final String CHANNEL = "reverb";
    private static final Duration ANSWER_TIME = Duration.ofSeconds(2);

    private final App app = App.builder("7", "key", "secret").build();
    private final RedisServer redis = RedisServer.start();
    private final List<Node> nodes = new ArrayList<>();
    private final List<WireClient> clients = new ArrayList<>();
    private final List<RedisLink> links = new ArrayList<>();

    private record Node(
            RedisLink link,
            RedisBus own,
            ReverbBus bus,
            Roster ours,
            Roster roster,
            PusherProtocol pusher,
            Resound server) {}

    private record Client(WireClient wire, String id) {

        void subscribes(App app, String channel, @Nullable String data) throws IOException {
            JsonText wish =
                    new JsonText()
                            .raw("{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":")
                            .quoted(channel)
                            .raw(",\"auth\":")
                            .quoted(app.authorize(id, channel, data));
            if (data != null) {
                wish.raw(",\"channel_data\":").quoted(data);
            }
            wire.text(wish.raw("}}").toString());
            assertThat(wire.receiveText()).contains("subscription_succeeded");
        }
    }

    /** Who is on the channel and speaks for itself. */
    private final class Other {
        final RedisLink link = RedisLink.open(RedisOptions.of(redis.url(0)));
        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        final int before;

        Other() throws Exception {
            links.add(link);
            before = nodes.isEmpty() ? 0 : listeners(nodes.getFirst().link);
            link.subscribe(CHANNEL, (channel, message) -> heard.add(new String(message, UTF_8)));
            await().until(() -> listeners(link) == before + 1);
        }

        void says(String json) {
            link.publish(CHANNEL, json.getBytes(UTF_8));
        }

        String next() throws InterruptedException {
            String next = heard.poll(20, TimeUnit.SECONDS);
            assertThat(next).isNotNull();
            return Objects.requireNonNull(next);
        }

        /** Asks as PHP does, and hears its own question first. */
        String asks(String key, ReverbMetric metric, App of) throws InterruptedException {
            String pending =
                    ReverbMetric.write(key, ReverbApplication.of(of, ReverbVersion.V1_10), metric);
            says(
                    new JsonText()
                            .raw("{\"type\":\"metrics\",\"payload\":")
                            .quoted(pending)
                            .raw("}")
                            .toString());
            assertThat(next()).startsWith("{\"type\":\"metrics\"");
            return answer(next(), key);
        }

        private String answer(String json, String key) {
            byte[] bytes = json.getBytes(UTF_8);
            var fields =
                    Objects.requireNonNull(new JsonScanner().object(bytes, 0, bytes.length, true));
            assertThat(fields.text("type")).isEqualTo(key);
            return Objects.requireNonNull(fields.get("payload")).raw();
        }

        /** The key of the question that is heard next. */
        String question() throws InterruptedException {
            var signed = Objects.requireNonNull(ReverbMessage.read(next().getBytes(UTF_8)));
            return ((ReverbMessage.Question) signed.message()).request().key();
        }
    }

    private static int listeners(RedisLink link) throws Exception {
        return link.state() == RedisLink.State.CONNECTED
                ? link.subscribers(CHANNEL)
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS)
                        .intValue()
                : -1;
    }

    private Node node() throws Exception {
        RedisLink link = RedisLink.open(RedisOptions.of(redis.url(0)));
        links.add(link);
        RedisBus own = RedisBus.over(link, "test");
        ReverbBus bus = ReverbBus.over(link, own, CHANNEL, ReverbVersion.V1_10, ANSWER_TIME);
        Roster ours = RedisRoster.over(link, "test");
        Roster roster = bus.roster(ours);
        Hub hub = new Hub(bus);
        PusherProtocol pusher =
                PusherProtocol.builder(hub, AppSource.of(List.of(app))).roster(roster).build();
        bus.serve(pusher);
        Resound server = Resound.builder().port(0).loops(2).hub(hub).protocol(pusher).start();
        Node node = new Node(link, own, bus, ours, roster, pusher, server);
        nodes.add(node);
        await().until(() -> listeners(link) == nodes.size());
        return node;
    }

    private Client client(Node node) throws IOException {
        WireClient wire = WireClient.open(node.server.port(), "/app/key?protocol=7");
        clients.add(wire);
        Matcher id = SOCKET_ID.matcher(wire.receiveText());
        assertThat(id.find()).isTrue();
        return new Client(wire, id.group(1));
    }

    @AfterEach
    void close() throws IOException {
        for (WireClient client : clients) {
            client.close();
        }
        for (Node node : nodes) {
            node.server.close();
            node.roster.close();
            node.bus.close();
        }
        links.forEach(RedisLink::close);
        redis.close();
    }

    private String of(App whose) {
        return new JsonText()
                .quoted(ReverbApplication.of(whose, ReverbVersion.V1_10).serialized())
                .toString();
    }

    private String message(String payload, String rest) {
        return "{\"type\":\"message\",\"application\":"
                + of(app)
                + ",\"payload\":"
                + payload
                + rest
                + "}";
    }

    /** A message is counted when it has been handed in. */
    private static void awaitStatistics(Node node, ReverbBus.Statistics wanted) {
        await().untilAsserted(() -> assertThat(node.bus.statistics()).isEqualTo(wanted));
    }

    // ---- events

    @Test
    void anEventReachesTheOtherNodesOnceAndOnReverbsChannelOnly() throws Exception {
        Node here = node();
        Node there = node();
        Client near = client(here);
        Client far = client(there);
        near.subscribes(app, "news", null);
        far.subscribes(app, "news", null);
        Other other = new Other();
        for (int i = 0; i < 500; i++) {
            assertThat(here.pusher.trigger(app, "news", "e", "{\"n\":" + i + ".50}")).isTrue();
        }
        for (Client client : List.of(near, far)) {
            for (int i = 0; i < 500; i++) {
                assertThat(client.wire.receiveText())
                        .isEqualTo(
                                "{\"event\":\"e\",\"data\":{\"n\":%d.50},\"channel\":\"news\"}"
                                        .formatted(i));
            }
            assertThat(client.wire.hears(100)).isFalse();
        }
        assertThat(other.next()).contains("\"payload\":{\"event\":\"e\",\"channels\":[\"news\"]");
        await().until(() -> there.bus.statistics().received() == 500);
        assertThat(here.bus.statistics().received()).isZero();
        assertThat(there.own.statistics().received()).isZero();
    }

    @Test
    void whatOthersPublishReachesTheClientsHere() throws Exception {
        Node here = node();
        Client one = client(here);
        Client two = client(here);
        one.subscribes(app, "a", null);
        two.subscribes(app, "a", null);
        two.subscribes(app, "b", null);
        Other other = new Other();
        other.says(
                message(
                        "{\"event\":\"E\",\"channels\":[\"a\",\"none\",\"b\"],\"data\":\"x\"}",
                        ",\"socket_id\":\"" + one.id + "\""));
        assertThat(two.wire.receiveText())
                .isEqualTo("{\"event\":\"E\",\"data\":\"x\",\"channel\":\"a\"}");
        assertThat(two.wire.receiveText())
                .isEqualTo("{\"event\":\"E\",\"data\":\"x\",\"channel\":\"b\"}");
        other.says(
                message(
                        "{\"event\":\"client-x\",\"channel\":\"a\",\"data\":{\"k\":1},\"user_id\":7}",
                        ""));
        String event =
                "{\"event\":\"client-x\",\"channel\":\"a\",\"data\":{\"k\":1},\"user_id\":7}";
        assertThat(one.wire.receiveText()).isEqualTo(event); // the first one was not for it
        assertThat(two.wire.receiveText()).isEqualTo(event);
    }

    @Test
    void whatOneOfOursSaysTwiceIsHeardOnceAndWhatPhpSaysTwiceTwice() throws Exception {
        Node here = node();
        Client client = client(here);
        client.subscribes(app, "a", null);
        Other other = new Other();
        String payload = "{\"event\":\"E\",\"channels\":[\"a\"],\"data\":\"%s\"}";
        for (String rest : List.of(",\"resound\":\"n-2\"", ",\"resound\":\"n-2\"", "", "")) {
            other.says(message(payload.formatted("x" + rest.length()), rest));
        }
        other.says(message(payload.formatted("end"), ",\"resound\":\"n-5\""));
        assertThat(client.wire.receiveText()).contains("x16");
        assertThat(client.wire.receiveText()).contains("x0");
        assertThat(client.wire.receiveText()).contains("x0");
        assertThat(client.wire.receiveText()).contains("end");
        assertThat(here.bus.statistics()).isEqualTo(new ReverbBus.Statistics(4, 2, 1, 0, 0, 0, 0));
    }

    @Test
    void whatPhpCannotReadReachesOnlyNodesOfResound() throws Exception {
        Node here = node();
        Node there = node();
        Client far = client(there);
        far.subscribes(app, "a", null);
        Other other = new Other();
        here.pusher.trigger(app, "a", "e", "1e999");
        here.pusher.trigger(app, "a", "e", "\"\\ud800\"");
        here.pusher.trigger(app, "a", "e", "\"end\"");
        assertThat(far.wire.receiveText()).contains("1e999");
        assertThat(far.wire.receiveText()).contains("\\ud800");
        assertThat(far.wire.receiveText()).contains("end");
        assertThat(other.next()).contains("end");
        assertThat(here.bus.statistics().unsaid()).isEqualTo(2);
    }

    @Test
    void theSocketsOfAUserEndOnWhateverNodeItIsAsked() throws Exception {
        Node here = node();
        Node there = node();
        Client ann = client(here);
        ann.subscribes(app, "presence-a", "{\"user_id\":\"ann\"}");
        Client bob = client(there);
        bob.subscribes(app, "presence-b", "{\"user_id\":7}");
        Other other = new Other();
        there.pusher.terminate(app, "ann");
        assertThat(other.next())
                .startsWith("{\"type\":\"terminate\",\"application\":\"O:26:")
                .contains("\"payload\":{\"user_id\":\"ann\"}");
        await().until(() -> here.pusher.local("7").orElseThrow().subscribedSockets().isEmpty());
        other.says(
                "{\"type\":\"terminate\",\"application\":%s,\"payload\":{\"user_id\":\"7\"}}"
                        .formatted(of(app)));
        await().until(() -> there.pusher.local("7").orElseThrow().subscribedSockets().isEmpty());
    }

    // ---- questions

    @Test
    void everyQuestionIsAnsweredInReverbsForm() throws Exception {
        Node here = node();
        Client one = client(here);
        Client two = client(here);
        one.subscribes(app, "news", null);
        two.subscribes(app, "news", null);
        one.subscribes(app, "presence-a", "{\"user_id\":1}");
        two.subscribes(app, "presence-a", "{\"user_id\":1}");
        one.subscribes(app, "cache-c", null);
        one.wire.receiveText(); // nothing in it
        here.pusher.trigger(app, "cache-c", "e", "\"x\"");
        Other other = new Other();
        assertThat(other.asks("k1", new ReverbMetric.Connections(), app))
                .isIn(
                        "{\"%s\":{},\"%s\":{}}".formatted(one.id, two.id),
                        "{\"%s\":{},\"%s\":{}}".formatted(two.id, one.id));
        String all = "subscription_count,user_count,cache,occupied";
        assertThat(other.asks("k2", new ReverbMetric.Channel("news", all), app))
                .isEqualTo("{\"occupied\":true,\"subscription_count\":2}");
        assertThat(other.asks("k3", new ReverbMetric.Channel("presence-a", all), app))
                .isEqualTo("{\"occupied\":true,\"user_count\":1}");
        assertThat(other.asks("k4", new ReverbMetric.Channel("cache-c", all), app))
                .isEqualTo(
                        "{\"occupied\":true,\"subscription_count\":1,\"cache\":"
                                + "{\"event\":\"e\",\"data\":\"x\",\"channel\":\"cache-c\"}}");
        assertThat(other.asks("k5", new ReverbMetric.Channel("none", all), app))
                .isEqualTo("{\"occupied\":false}");
        assertThat(other.asks("k6", new ReverbMetric.Channels("", ""), app))
                .isEqualTo("{\"cache-c\":[],\"news\":[],\"presence-a\":[]}");
        assertThat(other.asks("k7", new ReverbMetric.Channels("presence-", "user_count"), app))
                .isEqualTo("{\"presence-a\":{\"user_count\":1}}");
        assertThat(other.asks("k8", new ReverbMetric.Channels("x", ""), app)).isEqualTo("[]");
        assertThat(
                        other.asks(
                                "k9",
                                new ReverbMetric.Named(
                                        List.of("news", "none"), "subscription_count"),
                                app))
                .isEqualTo("{\"news\":{\"subscription_count\":2},\"none\":[]}");
        assertThat(other.asks("k10", new ReverbMetric.Users("presence-a"), app))
                .isEqualTo("[{\"id\":1}]");
        assertThat(other.asks("k11", new ReverbMetric.Users("news"), app)).isEqualTo("[]");
        App stranger = App.builder("other", "key", "secret").build();
        assertThat(other.asks("k12", new ReverbMetric.Connections(), stranger)).isEqualTo("[]");
        assertThat(other.asks("k13", new ReverbMetric.Channel("news", all), stranger))
                .isEqualTo("[]");
        assertThat(here.bus.statistics().answered()).isEqualTo(13);
    }

    @Test
    void whatReverbSaysIsAddedToWhatOurNodesKnow() throws Exception {
        Node here = node();
        Node there = node();
        client(here).subscribes(app, "news", null);
        client(there).subscribes(app, "news", null);
        await().until(() ->
                here.ours
                        .occupied("app/7")
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS)
                        .value()
                        .containsKey("news"));
        Other php = new Other();
        var asked = here.roster.occupied("app/7").toCompletableFuture();
        String key = php.question();
        php.says(
                "{\"type\":\"%s\",\"payload\":{\"news\":{\"subscription_count\":3},\"x\":[]}}"
                        .formatted(key));
        var occupied = asked.get(20, TimeUnit.SECONDS);
        assertThat(occupied.complete()).isTrue();
        // One socket is there, and one is here, which is no other node.
        assertThat(occupied.value()).containsEntry("news", 4).containsEntry("x", 1);
        drain(php);

        TopicName room = new TopicName("app/7", "presence-a");
        var users = here.roster.ask(List.of(room)).toCompletableFuture();
        key = php.question();
        php.says(
                "{\"type\":\"%s\",\"payload\":[{\"id\":1},{\"id\":\"ann\"},{\"id\":1},{},7]}"
                        .formatted(key));
        var answer = users.get(20, TimeUnit.SECONDS);
        assertThat(answer.complete()).isTrue();
        assertThat(answer.value().get(room))
                .isEqualTo(
                        new Roster.Elsewhere(
                                2, Map.of("1", "{\"user_id\":1}", "ann", "{\"user_id\":\"ann\"}")));
    }

    /** Until those of ours have answered, too. */
    private void drain(Other php) {
        await().until(() -> php.heard.stream().filter(it -> !it.contains("metrics")).count() >= 2);
        php.heard.clear();
    }

    @Test
    void whoDoesNotAnswerCostsTheWholeTimeAndTheAnswerSaysSo() throws Exception {
        Node here = node();
        Other silent = new Other();
        assertThat(silent.before).isOne();
        long began = System.nanoTime();
        var occupied =
                here.roster.occupied("app/none").toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertThat(occupied.complete()).isTrue(); // nobody was asked about an app we do not serve
        client(here).subscribes(app, "news", null);
        occupied = here.roster.occupied("app/7").toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertThat(occupied.complete()).isFalse();
        assertThat(System.nanoTime() - began).isGreaterThan(ANSWER_TIME.toNanos());
    }

    @Test
    void ofOurselvesAloneTheAnswerIsThereAtOnce() throws Exception {
        Node here = node();
        node();
        client(here).subscribes(app, "news", null);
        for (int i = 0; i < 50; i++) {
            var answer =
                    here.roster.occupied("app/7").toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertThat(answer.complete()).isTrue();
        }
    }

    // ---- without Redis

    private static List<String> hearsUntil(Client client, String last) throws IOException {
        List<String> heard = new ArrayList<>();
        do {
            heard.add(client.wire.receiveText().replaceAll(".*\"data\":\"([^\"]*)\".*", "$1"));
        } while (!heard.getLast().equals(last));
        return heard;
    }

    @Test
    void withoutRedisEachNodeServesItsOwnAndAfterwardsAllHearEachOtherAgain() throws Exception {
        Node here = node();
        Node there = node();
        Client near = client(here);
        Client far = client(there);
        near.subscribes(app, "news", null);
        far.subscribes(app, "news", null);
        Other php = new Other();
        here.pusher.trigger(app, "news", "e", "\"before\"");
        assertThat(hearsUntil(far, "before")).containsExactly("before");
        redis.stop();
        await().atMost(Duration.ofSeconds(20)).until(() -> !here.bus.isConnected());
        assertThat(here.pusher.trigger(app, "news", "e", "\"away\"")).isTrue();
        assertThat(hearsUntil(near, "away")).containsExactly("before", "away");
        var occupied = here.roster.occupied("app/7").toCompletableFuture();
        assertThat(occupied.get(20, TimeUnit.SECONDS).complete()).isFalse();

        redis.startAgain();
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        here.bus.isConnected()
                                && there.bus.isConnected()
                                && listeners(php.link) == 3);
        here.pusher.trigger(app, "news", "e", "\"again\"");
        // Who listens too late again has missed what was kept meanwhile; nobody hears it twice.
        assertThat(hearsUntil(far, "again")).isIn(List.of("away", "again"), List.of("again"));
        assertThat(hearsUntil(near, "again")).containsExactly("again");
        await().until(() -> php.heard.stream().anyMatch(each -> each.contains("\"again\"")));
        php.says(message("{\"event\":\"e\",\"channel\":\"news\",\"data\":\"php\"}", ""));
        for (Client client : List.of(near, far)) {
            assertThat(hearsUntil(client, "php")).containsExactly("php");
        }
        assertThat(php.heard.stream().filter(each -> each.contains("\"again\""))).hasSize(1);
        // Whoever asks may be told by both again, as soon as they have written who is there.
        await().atMost(Duration.ofSeconds(20))
                .until(() -> {
                    var asked = here.ours.occupied("app/7").toCompletableFuture();
                    return asked.get(20, TimeUnit.SECONDS).value().containsKey("news");
                });
    }

    // ---- those who mean harm

    @Test
    void whatIsNoMessageHarmsNobodyAndIsCounted() throws Exception {
        Node here = node();
        Client client = client(here);
        client.subscribes(app, "a", null);
        Other other = new Other();
        String deep = "a:1:{i:0;".repeat(1_000_000);
        List<String> malformed =
                List.of(
                        "",
                        "garbage",
                        "[]",
                        "[".repeat(100_000),
                        "{\"type\":\"message\"}",
                        "{\"type\":\"message\",\"application\":\"a:2147483647:{}\",\"payload\":{}}",
                        "{\"type\":\"metrics\",\"payload\":\"" + deep + "\"}",
                        "{\"type\":\"metrics\",\"payload\":\"O:3:\\\"Foo\\\":0:{}\"}",
                        "{\"type\":\"metrics\",\"payload\":\"s:2147483647:\\\"a\\\";\"}",
                        "{\"type\":\"terminate\",\"application\":\"R:1;\",\"payload\":{}}",
                        message("{\"event\":\"E\",\"channels\":7}", ""),
                        message(toChannels(ReverbMessage.MOST_CHANNELS + 1, "a"), ""));
        malformed.forEach(other::says);
        other.link.publish(CHANNEL, new byte[] {(byte) 0xff, 0});
        List<String> unknown =
                List.of(
                        "{\"type\":\"news\"}",
                        "{\"type\":\"AnswerToNobody\",\"payload\":[]}",
                        "{\"type\":\"AnswerToNobody\",\"payload\":{},\"resound\":\"x\"}");
        unknown.forEach(other::says);
        other.says(message("{\"event\":\"terminate\",\"channel\":\"\",\"data\":\"x\"}", ""));
        other.says(message("{\"event\":\"E\",\"channels\":[\"a\"],\"data\":\"good\"}", ""));
        assertThat(client.wire.receiveText()).contains("good");
        awaitStatistics(
                here,
                new ReverbBus.Statistics(1, 0, 0, malformed.size() + 1, unknown.size(), 0, 0));
    }

    private static String toChannels(int many, String last) {
        return "{\"event\":\"E\",\"channels\":["
                + "\"x\",".repeat(many - 1)
                + "\""
                + last
                + "\"],\"data\":\"many\"}";
    }

    @Test
    void anEventToAsManyChannelsAsMayBeReachesTheLast() throws Exception {
        Node here = node();
        Client client = client(here);
        client.subscribes(app, "a", null);
        Other other = new Other();
        other.says(message(toChannels(ReverbMessage.MOST_CHANNELS, "a"), ""));
        assertThat(client.wire.receiveText()).contains("many");
    }

    /** As many channels as that, asked for as one question. */
    private Roster.Answer<Map<TopicName, Roster.Elsewhere>> asksFor(int many, Node node, Other php)
            throws Exception {
        List<TopicName> topics =
                IntStream.range(0, many).mapToObj(i -> new TopicName("app/7", "c" + i)).toList();
        var asked = new ReverbRoster(Roster.alone(), node.bus).ask(topics).toCompletableFuture();
        var signed = Objects.requireNonNull(ReverbMessage.read(php.next().getBytes(UTF_8)));
        var request = ((ReverbMessage.Question) signed.message()).request();
        assertThat(((ReverbMetric.Named) request.metric()).names())
                .hasSize(Math.min(many, ReverbRoster.MOST_CHANNELS));
        php.says(
                "{\"type\":\"%s\",\"payload\":{\"c9999\":{\"subscription_count\":3}}}"
                        .formatted(request.key()));
        var answer = asked.get(20, TimeUnit.SECONDS);
        assertThat(answer.value())
                .isEqualTo(Map.of(topics.get(9_999), new Roster.Elsewhere(3, Map.of())));
        php.next(); // its own answer
        return answer;
    }

    @Test
    void ofMoreChannelsThanTheLimitOnlySoManyAreAskedForAndTheAnswerSaysSo() throws Exception {
        Node here = node();
        client(here).subscribes(app, "news", null); // or nobody is asked about the app
        Other php = new Other();
        assertThat(asksFor(ReverbRoster.MOST_CHANNELS, here, php).complete()).isTrue();
        assertThat(asksFor(ReverbRoster.MOST_CHANNELS + 1, here, php).complete()).isFalse();
    }

    @Test
    void answersThatAreNoneHarmNobody() throws Exception {
        Node here = node();
        client(here).subscribes(app, "news", null);
        Other php = new Other();
        for (String payload :
                List.of(
                        "[7]",
                        "{\"news\":7,\"x\":{\"subscription_count\":\"9\"}}",
                        "{\"x\":{\"subscription_count\":-1},\"y\":{\"user_count\":1e9}}",
                        "{\"x\":{\"subscription_count\":99999999999999}}")) {
            var asked = here.roster.occupied("app/7").toCompletableFuture();
            String key = php.question();
            php.says("{\"type\":\"%s\",\"payload\":%s}".formatted(key, payload));
            assertThat(asked.get(20, TimeUnit.SECONDS).value().values())
                    .allSatisfy(count -> assertThat(count).isOne());
            php.next(); // its own answer
        }
    }
}
