package dev.resound.socketio.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.socketio.ConnectRefusedException;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients of Socket.IO 2. */
@ParameterizedClass
@EnumSource
class RevisionThreeWireTest {
    private final Setting setting;

    RevisionThreeWireTest(Setting setting) {
        this.setting = setting;
    }

    private LiveServer server() throws IOException {
        return setting.server(builder -> builder.engine(engine -> engine.allowRevision3(true)))
                .echoes("/custom");
    }

    private Peer connect(LiveServer server) throws IOException {
        return server.connect(setting.carrier, 3, "");
    }

    @Test
    void theServerLetsAClientInByItself() throws IOException { // S54
        try (LiveServer server = server()) {
            Peer peer = connect(server);
            peer.hears("40", "42[\"auth\",{}]");
            assertThat(server.io.root().sockets()).containsOnlyKeys(peer.engineId());
            peer.says("42[\"message\",{\"3\":[true]}]", "427[\"message-with-ack\",null]");
            peer.hears("42[\"message-back\",{\"3\":[true]}]", "437[null]");
            peer.says("451-[\"message\",{\"_placeholder\":true,\"num\":0}]").saysBytes(1, 2);
            peer.hears("451-[\"message-back\",{\"_placeholder\":true,\"num\":0}]", "0x0102");
        }
    }

    @Test
    void askingForTheNamespaceItIsInCloses() throws IOException { // S54, S14
        try (LiveServer server = server()) {
            Peer peer = connect(server).hears("40", "42[\"auth\",{}]").says("40");
            peer.hears(Peer.END);
        }
    }

    @Test
    void whoIsRefusedIsToldTheDataOrTheMessage() throws IOException { // S54
        try (LiveServer server = server()) {
            server.io.use(socket -> {
                throw new ConnectRefusedException("no");
            });
            server.io
                    .of("/custom")
                    .use(socket -> {
                        throw new ConnectRefusedException("no", Map.of("code", 1));
                    });
            connect(server)
                    .hears("44\"no\"")
                    .says("40/custom")
                    .hears("44/custom,{\"code\":1}")
                    .says("40/unknown")
                    .hears("44/unknown,{\"message\":\"Invalid namespace\"}");
        }
    }

    @Test
    void aQueryInTheNamespaceProvesWhoItIs() throws IOException { // S55
        try (LiveServer server = server()) {
            Peer peer = connect(server).hears("40", "42[\"auth\",{}]");
            peer.says("40/custom?tok=1,")
                    .hears("40/custom,", "42/custom,[\"auth\",{\"tok\":\"1\"}]");
            assertThat(server.io.of("/custom").sockets())
                    .containsOnlyKeys("/custom#" + peer.engineId());
            peer.says("42/custom,[\"message\",1]").hears("42/custom,[\"message-back\",1]");
        }
    }
}
