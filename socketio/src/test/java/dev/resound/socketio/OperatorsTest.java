package dev.resound.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resound.socketio.World.Joined;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What operators do beside sending, on this node and with others. */
class OperatorsTest {

    /** A cluster whose other node is the test. */
    private static final class OtherNode implements Adapter {
        final LocalNamespace local;
        final List<String> asked = new ArrayList<>();
        final List<RemoteAnswers> answers = new ArrayList<>();
        List<SocketDescription> sockets = List.of();

        OtherNode(LocalNamespace local) {
            this.local = local;
        }

        private static String text(PacketData data) {
            return new String(data.json(), java.nio.charset.StandardCharsets.UTF_8);
        }

        @Override
        public void publish(Selection selection, PacketData event) {
            asked.add("publish " + selection.rooms() + selection.except() + text(event));
        }

        @Override
        public void publishWithAck(
                Selection selection, PacketData event, Duration timeout, RemoteAnswers answers) {
            asked.add("ask " + text(event) + timeout.toMillis());
            this.answers.add(answers);
        }

        @Override
        public CompletionStage<List<SocketDescription>> fetchSockets(
                Selection selection, Duration timeout) {
            return CompletableFuture.completedFuture(sockets);
        }

        @Override
        public void join(Selection selection, Set<String> rooms) {
            asked.add("join " + selection.rooms() + rooms);
        }

        @Override
        public void leave(Selection selection, Set<String> rooms) {
            asked.add("leave " + selection.rooms() + rooms);
        }

        @Override
        public void disconnect(Selection selection, boolean closeConnection) {
            asked.add("disconnect " + selection.rooms() + closeConnection);
        }

        @Override
        public void serverSideEmit(PacketData event) {
            asked.add("server side " + text(event));
        }

        @Override
        public void serverSideEmitWithAck(
                PacketData event, Duration timeout, RemoteAnswers answers) {
            asked.add("server side ask " + text(event));
            this.answers.add(answers);
        }

        @Override
        public CompletionStage<Integer> serverCount() {
            return CompletableFuture.completedFuture(2);
        }

        @Override
        public void close() {
            asked.add("close");
        }
    }

    private final List<OtherNode> others = new ArrayList<>();
    private final World world =
            new World(builder ->
                    builder.adapter(namespace -> {
                        var other = new OtherNode(namespace);
                        others.add(other);
                        return other;
                    }));
    private final OtherNode other = others.getFirst();
    private final Joined ann = world.join(world.a);
    private final Joined bob = world.join(world.b);

    @Test
    void socketsAreFetchedFromHereAndElsewhere() {
        ann.socket().join("x");
        ann.socket().data().put("name", "ann");
        var mapper = dev.resound.socketio.packet.Arguments.defaultMapper();
        other.sockets =
                List.of(
                        new SocketDescription(
                                "far",
                                ann.socket().handshake(),
                                Set.of("far", "x"),
                                mapper.valueToTree(Map.of("name", "far"))));
        List<RemoteSocket> sockets = world.io.to("x").fetchSockets().join();
        assertThat(sockets).extracting(RemoteSocket::id).containsExactly(ann.socket().id(), "far");
        assertThat(sockets.getFirst().rooms()).contains("x", ann.socket().id());
        assertThat(sockets)
                .<Object>map(socket -> socket.data(Object.class))
                .containsExactly(Map.of("name", "ann"), Map.of("name", "far"));
        assertThat(world.io.local().fetchSockets().join()).hasSize(2);
        assertThat(world.io.local().except("x").fetchSockets().join()).hasSize(1);
        sockets.getLast().join("y");
        sockets.getLast().disconnect(true);
        assertThat(other.asked).containsExactly("join [far][y]", "disconnect [far]true");
    }

    @Test
    void aFetchedSocketCanBeSpokenTo() {
        RemoteSocket remote =
                world.io.to(bob.socket().id()).local().fetchSockets().join().getFirst();
        remote.emit("hi");
        remote.join("x");
        remote.leave("x", "y");
        var answer = remote.emitWithAck(Duration.ofSeconds(1), "ask");
        world.settle();
        List<String> heard = bob.hears();
        assertThat(heard.getFirst()).isEqualTo("42[\"hi\"]");
        other.answers.getFirst().asked(1);
        other.answers.getFirst().counted(0);
        bob.says(heard.getLast().replaceAll("42(\\d+).*", "43$1[7]"));
        world.settle();
        assertThat(answer.join().get(0).asInt()).isEqualTo(7);
        assertThat(bob.socket().rooms()).containsExactly(bob.socket().id());
    }

    @Test
    void socketsAreMovedByOperators() {
        world.io.socketsJoin("x", "y");
        assertThat(ann.socket().rooms()).contains("x", "y");
        world.io.to("x").except(bob.socket().id()).socketsLeave("y");
        assertThat(ann.socket().rooms()).doesNotContain("y");
        assertThat(bob.socket().rooms()).contains("y");
        world.io.to("y").disconnectSockets(false);
        world.settle();
        assertThat(bob.hears()).containsExactly("41");
        assertThat(ann.socket().isConnected()).isTrue();
        assertThat(bob.socket().isConnected()).isFalse();
        assertThat(other.asked)
                .satisfiesExactly(
                        join -> assertThat(join).startsWith("join []["),
                        leave -> assertThat(leave).isEqualTo("leave [x][y]"),
                        end -> assertThat(end).isEqualTo("disconnect [y]false"));
        world.io.local().socketsJoin("z");
        assertThat(other.asked).hasSize(3);
    }

    @Test
    void broadcastsGoToTheOtherNodesUnlessTheyAreLocal() {
        ann.socket().to("x").emit("hi", 1);
        world.io.local().emit("here");
        world.settle();
        assertThat(other.asked).containsExactly("publish [x][" + ann.socket().id() + "][\"hi\",1]");
        assertThat(ann.hears()).containsExactly("42[\"here\"]");
    }

    @Test
    void answersOfOtherNodesAreWaitedFor() {
        var answers = world.io.timeout(Duration.ofMillis(100)).emitWithAck("q");
        world.settle();
        assertThat(other.asked).containsExactly("ask [\"q\"]100");
        for (Joined each : List.of(ann, bob)) {
            each.says(each.hears().getFirst().replaceAll("42(\\d+).*", "43$1[1]"));
        }
        world.settle();
        assertThat(answers).isNotDone();
        RemoteAnswers remote = other.answers.getFirst();
        remote.asked(2);
        remote.counted(0);
        remote.counted(1);
        world.settle();
        assertThat(answers).isNotDone();
        remote.answered(
                new PacketData("[2]".getBytes(java.nio.charset.StandardCharsets.UTF_8), List.of()));
        world.settle();
        assertThat(answers.join()).extracting(each -> each.get(0).asInt()).containsExactly(1, 1, 2);
    }

    @Test
    void otherNodesAskSocketsHere() {
        var event =
                new PacketData(
                        "[\"q\"]".getBytes(java.nio.charset.StandardCharsets.UTF_8), List.of());
        List<Integer> counts = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        other.local.deliver(Selection.EVERYBODY, event);
        other.local.deliverWithAck(
                Selection.EVERYBODY,
                event,
                Duration.ofMillis(100),
                counts::add,
                answer -> answers.add(OtherNode.text(answer)));
        world.settle();
        assertThat(counts).containsExactly(2);
        List<String> heard = ann.hears();
        assertThat(heard.getFirst()).isEqualTo("42[\"q\"]");
        ann.says(heard.getLast().replaceAll("42(\\d+).*", "43$1[\"a\",2]"));
        world.passes(Duration.ofMillis(100));
        bob.says(bob.hears().getLast().replaceAll("42(\\d+).*", "43$1[\"late\"]"));
        world.settle();
        assertThat(answers).containsExactly("[\"a\",2]");
        assertThat(other.local.sockets(Selection.EVERYBODY)).hasSize(2);
    }

    @Test
    void nodesSpeakToEachOther() {
        List<String> heard = new ArrayList<>();
        world.io
                .root()
                .onServerSideEmit(
                        "say",
                        arguments -> {
                            heard.add(arguments.string(0));
                            arguments.ack().send("heard");
                        });
        world.io.root().serverSideEmit("say", 1);
        assertThat(other.asked).containsExactly("server side [\"say\",1]");
        List<String> answers = new ArrayList<>();
        other.local.onServerSideEmit(
                new PacketData(
                        "[\"say\",\"hi\"]".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        List.of()),
                answer -> answers.add(OtherNode.text(answer)));
        world.settle();
        assertThat(heard).containsExactly("hi");
        assertThat(answers).containsExactly("[\"heard\"]");
        var silent = world.io.root().serverSideEmitWithAck("say");
        other.answers.getFirst().asked(1);
        world.settle();
        world.passes(Duration.ofSeconds(10));
        assertThat(silent.exceptionNow()).isInstanceOf(AckTimeoutException.class);
        assertThatThrownBy(() -> world.io.root().serverSideEmit("connection"))
                .isInstanceOf(IllegalArgumentException.class);
        world.io.close();
        assertThat(other.asked).last().isEqualTo("close");
    }
}
