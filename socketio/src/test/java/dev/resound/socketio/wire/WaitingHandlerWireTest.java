package dev.resound.socketio.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.socketio.AckTimeoutException;
import dev.resound.socketio.Arguments;
import dev.resound.socketio.Socket;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Handlers that wait for the client's answer while the client goes on sending: it is not read from
 * when too much waits, but then nothing would ever be read that lets the handler go on.
 */
@ParameterizedClass
@EnumSource
class WaitingHandlerWireTest {
    private static final int MANY = 500;

    private final Carrier carrier;

    WaitingHandlerWireTest(Carrier carrier) {
        this.carrier = carrier;
    }

    /** Notes numbers and answers; asks in this way when it is told to. */
    private static LiveServer server(Question question) throws IOException {
        LiveServer server = LiveServer.start();
        return server.onConnection(socket -> {
            socket.on("number", arguments -> server.note(arguments.get(0).asString()));
            socket.on("ask", arguments -> server.note(question.ask(server, socket)));
        });
    }

    @FunctionalInterface
    private interface Question {
        String ask(LiveServer server, Socket<Map<String, Object>> socket) throws Exception;
    }

    private static String[] andNumbers(int count, String... first) {
        List<String> packets = new ArrayList<>(List.of(first));
        for (int i = 0; i < count; i++) {
            packets.add("42[\"number\",\"" + i + "\"]");
        }
        return packets.toArray(String[]::new);
    }

    private static void hasNoted(LiveServer server, int numbers, String... first) {
        List<String> expected = new ArrayList<>(List.of(first));
        for (int i = 0; i < numbers; i++) {
            expected.add(String.valueOf(i));
        }
        assertThat(server.notes(expected.size())).containsExactlyElementsOf(expected);
    }

    @Test
    void theAnswerGetsThrough() throws IOException {
        try (LiveServer server =
                server((at, socket) -> socket.emitWithAck("question").get().string(0))) {
            Peer peer = server.connect(carrier);
            peer.join("40");
            peer.says(andNumbers(MANY, "42[\"ask\"]"));
            peer.hears("421[\"question\"]").says("431[\"yes\"]").hearsNothing();
            hasNoted(server, MANY, "yes");
        }
    }

    @Test
    void theAnswerGetsThroughToWhoAsksWhenTooMuchWaitsAlready() throws IOException {
        var told = new CountDownLatch(1);
        try (LiveServer server =
                server((at, socket) -> {
                    told.await();
                    return socket.emitWithAck("question").get().string(0);
                })) {
            AtomicInteger read = server.counting("number");
            Peer peer = server.connect(carrier);
            peer.join("40");
            peer.hearsNothing(); // its mailbox is empty
            boolean polling = peer.isPolling();
            if (polling) {
                peer.postUnanswered(andNumbers(MANY, "42[\"ask\"]"));
            } else {
                peer.says(andNumbers(MANY, "42[\"ask\"]"));
            }
            // 64 calls, of which the question may still be one
            Until.holds("a mailbox with too much in it", () -> read.get() >= 63);
            told.countDown();
            if (polling) {
                assertThat(peer.posts().readResponse().status()).isEqualTo(200);
            }
            peer.hears("421[\"question\"]").says("431[\"yes\"]").hearsNothing();
            hasNoted(server, MANY, "yes");
        }
    }

    @Test
    void theAnswerToABroadcastGetsThrough() throws IOException {
        try (LiveServer server =
                server((at, socket) -> {
                    List<Arguments> answers = at.io.broadcast().emitWithAck("question").get();
                    return answers.size() + answers.getFirst().string(0);
                })) {
            Peer peer = server.connect(carrier);
            peer.join("40");
            peer.says(andNumbers(MANY, "42[\"ask\"]"));
            peer.hears("421073741824[\"question\"]");
            peer.says("431073741824[\"yes\"]").hearsNothing();
            hasNoted(server, MANY, "1yes");
        }
    }

    @Test
    void theAnswerOfAnotherSocketOfTheClientGetsThrough() throws IOException {
        try (LiveServer server =
                server((at, socket) ->
                        at.io.of("/other")
                                .sockets()
                                .values()
                                .iterator()
                                .next()
                                .emitWithAck("question")
                                .get()
                                .string(0))) {
            server.io.of("/other");
            Peer peer = server.connect(carrier);
            peer.join("40");
            peer.join("40/other,");
            peer.says(andNumbers(MANY, "42[\"ask\"]"));
            peer.hears("42/other,1[\"question\"]").says("43/other,1[\"yes\"]").hearsNothing();
            hasNoted(server, MANY, "yes");
        }
    }

    /** Nobody can have the server keep any amount for an answer that is to come. */
    @Test
    void anAnswerBehindTooMuchComesTooLateAndNothingElseIsLost() throws IOException {
        int tooMany = 3_000;
        try (LiveServer server =
                server((at, socket) -> {
                    try {
                        return socket.timeout(Duration.ofMillis(500))
                                .emitWithAck("question")
                                .get()
                                .string(0);
                    } catch (ExecutionException failure) {
                        assertThat(failure.getCause()).isInstanceOf(AckTimeoutException.class);
                        return "too late";
                    }
                })) {
            Peer peer = server.connect(carrier);
            peer.join("40");
            peer.says(andNumbers(tooMany, "42[\"ask\"]"));
            peer.hears("421[\"question\"]").says("431[\"yes\"]").hearsNothing();
            hasNoted(server, tooMany, "too late");
        }
    }
}
