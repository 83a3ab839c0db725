package dev.resound.socketio.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.socketio.ConnectRefusedException;
import dev.resound.socketio.Namespace;
import dev.resound.socketio.ParentNamespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Namespaces that come into being when somebody asks for them. */
@ParameterizedClass
@EnumSource
class DynamicNamespaceWireTest {
    private static final int CLIENTS = 6;

    private final Setting setting;

    DynamicNamespaceWireTest(Setting setting) {
        this.setting = setting;
    }

    @Test
    void clientsThatAskAtTheSameTimeShareOneChild() throws IOException { // S41
        try (LiveServer server = setting.server()) {
            server.io.onNamespaceCreated(made -> server.note(made.name()));
            server.io
                    .of(Pattern.compile("^/dynamic-\\d+$"))
                    .onConnection(socket -> socket.emit("hello", socket.namespace().name()));
            meetIn(server, "/dynamic-1");
            server.connect(setting.carrier)
                    .says("40/dynamic-x,")
                    .hears("44/dynamic-x,{\"message\":\"Invalid namespace\"}");
        }
    }

    @Test
    void clientsThatAreDecidedAboutAtTheSameTimeShareOneChild() throws IOException { // S41
        var verdict = new CompletableFuture<Boolean>();
        var asked = new AtomicInteger();
        try (LiveServer server = setting.server()) {
            server.io.onNamespaceCreated(made -> server.note(made.name()));
            server.io.of((name, handshake) -> {
                if (asked.incrementAndGet() == CLIENTS) {
                    verdict.complete(true);
                }
                return verdict;
            });
            server.io
                    .of(Pattern.compile("^/late"))
                    .onConnection(socket -> server.note("the wrong parent"));
            List<Peer> peers = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                peers.add(server.connect(setting.carrier).says("40/late,{\"token\":1}"));
            }
            for (Peer peer : peers) {
                Peer.joined(peer.next());
            }
            assertThat(server.notes()).containsExactly("/late");
            assertThat(server.io.of("/late").sockets()).hasSize(CLIENTS);
        }
    }

    private void meetIn(LiveServer server, String namespace) throws IOException {
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            peers.add(server.connect(setting.carrier));
        }
        for (Peer peer : peers) {
            peer.says("40" + namespace + ",");
        }
        for (Peer peer : peers) {
            Peer.joined(peer.next());
            peer.hears("42" + namespace + ",[\"hello\",\"" + namespace + "\"]");
        }
        assertThat(server.notes()).containsExactly(namespace);
        server.io.of(namespace).emit("all");
        for (Peer peer : peers) {
            peer.hears("42" + namespace + ",[\"all\"]");
        }
    }

    @Test
    void aNamespaceTheApplicationNamesBelongsToTheParentThatMatches() throws IOException { // S42
        try (LiveServer server = setting.server()) {
            ParentNamespace<Map<String, Object>> parent =
                    server.io.of(Pattern.compile("^/dynamic-\\d+$"));
            parent.onConnection(socket -> socket.emit("from the parent"));
            server.io.of("dynamic-101").onConnection(socket -> socket.emit("its own"));
            Peer first = server.connect(setting.carrier);
            first.join("40/dynamic-101,");
            first.hears("42/dynamic-101,[\"from the parent\"]", "42/dynamic-101,[\"its own\"]");
            Peer second = server.connect(setting.carrier);
            second.join("40/dynamic-102,");
            second.hears("42/dynamic-102,[\"from the parent\"]");
            parent.emit("children", 1);
            first.hears("42/dynamic-101,[\"children\",1]");
            second.hears("42/dynamic-102,[\"children\",1]");
            assertThat(Until.failed(parent.fetchSockets()))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void aChildGoesWithTheLastWhoIsInItAndComesAgain() throws IOException { // S43
        try (LiveServer server =
                setting.server(builder -> builder.cleanupEmptyChildNamespaces(true))) {
            server.io
                    .of(Pattern.compile("^/dyn-"))
                    .onConnection(
                            socket -> socket.onDisconnect((reason, text) -> server.note("gone")));
            Peer first = server.connect(setting.carrier);
            Peer second = server.connect(setting.carrier);
            first.join("40/dyn-1,");
            second.join("40/dyn-1,");
            first.says("41/dyn-1,");
            server.notes(1);
            assertThat(names(server)).containsExactlyInAnyOrder("/", "/dyn-1");
            second.leaves();
            Until.holds("the child's end", () -> names(server).equals(List.of("/")));
            first.join("40/dyn-1,");
            assertThat(names(server)).containsExactlyInAnyOrder("/", "/dyn-1");
        }
    }

    @Test
    void aChildGoesWhenEverybodyWasRefused() throws IOException { // S43
        try (LiveServer server =
                setting.server(builder -> builder.cleanupEmptyChildNamespaces(true))) {
            server.io
                    .of(Pattern.compile("^/dyn-"))
                    .use(socket -> {
                        if (!socket.handshake().authPresent()) {
                            throw new ConnectRefusedException("no");
                        }
                    });
            Peer peer = server.connect(setting.carrier);
            peer.says("40/dyn-1,").hears("44/dyn-1,{\"message\":\"no\"}");
            assertThat(names(server)).containsExactly("/");
            peer.join("40/dyn-1,{}");
            assertThat(server.io.of("/dyn-1").sockets()).hasSize(1);
        }
    }

    private static List<String> names(LiveServer server) {
        return server.io.namespaces().stream().map(Namespace::name).toList();
    }
}
