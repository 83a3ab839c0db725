package dev.resound.socketio.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.engineio.Admission;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionWireTest {
    private static final byte[] NOTHING = {};
    private static final String UPGRADE =
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: "
                    + WireClient.KEY
                    + "\r\n";

    @ParameterizedTest
    @ValueSource(strings = {"polling", "websocket"})
    void aClientThatGaveUpWhileItWasDecidedAboutLeavesNothingBehind(String transport)
            throws IOException { // S57
        Queue<CompletableFuture<Admission>> undecided = new ConcurrentLinkedQueue<>();
        try (LiveServer server =
                LiveServer.start(builder ->
                        builder.engine(engine ->
                                engine.admission(request -> {
                                    var verdict = new CompletableFuture<Admission>();
                                    undecided.add(verdict);
                                    return verdict;
                                })))) {
            String target = "/socket.io/?EIO=4&transport=" + transport;
            String headers = transport.equals("websocket") ? UPGRADE : "";
            for (int i = 0; i < 4; i++) {
                try (WireClient client = server.wire()) {
                    client.request("GET", target, headers, NOTHING);
                    int asked = i + 1;
                    Until.holds("the question", () -> undecided.size() == asked);
                }
            }
            try (WireClient patient = server.wire()) {
                patient.request("GET", target, headers, NOTHING);
                Until.holds("the question", () -> undecided.size() == 5);
                undecided.forEach(verdict -> verdict.complete(Admission.accept()));
                assertThat(patient.readResponse().status()).isIn(200, 101);
                Until.holds("one session", () -> server.io.engine().sessions() == 1);
            }
        }
    }
}
