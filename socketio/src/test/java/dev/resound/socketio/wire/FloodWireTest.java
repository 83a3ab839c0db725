package dev.resound.socketio.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.socketio.Arguments;
import dev.resound.socketio.Socket;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** More than somebody can take: of the server, or of the client. */
class FloodWireTest {
    private static final String KILOBYTE = "x".repeat(1_000);

    /** Whose handlers do not get on until they are let. */
    private static LiveServer blocked(CountDownLatch released) throws IOException {
        LiveServer server = LiveServer.start();
        return server.onConnection(socket ->
                socket.on(
                        "number",
                        arguments -> {
                            released.await();
                            server.note(String.valueOf(arguments.get(0).intValue()));
                        }));
    }

    private static String number(int i) {
        return "42[\"number\"," + i + ",\"" + KILOBYTE + "\"]";
    }

    private static void hasNotedAll(LiveServer server, int count) {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            expected.add(String.valueOf(i));
        }
        assertThat(server.notes(count)).containsExactlyElementsOf(expected);
    }

    private static List<Peer> witnesses(LiveServer server) throws IOException {
        List<Peer> witnesses = new ArrayList<>();
        for (int i = 0; i < 4; i++) { // two of them on the flooder's loop
            Peer witness = server.connect(Carrier.WEBSOCKET);
            witness.join("40");
            witnesses.add(witness);
        }
        return witnesses;
    }

    private static void areServed(List<Peer> witnesses) throws IOException {
        for (int i = 0; i < 10; i++) {
            for (Peer witness : witnesses) {
                witness.hearsNothing();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WEBSOCKET", "UPGRADED"})
    void aClientThatIsFasterThanItsHandlerIsPausedAndNothingIsLost(Carrier carrier)
            throws IOException {
        int count = 1_900; // within what the transport takes at once
        String large = "x".repeat(15_000); // all in all far more than the kernel keeps on the way
        var released = new CountDownLatch(1);
        try (LiveServer server = blocked(released)) {
            AtomicInteger read = server.counting("number");
            List<Peer> witnesses = witnesses(server);
            Peer flooder = server.connect(carrier);
            flooder.join("40");
            flooder.hearsNothing();
            CompletableFuture<Void> writing =
                    CompletableFuture.runAsync(() -> {
                        try {
                            for (int i = 0; i < count; i++) {
                                flooder.says("42[\"number\"," + i + ",\"" + large + "\"]");
                            }
                        } catch (IOException failure) {
                            throw new UncheckedIOException(failure);
                        }
                    });
            Until.holds("a full mailbox", () -> read.get() >= 64);
            areServed(witnesses);
            assertThat(read).as("read of the flooder").hasValueLessThan(200);
            assertThat(writing).as("the kernel takes no more").isNotDone();
            released.countDown();
            Until.done(writing);
            flooder.hearsNothing();
            hasNotedAll(server, count);
        }
    }

    @Test
    void aPollingClientWaitsForItsPostToBeAnswered() throws IOException {
        var released = new CountDownLatch(1);
        try (LiveServer server = blocked(released)) {
            AtomicInteger read = server.counting("number");
            List<Peer> witnesses = witnesses(server);
            Peer flooder = server.connect(Carrier.POLLING);
            flooder.join("40");
            String[] numbers = new String[900];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = number(i);
            }
            flooder.postUnanswered(numbers);
            Until.holds("the post", () -> read.get() == numbers.length);
            areServed(witnesses);
            assertThat(flooder.posts().hears(1)).isFalse();
            released.countDown();
            assertThat(flooder.posts().readResponse().status()).isEqualTo(200);
            hasNotedAll(server, numbers.length);
            flooder.hearsNothing();
        }
    }

    /** An unfriendly client does not wait: a second post at a time is against the rules. */
    @Test
    void aPollingClientThatDoesNotWaitIsClosed() throws IOException {
        var released = new CountDownLatch(1);
        try (LiveServer server = blocked(released)) {
            server.io.onConnection(socket ->
                    socket.onDisconnect((reason, text) -> server.note(reason.wireName())));
            AtomicInteger read = server.counting("number");
            List<Peer> witnesses = witnesses(server);
            Peer flooder = server.connect(Carrier.POLLING);
            flooder.join("40");
            String[] numbers = new String[200];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = number(i);
            }
            flooder.postUnanswered(numbers);
            Until.holds("the post", () -> read.get() == numbers.length);
            try (WireClient second = server.wire()) {
                second.request(
                        "POST",
                        "/socket.io/?EIO=4&transport=polling&sid=" + flooder.engineId(),
                        "Content-Type: text/plain\r\n",
                        "42[\"number\",-1]".getBytes(US_ASCII));
                assertThat(second.readResponse().status()).isEqualTo(400);
            }
            flooder.hears(Peer.END);
            areServed(witnesses);
            released.countDown();
            assertThat(server.notes(numbers.length + 1)).endsWith("199", "transport error");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WEBSOCKET", "POLLING", "UPGRADED"})
    void aClientThatDoesNotTakeWhatItIsSentIsEndedAndTheOthersAreNot(Carrier carrier)
            throws IOException {
        try (LiveServer server = LiveServer.start()) {
            server.onConnection(socket -> {
                socket.on(
                        "flood",
                        arguments -> {
                            while (server.io.root().sockets().containsKey(socket.id())) {
                                socket.emit("drop", KILOBYTE);
                            }
                        });
                socket.onDisconnect((reason, text) -> server.note(reason.wireName() + ": " + text));
            });
            List<Peer> witnesses = witnesses(server);
            Peer deaf = server.connect(carrier);
            deaf.join("40");
            deaf.says("42[\"flood\"]");
            while (server.notes().isEmpty()) {
                areServed(witnesses);
            }
            assertThat(server.notes()).containsExactly("transport error: slow consumer");
            areServed(witnesses);
            assertThat(server.io.root().sockets()).hasSize(witnesses.size());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WEBSOCKET", "POLLING", "UPGRADED"})
    void questionsThatAreNeverAnsweredAreBounded(Carrier carrier) throws IOException {
        try (LiveServer server = LiveServer.start().onConnection(socket -> {})) {
            Peer silent = server.connect(carrier);
            Socket<?> socket = server.socket(silent.join("40").id());
            CompletableFuture<Arguments> oldest = socket.emitWithAck("question");
            List<CompletableFuture<Arguments>> others = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                others.add(socket.emitWithAck("question"));
                if (i % 100 == 99) {
                    for (int k = 0; k < 100; k++) {
                        assertThat(silent.next()).startsWith("42");
                    }
                }
            }
            assertThat(Until.failed(oldest)).hasMessage("operation has timed out");
            assertThat(others.getLast()).isNotDone();
            silent.says("4310001[\"yes\"]");
            assertThat(Until.done(others.getLast()).string(0)).isEqualTo("yes");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WEBSOCKET", "POLLING", "UPGRADED"})
    void attachmentsThatDoNotComeInTimeClose(Carrier carrier) throws IOException {
        try (LiveServer server =
                LiveServer.start(builder -> builder.attachmentTimeout(Duration.ofMillis(200)))
                        .echoes()) {
            Peer witness = server.joined(Carrier.WEBSOCKET);
            String packet = "452-[\"message\",{\"_placeholder\":true,\"num\":0}]";
            server.joined(carrier).says(packet).saysBytes(1).hears(Peer.END);
            witness.hearsNothing();
            assertThat(server.notes(1).getFirst()).startsWith("forced ");
        }
    }

    /** Over polling first, with a WebSocket that may take over at any moment. */
    @Test
    void aBreachWhileTheTransportChangesCloses() throws IOException {
        try (LiveServer server = LiveServer.start().echoes()) {
            Peer witness = server.joined(Carrier.WEBSOCKET);
            for (String packet :
                    List.of(
                            "4abc", // S13
                            "40", // S14
                            "42/other,[\"x\"]", // S15
                            "44{\"message\":\"x\"}", // S16
                            "42[\"connect\"]", // S17
                            "450-[\"x\"]")) { // S19
                Peer bad = server.joined(Carrier.UPGRADING);
                assertThat(bad.isPolling()).isTrue();
                bad.says(packet).hears(Peer.END);
                assertThat(bad.isPolling()).isFalse();
            }
            witness.hearsNothing();
            Until.holds("their end", () -> server.io.root().sockets().size() == 1);
        }
    }
}
