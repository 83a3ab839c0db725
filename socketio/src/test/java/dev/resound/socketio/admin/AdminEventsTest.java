package dev.resound.socketio.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.http.Header;
import dev.resound.engineio.EngineRequest;
import dev.resound.engineio.Transport;
import dev.resound.socketio.PlayedServer;
import dev.resound.socketio.Socket;
import dev.resound.socketio.admin.AdminUi.Auth;
import dev.resound.socketio.admin.AdminUi.Mode;
import dev.resound.socketio.admin.AdminWorld.Page;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class AdminEventsTest {
    private final AdminWorld world = new AdminWorld();

    private static EngineRequest request(Header... headers) {
        return new EngineRequest(
                "/socket.io/?EIO=4&transport=websocket",
                List.of(headers),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 4_711),
                false,
                null);
    }

    /** How a socket of such a request is shown. */
    private static String portrait(String id, String data, String rooms) {
        return ("{'id':'%s','clientId':'engineSid000','transport':'websocket','nsp':'/','data':%s,"
                        + "'handshake':{'address':'127.0.0.1','headers':{},'query':{'EIO':'4','transport':'websocket'},"
                        + "'issued':1767268800000,'secure':false,"
                        + "'time':'Thu, 1 Jan 2026 12:00:00 GMT',"
                        + "'url':'/socket.io/?EIO=4&transport=websocket','xdomain':false},"
                        + "'rooms':[%s]}")
                .formatted(id, data, rooms)
                .replace('\'', '"');
    }

    @Test
    void aPageHearsFirstWhatItMayDoThenOfAllSocketsThenOfTheServer() {
        PlayedServer.Client client = world.server.client(request());
        Socket<Map<String, Object>> socket = client.joins("/");
        socket.data().put("name", "ann");
        socket.join("zoo");
        world.server.settle();

        Page page = world.stranger();
        page.says("40/admin,");
        List<String> heard = page.hears();

        assertThat(heard).hasSize(4);
        assertThat(heard.get(1))
                .isEqualTo(
                        "[\"config\",{\"supportedFeatures\":[\"EMIT\",\"JOIN\",\"LEAVE\","
                                + "\"DISCONNECT\",\"MJOIN\",\"MLEAVE\",\"MDISCONNECT\","
                                + "\"AGGREGATED_EVENTS\",\"ALL_EVENTS\"]}]");
        assertThat(heard.get(2))
                .startsWith("[\"all_sockets\",[")
                .contains("\"nsp\":\"/admin\",\"data\":{},");
        String rooms = sorted(socket.id(), "zoo");
        assertThat(heard.get(2)).contains(portrait(socket.id(), "{\"name\":\"ann\"}", rooms));
        assertThat(heard.get(3))
                .matches(
                        "\\[\"server_stats\",\\{\"serverId\":\"node-1\",\"hostname\":\"[^\"]+\","
                                + "\"pid\":\\d+,\"uptime\":60\\.0,\"clientsCount\":2,"
                                + "\"pollingClientsCount\":0,\"aggregatedEvents\":\\[],"
                                + "\"namespaces\":\\[.*]}]");
        assertThat(heard.get(3))
                .contains("{\"name\":\"/\",\"socketsCount\":1}")
                .contains("{\"name\":\"/admin\",\"socketsCount\":1}");
    }

    private static String sorted(String... rooms) {
        return "\"" + String.join("\",\"", List.of(rooms).stream().sorted().toList()) + "\"";
    }

    @Test
    void theLifeOfASocketIsToldInItsOrder() {
        Page page = world.page();
        PlayedServer.Client client = world.server.client(request());
        Socket<Map<String, Object>> socket = client.joins("/");
        String id = socket.id();
        assertThat(page.hears())
                .containsExactly(
                        "[\"room_joined\",\"/\",\"%1$s\",\"%1$s\",\"%2$s\"]"
                                .formatted(id, AdminWorld.NOON),
                        "[\"socket_connected\",%s,\"%s\"]"
                                .formatted(portrait(id, "{}", '"' + id + '"'), AdminWorld.NOON));

        socket.join("zoo");
        world.passes(Duration.ofMillis(1_001));
        socket.leave("zoo");
        socket.data(new ConcurrentHashMap<>(Map.of("age", 7)));
        assertThat(page.hears())
                .containsExactly(
                        "[\"room_joined\",\"/\",\"zoo\",\"%s\",\"%s\"]"
                                .formatted(id, AdminWorld.NOON),
                        "[\"room_left\",\"/\",\"zoo\",\"%s\",\"2026-01-01T12:00:01.001Z\"]"
                                .formatted(id),
                        "[\"socket_updated\",{\"id\":\"%s\",\"nsp\":\"/\",\"data\":{\"age\":7}}]"
                                .formatted(id));

        client.leaves();
        assertThat(page.hears())
                .containsExactly(
                        "[\"socket_disconnected\",\"/\",\"%s\",\"transport close\",\"%s\"]"
                                .formatted(id, "2026-01-01T12:00:01.001Z"),
                        "[\"room_left\",\"/\",\"%1$s\",\"%1$s\",\"2026-01-01T12:00:01.001Z\"]"
                                .formatted(id));
    }

    @Test
    void aSocketIsShownBeforeItsListenersDoAnything() {
        world.server.io().onConnection(socket -> socket.emit("welcome"));
        Page page = world.page();
        world.client().says("40");
        assertThat(page.hears())
                .<String>map(event -> event.replaceAll("\\[\"(\\w+).*", "$1"))
                .containsExactly("room_joined", "socket_connected", "event_sent");
    }

    @Test
    void anotherTransportIsToldAndCounted() {
        Page page = world.page();
        PlayedServer.Client client = world.server.client(Transport.POLLING);
        Socket<Map<String, Object>> socket = client.joins("/");
        world.passes(Duration.ofSeconds(2));
        assertThat(page.hearsOf("server_stats").getFirst()).contains("\"pollingClientsCount\":1");
        client.upgrades();
        assertThat(page.hears())
                .containsExactly(
                        "[\"socket_updated\",{\"id\":\"%s\",\"nsp\":\"/\",\"transport\":\"websocket\"}]"
                                .formatted(socket.id()));
        world.passes(Duration.ofSeconds(2));
        assertThat(page.hearsOf("server_stats").getFirst()).contains("\"pollingClientsCount\":0");
    }

    @Test
    void eventsAreToldAsTheyCameWithoutTheirAcks() {
        Page page = world.page();
        PlayedServer.Client ann = world.client();
        Socket<Map<String, Object>> socket = ann.joins("/");
        page.hears();
        ann.says("4213[\"greet\",{\"a\": [1.50, \"é\"]},null]");
        assertThat(page.hears())
                .containsExactly(
                        "[\"event_received\",\"/\",\"%s\",[\"greet\",{\"a\": [1.50, \"é\"]},null],\"%s\"]"
                                .formatted(socket.id(), AdminWorld.NOON));
        socket.emit("direct", 1, "two");
        assertThat(page.hears())
                .containsExactly(
                        "[\"event_sent\",\"/\",\"%s\",[\"direct\",1,\"two\"],\"%s\"]"
                                .formatted(socket.id(), AdminWorld.NOON));
    }

    @Test
    void binaryInEventsReachesThePage() {
        Page page = world.page();
        PlayedServer.Client ann = world.client();
        ann.joins("/");
        page.hears();
        ann.says("451-[\"file\",{\"_placeholder\":true,\"num\":0}]");
        ann.says(new byte[] {1, 2, 3});
        List<String> heard = page.hears();
        assertThat(heard.getFirst())
                .startsWith("451-/admin,[\"event_received\",\"/\",")
                .contains("[\"file\",{\"_placeholder\":true,\"num\":0}]");
        assertThat(heard.getLast()).isEqualTo("<010203>");
    }

    @Test
    void aBroadcastIsToldOnceForEachReceiver() {
        Page page = world.page();
        String ann = world.client().joins("/").id();
        Socket<Map<String, Object>> bob = world.client().joins("/");
        page.hears();
        world.server.io().emit("all");
        assertThat(page.hears()).containsExactlyInAnyOrder(sent(ann, "all"), sent(bob.id(), "all"));
        bob.broadcast().emit("others");
        assertThat(page.hears()).containsExactly(sent(ann, "others"));
    }

    private static String sent(String id, String event) {
        return "[\"event_sent\",\"/\",\"%s\",[\"%s\"],\"%s\"]"
                .formatted(id, event, AdminWorld.NOON);
    }

    @Test
    void whatPagesHearAndAskIsNoEventToTellOf() {
        Page page = world.page();
        page.asks("[\"chatter\"]");
        world.server.io().of("/admin").emit("chatter");
        assertThat(page.hears()).containsExactly("[\"chatter\"]");
    }

    @Test
    void otherPagesAreSocketsToo() {
        Page page = world.page();
        Page other = world.page();
        assertThat(page.hears())
                .<String>map(event -> event.replaceAll("\\[\"(\\w+).*", "$1"))
                .containsExactly("room_joined", "socket_connected");
        other.client().leaves();
        assertThat(page.hearsOf("socket_disconnected")).hasSize(1);
    }

    @Test
    void theAddressIsWhatTheNearestProxySays() {
        Page page = world.page();
        world.server
                .client(request(new Header("x-forwarded-for", "10.0.0.1, 10.0.0.2")))
                .joins("/");
        assertThat(page.hearsOf("socket_connected").getFirst())
                .contains("\"address\":\"10.0.0.1, 10.0.0.2\"");
        world.server
                .client(
                        request(
                                new Header("x-forwarded-for", "10.0.0.1"),
                                new Header("cf-connecting-ip", "10.0.0.3")))
                .joins("/");
        assertThat(page.hearsOf("socket_connected").getFirst())
                .contains("\"address\":\"10.0.0.3\"");
    }

    @Test
    void whatClientsProveThemselvesWithIsNotShown() {
        Page page = world.page();
        world.client().says("40{\"token\":\"hush\"}");
        assertThat(page.hears()).hasSize(2).noneMatch(event -> event.contains("hush"));
        Page second = world.stranger();
        second.says("40/admin,");
        assertThat(second.hears()).noneMatch(event -> event.contains("hush"));
    }

    @Test
    void theServerReportsEveryTwoSeconds() {
        Page page = world.page();
        PlayedServer.Client client = world.client();
        client.says("40"); // 1 byte; answered with 32: 0{"sid":"12345678901234567890"}
        client.leaves();
        world.passes(Duration.ofMillis(1_999));
        assertThat(page.hearsOf("server_stats")).isEmpty();
        world.passes(Duration.ofMillis(1));
        String report = page.hearsOf("server_stats").getFirst();
        assertThat(report)
                .contains("\"uptime\":62.0")
                .contains("{\"timestamp\":1767268800000,\"type\":\"rawConnection\",\"count\":1}")
                .contains(
                        "{\"timestamp\":1767268800000,\"type\":\"rawDisconnection\","
                                + "\"subType\":\"transport close\",\"count\":1}")
                .contains("\"type\":\"packetsIn\",\"count\":1}")
                .contains("\"type\":\"bytesIn\",\"count\":1}")
                .contains("\"type\":\"packetsOut\"")
                .contains("\"type\":\"bytesOut\"");
        world.passes(Duration.ofSeconds(2));
        assertThat(page.hearsOf("server_stats").getFirst()).doesNotContain("rawConnection");
    }

    @Test
    void inProductionThereAreNumbersOnly() {
        var production = new AdminWorld(Auth.none(), o -> o.mode(Mode.PRODUCTION));
        Page page = production.stranger();
        page.says("40/admin,");
        List<String> first = page.hears();
        assertThat(first).hasSize(3);
        assertThat(first.get(1))
                .isEqualTo("[\"config\",{\"supportedFeatures\":[\"AGGREGATED_EVENTS\"]}]");
        assertThat(first.get(2)).startsWith("[\"server_stats\",");
        PlayedServer.Client client = production.client();
        client.joins("/").join("zoo");
        client.says("42[\"hi\"]");
        production.server.io().emit("all");
        production.server.settle();
        client.leaves();
        production.passes(Duration.ofSeconds(2));
        assertThat(page.hears()).singleElement().asString().startsWith("[\"server_stats\",");
    }

    @Test
    void inProductionBroadcastsAreCountedForEachReceiver() {
        var production = new AdminWorld(Auth.none(), o -> o.mode(Mode.PRODUCTION));
        Page page = production.page();
        production.client().joins("/");
        production.client().joins("/");
        production.passes(Duration.ofSeconds(2));
        page.hears();
        production.server.io().emit("all");
        production.server.settle();
        production.passes(Duration.ofSeconds(2));
        // the third is the report before this one
        assertThat(page.hears().getFirst()).contains("\"type\":\"packetsOut\",\"count\":3}");
    }

    @Test
    void dataThatCannotBeWrittenHarmsNothingElse() {
        Socket<Map<String, Object>> socket = world.client().joins("/");
        socket.data().put("self", socket.data());
        Page page = world.stranger();
        page.says("40/admin,");
        List<String> heard = page.hears();
        assertThat(heard.get(2)).startsWith("[\"all_sockets\",[{").contains("\"nsp\":\"/admin\"");
        socket.data(socket.data());
        socket.join("zoo");
        assertThat(page.hears())
                .singleElement()
                .asString()
                .startsWith("[\"room_joined\",\"/\",\"zoo\"");
    }
}
