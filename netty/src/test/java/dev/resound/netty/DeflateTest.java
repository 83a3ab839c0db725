package dev.resound.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Envelope;
import dev.resound.core.Frame;
import dev.resound.core.Hub;
import dev.resound.core.TopicName;
import dev.resound.core.WireFormat;
import dev.resound.core.socket.SocketEndpoint;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compressed messages on the wire, to and from peers that agreed to them and peers that did not.
 */
class DeflateTest {
    private static final int MAX_MESSAGE_BYTES = 100_000;
    private static final int THRESHOLD = ScriptedProtocol.DEFLATE_THRESHOLD_BYTES;
    private static final String OFFER = ScriptedProtocol.OFFER;
    private static final TopicName ROOM = new TopicName("test", "room");
    private static final TopicName OTHER = new TopicName("test", "other");
    private static final WireFormat FORMAT = envelope -> List.of(Frame.text(envelope.data()));

    private final Hub hub = new Hub();
    private final ScriptedProtocol protocol = new ScriptedProtocol();
    private final LinkedBlockingQueue<Close> closed = new LinkedBlockingQueue<>();
    private final List<WireClient> clients = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private Resound server;

    @BeforeEach
    void start() throws IOException {
        server =
                Resound.builder()
                        .port(0)
                        .loops(1)
                        .hub(hub)
                        .protocol(protocol)
                        .webSocket("/echo", echo().deflate(THRESHOLD).build())
                        .webSocket("/echo/usual", echo().deflate().build())
                        .start();
    }

    private SocketEndpoint.Builder<String> echo() {
        return SocketEndpoint.accepting(request -> "")
                .onLoop()
                .maxMessageBytes(MAX_MESSAGE_BYTES)
                .text((socket, text) -> socket.send(text))
                .binary((socket, bytes) -> socket.send(bytes))
                .close((socket, how) -> closed.add(how));
    }

    @AfterEach
    void stop() throws IOException {
        for (WireClient client : clients) {
            client.close();
        }
        server.close();
    }

    private WireClient open(String path, String headers) throws IOException {
        WireClient client = WireClient.open(server.port(), path, headers);
        clients.add(client);
        return client;
    }

    private Connection connection() throws InterruptedException {
        return ScriptedProtocol.take(protocol.opened);
    }

    private void publish(TopicName topic, String text, Connection... except) {
        var envelope = new Envelope(topic, "", Envelope.Kind.TEXT, text.getBytes(UTF_8), null);
        assertThat(hub.publish(envelope, except.length == 0 ? null : except[0])).isTrue();
    }

    private static void assertEcho(WireClient client, int opcode, byte[] message)
            throws IOException {
        client.send(new FrameBytes().frame(0x80 | 0x40 | opcode, Zlib.deflate(message)).bytes());
        WireClient.Received echo = client.receive();
        assertThat(echo.opcode()).isEqualTo(opcode);
        assertThat(echo.message()).isEqualTo(message);
        byte[] again = client.frame(true, opcode, message).receive().message();
        assertThat(again).isEqualTo(message);
    }

    // One connection

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 99, 100, 125, 126, 127, 4_000, 65_535, 65_536, 99_000})
    void messagesOfEverySizeAreEchoed(int size) throws IOException {
        WireClient client = open("/echo", OFFER);
        byte[] noise = new byte[size];
        new Random(size).nextBytes(noise);
        assertEcho(client, WireClient.TEXT, "x".repeat(size).getBytes(UTF_8));
        assertEcho(client, WireClient.BINARY, new byte[size]);
        assertEcho(client, WireClient.BINARY, noise);
    }

    @Test
    void messagesFromTheThresholdOnAreCompressed() throws IOException {
        WireClient client = open("/echo", OFFER);
        assertThat(client.text("x".repeat(THRESHOLD - 1)).receive().compressed()).isFalse();
        WireClient.Received compressed = client.text("x".repeat(THRESHOLD)).receive();
        assertThat(compressed.compressed()).isTrue();
        assertThat(compressed.payload()).hasSizeLessThan(20);
        WireClient usual = open("/echo/usual", OFFER);
        assertThat(usual.text("x".repeat(1023)).receive().compressed()).isFalse();
        assertThat(usual.text("x".repeat(1024)).receive().compressed()).isTrue();
    }

    @Test
    void whatWouldNotShrinkIsSentAsItIs() throws IOException {
        WireClient client = open("/echo", OFFER);
        for (int size : new int[] {100, 1_000, 90_000}) {
            byte[] noise = new byte[size];
            new Random(size).nextBytes(noise);
            WireClient.Received echo = client.frame(true, WireClient.BINARY, noise).receive();
            assertThat(echo.compressed()).isFalse();
            assertThat(echo.payload()).isEqualTo(noise);
        }
    }

    @Test
    void everyMessageIsCompressedForItself() throws Exception {
        WireClient client = open("/echo", OFFER);
        String text = "the same words again ".repeat(20);
        byte[] first = client.text(text).receive().payload();
        client.text("something else ".repeat(20)).receive();
        byte[] later = client.text(text).receive().payload();
        assertThat(later).isEqualTo(first);
        assertThat(Zlib.inflate(later)).isEqualTo(text.getBytes(UTF_8));
    }

    @Test
    void aFrameThatMayNotBeCompressedIsSentAsItIs() throws Exception {
        WireClient client = open("/", OFFER);
        Connection connection = connection();
        String text = "x".repeat(1_000);
        ScriptedProtocol.inOneTurn(
                connection,
                () -> {
                    connection.send(Frame.text(text).uncompressed());
                    connection.send(Frame.text(text));
                    connection.send(Frame.binary(new byte[1_000]).uncompressed());
                });
        WireClient.Received plain = client.receive();
        assertThat(plain.compressed()).isFalse();
        assertThat(plain.text()).isEqualTo(text);
        WireClient.Received compressed = client.receive();
        assertThat(compressed.compressed()).isTrue();
        assertThat(compressed.text()).isEqualTo(text);
        WireClient.Received binary = client.receive();
        assertThat(binary.compressed()).isFalse();
        assertThat(binary.opcode()).isEqualTo(WireClient.BINARY);
        assertThat(binary.payload()).hasSize(1_000);
    }

    @Test
    void controlFramesAreNeverCompressed() throws IOException {
        WireClient client = open("/echo", OFFER);
        byte[] payload = new byte[125];
        WireClient.Received pong = client.frame(true, WireClient.PING, payload).receive();
        assertThat(pong.compressed()).isFalse();
        assertThat(pong.payload()).isEqualTo(payload);
        WireClient.Received close = client.close(4001, "x".repeat(120)).receive();
        assertThat(close.compressed()).isFalse();
        assertThat(close.closeCode()).isEqualTo(4001);
    }

    @Test
    void fragmentedCompressedMessagesAndPingsBetweenThemAreAnsweredInOrder() throws IOException {
        WireClient client = open("/echo", OFFER);
        String text = "zażółć gęślą jaźń ".repeat(30);
        byte[] payload = Zlib.deflate(text.getBytes(UTF_8));
        client.send(
                new FrameBytes()
                        .frame(0x41, Arrays.copyOf(payload, 5))
                        .ping("one")
                        .frame(0x00, new byte[0])
                        .frame(0x00, Arrays.copyOfRange(payload, 5, 6))
                        .ping("two")
                        .frame(0x80, Arrays.copyOfRange(payload, 6, payload.length))
                        .text("plain")
                        .bytes());
        assertThat(client.receive().text()).isEqualTo("one");
        assertThat(client.receive().text()).isEqualTo("two");
        assertThat(client.receiveText()).isEqualTo(text);
        assertThat(client.receiveText()).isEqualTo("plain");
    }

    // Peers that mean harm

    @Test
    void aBombEndsItsConnectionAndNoOther() throws Exception {
        WireClient witness = open("/echo", OFFER);
        for (int inflated : new int[] {MAX_MESSAGE_BYTES + 1, 50 << 20}) {
            WireClient client = open("/echo", OFFER);
            client.send(new FrameBytes().frame(0xc2, Zlib.deflate(new byte[inflated])).bytes());
            assertThat(client.receiveClose().closeCode()).isEqualTo(1009);
            assertThat(client.isEnded()).isTrue();
            assertThat(ScriptedProtocol.take(closed).code()).isEqualTo(1009);
            assertEcho(witness, WireClient.TEXT, "still here".repeat(50).getBytes(UTF_8));
        }
    }

    @Test
    void garbageEndsItsConnectionAndNoOther() throws Exception {
        WireClient witness = open("/echo", OFFER);
        Random random = new Random(1007);
        for (int round = 0; round < 50; round++) {
            byte[] garbage = new byte[1 + random.nextInt(3_000)];
            random.nextBytes(garbage);
            garbage[0] = (byte) (garbage[0] | 6); // a block of the kind that does not exist
            WireClient client = open("/echo", OFFER);
            client.send(new FrameBytes().frame(0xc1, garbage).bytes());
            assertThat(client.receiveClose().closeCode()).isEqualTo(1007);
            assertThat(ScriptedProtocol.take(closed).code()).isEqualTo(1007);
        }
        assertEcho(witness, WireClient.TEXT, "still here".repeat(50).getBytes(UTF_8));
    }

    @Test
    void compressedTextThatIsNotUtf8EndsTheConnection() throws IOException {
        WireClient client = open("/echo", OFFER);
        client.send(new FrameBytes().frame(0xc1, Zlib.deflate(new byte[] {'a', -1})).bytes());
        assertThat(client.receiveClose().closeCode()).isEqualTo(1007);
    }

    // Many connections

    @Test
    void aBroadcastReachesEverybodyInTheRightForm() throws Exception {
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            open("/", i % 2 == 0 ? "" : OFFER);
            connections.add(connection());
        }
        String large = "large ".repeat(100);
        ScriptedProtocol.inOneTurn(
                connections.getFirst(),
                () -> {
                    for (Connection connection : connections) {
                        hub.join(ROOM, connection, FORMAT);
                    }
                    publish(ROOM, "small");
                    publish(ROOM, large);
                    publish(ROOM, large + "but not for two", connections.get(2));
                    publish(ROOM, large + "but not for three", connections.get(3));
                    publish(ROOM, "end");
                });
        for (int i = 0; i < 6; i++) {
            WireClient client = clients.get(i);
            boolean agreed = i % 2 == 1;
            assertThat(client.receive().text()).isEqualTo("small");
            WireClient.Received frame = client.receive();
            assertThat(frame.compressed()).isEqualTo(agreed);
            assertThat(frame.text()).isEqualTo(large);
            if (i != 2) {
                assertThat(client.receiveText()).isEqualTo(large + "but not for two");
            }
            if (i != 3) {
                assertThat(client.receiveText()).isEqualTo(large + "but not for three");
            }
            WireClient.Received last = client.receive();
            assertThat(last.compressed()).isFalse();
            assertThat(last.text()).isEqualTo("end");
        }
    }

    @Test
    void connectionsThatAgreedShareAWriterAndSoOneCompression() throws Exception {
        open("/", OFFER);
        Connection one = connection();
        open("/", OFFER);
        Connection two = connection();
        open("/", "");
        Connection plain = connection();
        assertThat(one.writer()).isSameAs(two.writer()).isNotSameAs(plain.writer());
    }

    @Test
    void directSendsKeepTheirPlaceBetweenCompressedPublishes() throws Exception {
        WireClient client = open("/", OFFER);
        Connection connection = connection();
        WireClient other = open("/", "");
        Connection otherConnection = connection();
        List<String> expected = new ArrayList<>();
        ScriptedProtocol.inOneTurn(
                connection,
                () -> {
                    for (TopicName topic : List.of(ROOM, OTHER)) {
                        hub.join(topic, connection, FORMAT);
                        hub.join(topic, otherConnection, FORMAT);
                    }
                    for (int i = 0; i < 600; i++) {
                        String text = i + " " + "word ".repeat(i % 50);
                        expected.add(text);
                        switch (i % 3) {
                            case 0 -> publish(ROOM, text);
                            case 1 -> publish(OTHER, text);
                            default -> {
                                connection.send(Frame.text(text));
                                otherConnection.send(Frame.text(text));
                            }
                        }
                    }
                });
        for (String text : expected) {
            assertThat(client.receiveText()).isEqualTo(text);
            WireClient.Received plain = other.receive();
            assertThat(plain.compressed()).isFalse();
            assertThat(plain.text()).isEqualTo(text);
        }
    }

    @Test
    void aLaggardWithCompressionDoesNotHoldUpThoseWithout() throws Exception {
        WireClient slow = WireClient.connect(server.port(), 4 << 10);
        clients.add(slow);
        assertThat(slow.upgrade("/", OFFER).status()).isEqualTo(101);
        Connection laggard = connection();
        WireClient plain = open("/", "");
        Connection other = connection();
        ScriptedProtocol.inOneTurn(
                laggard,
                () -> {
                    hub.join(ROOM, laggard, FORMAT);
                    hub.join(ROOM, other, FORMAT);
                });
        Random random = new Random(4096);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            StringBuilder text = new StringBuilder();
            for (int c = 0; c < 12_000; c++) {
                text.append((char) ('0' + random.nextInt(64)));
            }
            expected.add(text.toString());
            ScriptedProtocol.inOneTurn(laggard, () -> publish(ROOM, text.toString()));
            assertThat(plain.receiveText()).isEqualTo(text.toString());
        }
        long[] backlog = new long[1];
        ScriptedProtocol.inOneTurn(laggard, () -> backlog[0] = laggard.backlogBytes());
        assertThat(backlog[0]).as("bytes kept back").isPositive();
        for (String text : expected) {
            assertThat(slow.receiveText()).isEqualTo(text);
        }
        await().until(() -> {
            ScriptedProtocol.inOneTurn(laggard, () -> backlog[0] = laggard.backlogBytes());
            return backlog[0] == 0;
        });
    }
}
