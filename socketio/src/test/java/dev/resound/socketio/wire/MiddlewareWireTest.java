package dev.resound.socketio.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.socketio.ConnectRefusedException;
import dev.resound.socketio.Namespace;
import dev.resound.socketio.ParentNamespace;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Who has a say in who connects. */
@ParameterizedClass
@EnumSource
class MiddlewareWireTest {
    private final Setting setting;

    MiddlewareWireTest(Setting setting) {
        this.setting = setting;
    }

    @Test
    void whatAMiddlewareEmitsComesBeforeTheReply() throws IOException { // S24
        try (LiveServer server = setting.server()) {
            server.io.use(socket -> socket.emit("early", 1));
            Peer peer = server.connect(setting.carrier).says("40").hears("42[\"early\",1]");
            Peer.joined(peer.next());
        }
    }

    @Test
    void whoIsRefusedIsToldWhyAndMayTryAgain() throws IOException { // S25
        try (LiveServer server = setting.server().echoes()) {
            server.io.use(socket -> {
                if (!socket.handshake().auth().path("token").asString("").equals("abc")) {
                    throw new ConnectRefusedException("Not authorized", Map.of("code", "E1"));
                }
            });
            Peer peer = server.connect(setting.carrier);
            peer.says("40").hears("44{\"message\":\"Not authorized\",\"data\":{\"code\":\"E1\"}}");
            peer.says("40{\"token\":\"abd\"}")
                    .hears("44{\"message\":\"Not authorized\",\"data\":{\"code\":\"E1\"}}");
            peer.join("40{\"token\":\"abc\"}");
            peer.hears("42[\"auth\",{\"token\":\"abc\"}]").hearsNothing();
            assertThat(server.io.root().sockets()).hasSize(1);
        }
    }

    @Test
    void whoIsRefusedWithoutDataIsToldTheMessageAlone() throws IOException { // S25
        try (LiveServer server = setting.server().echoes("/custom")) {
            server.io
                    .of("/custom")
                    .use(socket -> {
                        throw new ConnectRefusedException("no");
                    });
            Peer peer = server.joined(setting.carrier);
            peer.says("40/custom,").hears("44/custom,{\"message\":\"no\"}").hearsNothing();
        }
    }

    @Test
    void whoLeavesWhileItIsDecidedNeverConnects() throws IOException { // S26
        var asked = new CompletableFuture<Boolean>();
        var verdict = new CompletableFuture<Boolean>();
        try (LiveServer server =
                setting.server(builder -> builder.cleanupEmptyChildNamespaces(true))) {
            ParentNamespace<Map<String, Object>> parent = server.io.of(Pattern.compile("^/dyn"));
            parent.useAsync(socket -> {
                socket.join("room");
                asked.complete(true);
                return verdict;
            });
            parent.onConnection(socket -> server.note("connected"));
            Peer peer = server.connect(setting.carrier).says("40/dyn,");
            Until.done(asked);
            Namespace<Map<String, Object>> child = server.io.of("/dyn");
            peer.leaves();
            server.awaitNoSessions();
            verdict.complete(true);
            Until.holds(
                    "the end of the namespace",
                    () -> server.io.namespaces().equals(List.of(server.io.root())));
            child.to("room").emit("nobody");
            assertThat(child.sockets()).isEmpty();
            Peer next = server.connect(setting.carrier);
            next.join("40/dyn,");
            assertThat(server.notes(1)).containsExactly("connected");
        }
    }

    @Test
    void anEventSentWhileItIsDecidedCloses() throws IOException { // S15
        var verdict = new CompletableFuture<Boolean>();
        try (LiveServer server = setting.server().echoes()) {
            server.io.root().useAsync(socket -> verdict);
            server.connect(setting.carrier).says("40", "42[\"message\"]").hears(Peer.END);
            verdict.complete(true);
            Peer next = server.joined(setting.carrier);
            next.hearsNothing();
            assertThat(server.io.root().sockets()).hasSize(1);
        }
    }

    @Test
    void askingTwiceWhileItIsDecidedCloses() throws IOException { // S14
        var verdict = new CompletableFuture<Boolean>();
        try (LiveServer server = setting.server().echoes()) {
            server.io.root().useAsync(socket -> verdict);
            server.connect(setting.carrier).says("40", "40").hears(Peer.END);
            assertThat(server.notes()).isEmpty();
        }
    }
}
