package dev.resound.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.engineio.CloseReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DynamicNamespaceTest {
    private final World world = new World();
    private final List<String> created = new ArrayList<>();

    DynamicNamespaceTest() {
        world.io.onNamespaceCreated(namespace -> created.add(namespace.name()));
    }

    @Test
    void aPatternMakesOneChildForAll() { // S41
        List<String> connected = new ArrayList<>();
        world.io
                .of(Pattern.compile("^/dynamic-\\d+$"))
                .onConnection(socket -> connected.add(socket.namespace().name()));
        var ann = world.client(world.a).says("40/dynamic-1,");
        var bob = world.client(world.b).says("40/dynamic-1,", "40/dynamic-x,");
        world.settle();
        assertThat(connected).containsExactly("/dynamic-1", "/dynamic-1");
        assertThat(created).containsExactly("/dynamic-1");
        assertThat(ann.hears()).singleElement().asString().startsWith("40/dynamic-1,{");
        assertThat(bob.hears())
                .contains("44/dynamic-x,{\"message\":\"Invalid namespace\"}")
                .hasSize(2);
    }

    @Test
    void matchersAreAskedInTheirOrderUntilOneAccepts() { // S41
        List<String> asked = new ArrayList<>();
        CompletableFuture<Boolean> first = new CompletableFuture<>();
        world.io.of((name, handshake) -> {
            asked.add("first " + name + handshake.auth());
            return first;
        });
        world.io.of((name, handshake) -> {
            asked.add("second");
            return CompletableFuture.completedFuture(true);
        });
        world.io.of((name, handshake) -> {
            asked.add("third");
            return CompletableFuture.completedFuture(true);
        });
        var client = world.client().says("40/x,{\"a\":1}");
        world.settle();
        assertThat(asked).containsExactly("first /x{\"a\":1}");
        first.complete(false);
        world.settle();
        assertThat(asked).containsExactly("first /x{\"a\":1}", "second");
        assertThat(client.hears()).hasSize(1);
    }

    @Test
    void aMatcherThatFailsHasNotAccepted() {
        world.io.of((name, handshake) -> {
            throw new IllegalStateException("no");
        });
        world.io.of((name, handshake) -> CompletableFuture.failedFuture(new Exception("no")));
        var client = world.client().says("40/x,");
        world.settle();
        assertThat(client.hears()).containsExactly("44/x,{\"message\":\"Invalid namespace\"}");
    }

    @Test
    void clientsThatRaceShareOneChild() { // S41
        CompletableFuture<Boolean> slow = new CompletableFuture<>();
        world.io.of((name, handshake) -> slow);
        var ann = world.client(world.a).says("40/x,");
        var bob = world.client(world.b).says("40/x,");
        world.settle();
        slow.complete(true);
        world.settle();
        assertThat(created).containsExactly("/x");
        assertThat(world.io.of("/x").sockets()).hasSize(2);
        assertThat(ann.hears()).hasSize(1);
        assertThat(bob.hears()).hasSize(1);
    }

    @Test
    void askingAgainWhileAMatcherDecidesCloses() {
        world.io.of((name, handshake) -> new CompletableFuture<>());
        var client = world.client().says("40/x,", "40/x,");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void whoIsGoneWhileAMatcherDecidesMakesNothing() {
        CompletableFuture<Boolean> slow = new CompletableFuture<>();
        world.io.of((name, handshake) -> slow);
        var client = world.client().says("40/x,");
        world.settle();
        client.ends(CloseReason.TRANSPORT_CLOSE);
        slow.complete(true);
        world.settle();
        assertThat(created).isEmpty();
    }

    @Test
    void aChildBeginsWithWhatItsParentHad() {
        List<String> heard = new ArrayList<>();
        ParentNamespace<Map<String, Object>> parent = world.io.of(Pattern.compile("^/d"));
        parent.use(socket -> heard.add("middleware"));
        parent.onConnection(socket -> heard.add("connection"));
        world.client().says("40/d1,");
        world.settle();
        parent.onConnection(socket -> heard.add("later"));
        world.client().says("40/d1,");
        world.settle();
        assertThat(heard).containsExactly("middleware", "connection", "middleware", "connection");
    }

    @Test
    void whatIsSaidToTheParentIsSaidToItsChildren() { // S42
        var parent = world.io.of(Pattern.compile("^/dynamic-\\d+$"));
        var child = world.io.of("/dynamic-101");
        assertThat(created).containsExactly("/dynamic-101");
        world.io.of("/other");
        var ann = world.join(world.a, "/dynamic-101");
        var bob = world.join(world.b, "/dynamic-102");
        var cid = world.join(world.b, "/other");
        bob.socket().join("x");
        parent.emit("hi");
        parent.to("x").emit("only x");
        world.settle();
        assertThat(ann.hears()).containsExactly("42/dynamic-101,[\"hi\"]");
        assertThat(bob.hears())
                .containsExactly("42/dynamic-102,[\"hi\"]", "42/dynamic-102,[\"only x\"]");
        assertThat(cid.hears()).isEmpty();
        assertThat(child.sockets()).hasSize(1);
        assertThat(parent.fetchSockets().exceptionNow())
                .hasMessage("not supported on parent namespaces");
    }

    @Test
    void childrenStayUnlessTheyAreCleanedUp() {
        world.io.of(Pattern.compile("^/d"));
        world.join(world.a, "/d1").says("41/d1,");
        world.settle();
        var again = world.client().says("40/d1,");
        world.settle();
        assertThat(again.hears()).hasSize(1);
        assertThat(created).containsExactly("/d1");
    }

    @Test
    void theLastToLeaveTakesTheChildAlong() { // S43
        List<String> made = new ArrayList<>();
        var tidy = new World(builder -> builder.cleanupEmptyChildNamespaces(true));
        tidy.io.onNamespaceCreated(namespace -> made.add(namespace.name()));
        var parent = tidy.io.of(Pattern.compile("^/d"));
        var ann = tidy.client(tidy.a).says("40/d1,");
        var bob = tidy.client(tidy.b).says("40/d1,");
        tidy.settle();
        ann.says("41/d1,");
        tidy.settle();
        tidy.client().says("40/d1,");
        tidy.settle();
        assertThat(made).containsExactly("/d1");
        bob.ends(CloseReason.TRANSPORT_CLOSE);
        tidy.io.of("/d1").disconnectSockets(true);
        tidy.settle();
        parent.use(socket -> {
            throw new ConnectRefusedException("no");
        });
        tidy.client().says("40/d1,");
        tidy.settle();
        tidy.client().says("40/d1,");
        tidy.settle();
        assertThat(made).containsExactly("/d1", "/d1", "/d1");
    }

    @Test
    void aSocketOnItsWayInKeepsTheChild() { // S43
        var tidy = new World(builder -> builder.cleanupEmptyChildNamespaces(true));
        CompletableFuture<Void> decision = new CompletableFuture<>();
        tidy.io
                .of(Pattern.compile("^/d"))
                .useAsync(socket ->
                        socket.handshake().authPresent()
                                ? decision
                                : CompletableFuture.completedFuture(null));
        var first = tidy.client().says("40/d1,");
        tidy.settle();
        var waiting = tidy.client().says("40/d1,{}");
        tidy.settle();
        first.says("41/d1,");
        tidy.settle();
        decision.complete(null);
        tidy.settle();
        tidy.io.of("/d1").emit("hi");
        tidy.settle();
        assertThat(waiting.hears()).hasSize(2).last().isEqualTo("42/d1,[\"hi\"]");
    }
}
