package dev.resound.socketio.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.engineio.Transport;
import dev.resound.socketio.Adapter;
import dev.resound.socketio.LocalNamespace;
import dev.resound.socketio.PacketData;
import dev.resound.socketio.RemoteAnswers;
import dev.resound.socketio.Selection;
import dev.resound.socketio.SocketDescription;
import dev.resound.socketio.admin.AdminUi.Auth;
import dev.resound.socketio.admin.AdminWorld.Page;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The server is watched while a page is there, and only then. */
class AdminPresenceTest {

    @Test
    void whileNobodyIsThereNothingIsWatchedAndNothingIsDone() {
        var world = new AdminWorld();
        world.client().joins("/").join("zoo");
        world.server.io().emit("all");
        world.passes(Duration.ofMinutes(1));
        assertThat(world.server.isWatched()).isFalse();
        assertThat(world.delays()).isZero();
    }

    @Test
    void watchingEndsWithTheLastPage() {
        var world = new AdminWorld();
        Page first = world.page();
        Page second = world.page();
        assertThat(world.server.isWatched()).isTrue();
        first.client().leaves();
        assertThat(world.server.isWatched()).isTrue();
        second.client().leaves();
        assertThat(world.server.isWatched()).isFalse();
        world.passes(Duration.ofSeconds(2));
        int delays = world.delays();
        world.passes(Duration.ofMinutes(1));
        assertThat(world.delays()).isEqualTo(delays);
    }

    @Test
    void aPageThatComesBackHearsOneReportAtATime() {
        var world = new AdminWorld();
        for (int i = 0; i < 3; i++) {
            world.page().client().leaves();
        }
        Page page = world.page();
        world.passes(Duration.ofSeconds(2));
        assertThat(page.hearsOf("server_stats")).hasSize(1);
    }

    @Test
    void aPageThatIsRefusedStartsNothing() {
        var world =
                new AdminWorld(
                        Auth.basic(
                                "ann",
                                "$2y$04$abcdefghijklmnopqrstuv1234567890123456789012345678901"),
                        options -> options);
        Page page = world.stranger();
        page.says("40/admin,{\"username\":\"ann\",\"password\":\"x\"}");
        assertThat(page.hears()).hasSize(1);
        assertThat(world.server.isWatched()).isFalse();
    }

    @Test
    void theApplicationsDataIsNotAskedForThePage() {
        var world =
                new AdminWorld(
                        Auth.none(),
                        options -> options,
                        builder ->
                                builder.socketIds(
                                        new Counting())); // ids tell sockets of this test apart
        Page page = world.page();
        assertThat(world.server.io().of("/admin").sockets().get("id-1")).isNotNull();
        assertThat(page.client().isClosed()).isFalse();
    }

    private static final class Counting implements java.util.function.Supplier<String> {
        private int next = 1;

        @Override
        public String get() {
            return "id-" + next++;
        }
    }

    // ---- other nodes

    private static final class OtherNode implements Adapter {
        final LocalNamespace namespace;
        final List<String> told = new ArrayList<>();
        List<SocketDescription> sockets = List.of();
        boolean isSilent;

        OtherNode(LocalNamespace namespace) {
            this.namespace = namespace;
        }

        private static String text(PacketData data) {
            return new String(data.json(), StandardCharsets.UTF_8);
        }

        @Override
        public void publish(Selection selection, PacketData event) {
            told.add("publish " + text(event));
        }

        @Override
        public void publishWithAck(
                Selection selection, PacketData event, Duration timeout, RemoteAnswers answers) {
            answers.asked(0);
        }

        @Override
        public CompletionStage<List<SocketDescription>> fetchSockets(
                Selection selection, Duration timeout) {
            return isSilent
                    ? CompletableFuture.failedFuture(new IllegalStateException("silent"))
                    : CompletableFuture.completedFuture(sockets);
        }

        @Override
        public void join(Selection selection, Set<String> rooms) {}

        @Override
        public void leave(Selection selection, Set<String> rooms) {}

        @Override
        public void disconnect(Selection selection, boolean closeConnection) {}

        @Override
        public void serverSideEmit(PacketData event) {
            told.add("say " + text(event));
        }

        @Override
        public void serverSideEmitWithAck(
                PacketData event, Duration timeout, RemoteAnswers answers) {
            answers.asked(0);
        }

        @Override
        public CompletionStage<Integer> serverCount() {
            return CompletableFuture.completedFuture(2);
        }

        @Override
        public void close() {}
    }

    private static final String WORD = "[\"resound:admin_ui_watched\"]";

    private final List<OtherNode> nodes = new ArrayList<>();

    private AdminWorld world() {
        return new AdminWorld(
                Auth.none(),
                options -> options,
                builder ->
                        builder.adapter(namespace -> {
                            var node = new OtherNode(namespace);
                            nodes.add(node);
                            return node;
                        }));
    }

    private OtherNode node(String namespace) {
        return nodes.stream()
                .filter(node -> node.namespace.name().equals(namespace))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void otherNodesAreToldAgainAndAgainThatAPageIsThere() {
        var world = world();
        Page page = world.page();
        OtherNode admins = node("/admin");
        assertThat(admins.told).contains("say " + WORD);
        for (int i = 0; i < 5; i++) {
            world.passes(Duration.ofSeconds(2));
        }
        assertThat(admins.told.stream().filter(("say " + WORD)::equals)).hasSize(2);
        page.client().leaves();
        admins.told.clear();
        world.passes(Duration.ofMinutes(1));
        assertThat(admins.told).isEmpty();
    }

    @Test
    void whileAPageIsOnAnotherNodeThatNodeIsTold() {
        var world = world();
        OtherNode admins = node("/admin");
        admins.namespace.onServerSideEmit(
                new PacketData(WORD.getBytes(StandardCharsets.UTF_8), List.of()), null);
        world.server.settle();
        assertThat(world.server.isWatched()).isTrue();
        world.client().joins("/");
        assertThat(admins.told.getFirst()).startsWith("publish [\"server_stats\",");
        assertThat(admins.told).anyMatch(what -> what.startsWith("publish [\"socket_connected\""));
        assertThat(admins.told).noneMatch(what -> what.startsWith("say"));
        for (int i = 0; i < 16; i++) {
            world.passes(Duration.ofSeconds(2));
        }
        assertThat(world.server.isWatched()).isFalse();
    }

    @Test
    void socketsOfOtherNodesAreShown() {
        var world = world();
        var ann = world.server.client(Transport.WEBSOCKET).joins("/");
        ann.data().put("name", "ann");
        // as a node describes its sockets to others
        List<SocketDescription> described =
                node("/").namespace.sockets(new Selection(Set.of(), Set.of(), true, false, true));
        assertThat(described.getFirst().data())
                .hasToString(
                        "{\"name\":\"ann\",\"_admin\":{\"clientId\":\"engineSid000\","
                                + "\"transport\":\"websocket\"}}");
        node("/").sockets =
                List.of(
                        new SocketDescription(
                                "far",
                                ann.handshake(),
                                Set.of("far"),
                                described.getFirst().data()));
        Page page = world.stranger();
        page.says("40/admin,");
        assertThat(page.hearsOf("all_sockets").getFirst())
                .contains(
                        "{\"id\":\"far\",\"clientId\":\"engineSid000\",\"transport\":\"websocket\"")
                .contains("\"nsp\":\"/\",\"data\":{\"name\":\"ann\"}")
                .doesNotContain("_admin");
        assertThat(world.server.io().fetchSockets().join())
                .<Object>map(socket -> socket.data(Object.class))
                .allMatch(java.util.Map.of("name", "ann")::equals);
    }

    @Test
    void aSilentNodeDoesNotHideTheSocketsOfThisOne() {
        var world = world();
        String id = world.client().joins("/").id();
        node("/").isSilent = true;
        Page page = world.stranger();
        page.says("40/admin,");
        assertThat(page.hearsOf("all_sockets").getFirst()).contains("\"id\":\"" + id + "\"");
    }
}
