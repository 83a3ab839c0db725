package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resound.socketio.PacketData;
import dev.resound.socketio.Selection;
import dev.resound.socketio.SocketDescription;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Node's servers have said, and what they would not say. */
class ClusterCodecTest {
    private static final Map<String, byte[]> RECORDED = recorded();
    private static final Selection EVERYBODY =
            new Selection(Set.of(), Set.of(), false, false, true);

    private static Map<String, byte[]> recorded() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        try (var in = ClusterCodecTest.class.getResourceAsStream("cluster-messages.txt")) {
            String text = new String(requireNonNull(in).readAllBytes(), UTF_8);
            for (String line : text.lines().toList()) {
                String[] parts = line.split(" ", 2);
                if (!parts[0].equals("#")) {
                    boolean json = parts[1].startsWith("{");
                    all.put(
                            parts[0],
                            json ? parts[1].getBytes(UTF_8) : HexFormat.of().parseHex(parts[1]));
                }
            }
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
        return all;
    }

    private static byte[] bytes(String name) {
        return requireNonNull(RECORDED.get(name), name);
    }

    private static ClusterCodec.Sent read(byte[] message) throws MalformedMessage {
        return requireNonNull(ClusterCodec.read(message, "own", "/"));
    }

    private static <M extends ClusterMessage> M read(String name, Class<M> kind)
            throws MalformedMessage {
        return kind.cast(read(bytes(name)).message());
    }

    private static String text(PacketData data) {
        return new String(data.json(), UTF_8);
    }

    private static PacketData data(String json, byte[]... attachments) {
        return new PacketData(json.getBytes(UTF_8), List.of(attachments));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "everybody",
                "room",
                "rooms",
                "flags",
                "ask",
                "count",
                "client-answer",
                "join",
                "leave",
                "disconnect",
                "fetch",
                "server-side",
                "server-side-ask",
                "server-side-answer",
                "binary-ask",
                "binary-client-answer",
                "binary-server-side",
            })
    void whatNodeSaysIsWrittenAsItWas(String name) throws Exception {
        byte[] message = bytes(name);
        ClusterCodec.Sent sent = read(message);
        assertThat(ClusterCodec.write(sent)).isEqualTo(message);
        assertThat(sent.uid()).matches("[0-9a-f]{16}");
        // The same as MessagePack.
        assertThat(ClusterCodec.write(read(ClusterCodec.writeMessagePack(sent))))
                .isEqualTo(message);
        // The same without what is around it.
        byte[] data = ClusterCodec.writeData(sent.message());
        ClusterMessage again = ClusterCodec.readData(ClusterCodec.type(sent.message()), data);
        assertThat(ClusterCodec.write(new ClusterCodec.Sent(sent.uid(), "/", again)))
                .isEqualTo(message);
        if (message[0] == '{') {
            assertThat(new String(message, UTF_8)).contains(new String(data, UTF_8));
        }
    }

    @Test
    void ownMessagesAndThoseOfOtherNamespacesAreNotRead() throws Exception {
        byte[] message = bytes("room");
        assertThat(ClusterCodec.read(message, read(message).uid(), "/")).isNull();
        assertThat(ClusterCodec.read(message, "own", "/chat")).isNull();
    }

    @Test
    void broadcastsAreRead() throws Exception {
        var rooms = read("rooms", ClusterMessage.Broadcast.class);
        assertThat(rooms.requestId()).isNull();
        assertThat(rooms.timeout()).isNull();
        assertThat(rooms.selection().rooms()).containsExactly("room1", "r2");
        assertThat(rooms.selection().except()).containsExactly("r3");
        assertThat(text(rooms.event())).isEqualTo("[\"hello\",\"x\"]");
        var flags = read("flags", ClusterMessage.Broadcast.class);
        assertThat(flags.selection().asVolatile()).isTrue();
        assertThat(flags.selection().compress()).isFalse();
        var ask = read("ask", ClusterMessage.Broadcast.class);
        assertThat(ask.requestId()).matches("[0-9a-f]{16}");
        assertThat(ask.timeout()).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void binaryBroadcastsAreRead() throws Exception {
        PacketData event = read("binary", ClusterMessage.Broadcast.class).event();
        assertThat(text(event))
                .isEqualTo(
                        "[\"hello\",{\"_placeholder\":true,\"num\":0},"
                                + "{\"d\":\"1970-01-01T00:00:00.000Z\",\"f\":1.5,\"neg\":-200,"
                                + "\"big\":1099511627776},null]");
        assertThat(event.attachments()).containsExactly(new byte[] {1, 2, 3});
    }

    @Test
    void requestsAreRead() throws Exception {
        var join = read("join", ClusterMessage.Join.class);
        assertThat(join.selection().rooms()).containsExactly("room1");
        assertThat(join.rooms()).containsExactly("x", "y");
        assertThat(read("leave", ClusterMessage.Leave.class).rooms()).containsExactly("x");
        assertThat(read("disconnect", ClusterMessage.Disconnect.class).closeConnection()).isTrue();
        assertThat(read("fetch", ClusterMessage.Fetch.class).timeout())
                .isEqualTo(Duration.ofMillis(300));
        var plain = read("server-side", ClusterMessage.ServerSideEmit.class);
        assertThat(plain.requestId()).isNull();
        assertThat(text(plain.event())).isEqualTo("[\"hello\",1,\"x\"]");
    }

    @Test
    void responsesAreRead() throws Exception {
        assertThat(read("count", ClusterMessage.ClientCount.class).clients()).isEqualTo(1);
        assertThat(text(read("client-answer", ClusterMessage.ClientAnswer.class).arguments()))
                .isEqualTo("[{\"n\":1}]");
        assertThat(
                        read("binary-client-answer", ClusterMessage.ClientAnswer.class)
                                .arguments()
                                .attachments())
                .containsExactly(new byte[] {9, 8});
        assertThat(text(read("server-side-answer", ClusterMessage.Answer.class).arguments()))
                .isEqualTo("[\"ansy\"]");
    }

    @Test
    void socketsAreReadAndWritten() throws Exception {
        ClusterCodec.Sent sent = read(bytes("sockets"));
        for (byte[] message : List.of(bytes("sockets"), ClusterCodec.write(sent))) {
            var sockets = (ClusterMessage.Sockets) read(message).message();
            SocketDescription socket = sockets.sockets().getFirst();
            assertThat(socket.id()).hasSize(20);
            assertThat(socket.rooms()).containsExactlyInAnyOrder(socket.id(), "room1", "y");
            assertThat(socket.data().path("n").asInt()).isEqualTo(1);
            assertThat(socket.handshake().query()).containsEntry("colour", "blue");
            assertThat(socket.handshake().auth().path("t").asInt()).isEqualTo(1);
        }
    }

    @Test
    void whatIsBinaryInTheDataOfASocketStaysSo() throws Exception {
        var sockets = read("binary-sockets", ClusterMessage.Sockets.class);
        assertThat(sockets.sockets().getFirst().data().path("bin").binaryValue())
                .isEqualTo(new byte[] {5});
    }

    @Test
    void onlyTheFirstArgumentIsAnswered() throws Exception {
        var two = new ClusterMessage.Answer("r", data("[1,2]"));
        assertThat(new String(ClusterCodec.writeData(two), UTF_8))
                .isEqualTo("{\"requestId\":\"r\",\"packet\":1}");
        var none = new ClusterMessage.ClientAnswer("r", data("[]"));
        byte[] written = ClusterCodec.writeData(none);
        assertThat(new String(written, UTF_8)).isEqualTo("{\"requestId\":\"r\"}");
        var read = (ClusterMessage.ClientAnswer) ClusterCodec.readData(12, written);
        assertThat(text(read.arguments())).isEqualTo("[]");
    }

    @Test
    void someMessagesHaveNoData() throws Exception {
        for (ClusterMessage message :
                List.of(
                        new ClusterMessage.InitialHeartbeat(),
                        new ClusterMessage.Heartbeat(),
                        new ClusterMessage.AdapterClose())) {
            var sent = new ClusterCodec.Sent("u", "/", message);
            byte[] written = ClusterCodec.write(sent);
            assertThat(new String(written, UTF_8))
                    .isEqualTo(
                            "{\"type\":%d,\"uid\":\"u\",\"nsp\":\"/\"}",
                            ClusterCodec.type(message));
            assertThat(read(written)).isEqualTo(sent);
        }
    }

    @Test
    void fieldsComeInAnyOrderAndNumbersInAnyForm() throws Exception {
        String message =
                "{\"more\":{},\"nsp\":\"/\",\"uid\":\"u\",\"data\":{\"close\":false,\"opts\":"
                        + "{\"except\":[1]}},\"type\":6.0}";
        var read = (ClusterMessage.Disconnect) read(message.getBytes(UTF_8)).message();
        assertThat(read.selection().except()).containsExactly("1");
        assertThat(read.closeConnection()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{}",
                "{'type':3,'uid':'u','nsp':'/'}",
                "{'type':3,'uid':'u','data':{}}", // no namespace
                "{'type':2,'nsp':'/'}", // no sender
                "{'type':2,'uid':1,'nsp':'/'}",
                "{'type':0,'uid':'u','nsp':'/','data':{}}",
                "{'type':14,'uid':'u','nsp':'/','data':{}}",
                "{'type':1e300,'uid':'u','nsp':'/','data':{}}",
                "{'type':'3','uid':'u','nsp':'/','data':{}}",
                "{'type':3,'uid':'u','nsp':'/','data':[]}",
                "{'type':3,'uid':'u','nsp':'/','data':{'packet':{'type':2,'data':['e']}}}",
                "{'type':3,'uid':'u','nsp':'/','data':{'opts':{},'packet':{'type':2}}}",
                "{'type':3,'uid':'u','nsp':'/','data':{'opts':{},'packet':{'type':2,'data':[]}}}",
                "{'type':3,'uid':'u','nsp':'/','data':{'opts':{},'packet':{'type':2,"
                        + "'data':['disconnect']}}}",
                "{'type':3,'uid':'u','nsp':'/','data':{'opts':{},'packet':{'type':1,"
                        + "'data':['e']}}}",
                "{'type':3,'uid':'u','nsp':'/','data':{'opts':{'rooms':[{}]},'packet':{'type':2,"
                        + "'data':['e']}}}",
                "{'type':4,'uid':'u','nsp':'/','data':{'opts':[],'rooms':[]}}",
                "{'type':4,'uid':'u','nsp':'/','data':{'opts':{},'rooms':{}}}",
                "{'type':7,'uid':'u','nsp':'/','data':{'opts':{}}}",
                "{'type':8,'uid':'u','nsp':'/','data':{'requestId':'r','sockets':[1]}}",
                "{'type':8,'uid':'u','nsp':'/','data':{'requestId':'r'}}",
                "{'type':9,'uid':'u','nsp':'/','data':{'packet':'e'}}",
                "{'type':10,'uid':'u','nsp':'/','data':{'packet':1}}",
                "{'type':11,'uid':'u','nsp':'/','data':{'requestId':'r','clientCount':-1}}",
                "{'type':11,'uid':'u','nsp':'/','data':{'requestId':'r'}}",
                "{'type':13,'uid':'u','nsp':'/'}x",
            })
    void malformedMessagesAreRefused(String text) {
        byte[] message = text.replace('\'', '"').getBytes(UTF_8);
        assertThatThrownBy(() -> ClusterCodec.read(message, "own", "/"))
                .isInstanceOf(MalformedMessage.class);
    }

    @Test
    void everyBeginningOfAMessageIsRefused() {
        RECORDED.forEach((name, whole) -> {
            for (int length = 0; length < whole.length; length++) {
                byte[] part = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> ClusterCodec.read(part, "own", "/"))
                        .as("%d bytes of %s", length, name)
                        .isInstanceOf(MalformedMessage.class);
            }
        });
    }

    @Test
    void whatLooksLikeAReferenceToBytesIsNone() throws Exception {
        PacketData event = data("[\"e\",{\"_placeholder\":true,\"num\":7}]");
        var sent = new ClusterCodec.Sent("u", "/", new ClusterMessage.Broadcast(EVERYBODY, event));
        var read = (ClusterMessage.Broadcast) read(ClusterCodec.write(sent)).message();
        assertThat(text(read.event())).isEqualTo(text(event));
        assertThat(read.event().attachments()).isEmpty();
    }
}
