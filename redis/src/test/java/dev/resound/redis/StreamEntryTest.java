package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resound.socketio.PacketData;
import dev.resound.socketio.RecoveryStore;
import dev.resound.socketio.Selection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Entries and sessions as a server of Node with redis-streams-adapter 0.3.1 has written them. */
class StreamEntryTest {
    private static final String EMIT =
            "{\"packet\":{\"type\":2,\"data\":[\"hello\",\"x\"]},"
                    + "\"opts\":{\"rooms\":[\"room1\"],\"except\":[],\"flags\":{}}}";
    private static final String BINARY_EMIT =
            "gqZwYWNrZXSCpHR5cGUCpGRhdGGTpWhlbGxvxAMBAgOCoWTW/wAAAAChdcCkb3B0c4Olcm9vbXOQpmV4Y2Vw"
                    + "dJGhYaVmbGFnc4Kodm9sYXRpbGXDqGNvbXByZXNzwg==";
    private static final String SESSION =
            "hKNzaWS0Z1NTTG0wMG5wM0ZGSjdrVEFBQUGjcGlktDdsMXRUTzZNUU1RLVdZV3NBQUFCpXJvb21zkrRnU1NM"
                    + "bTAwbnAzRkZKN2tUQUFBQaJyMaRkYXRhgqRuYW1lo2JvYqFugaFhkgHA";

    private static Map<String, byte[]> entry(String type, String data) {
        Map<String, byte[]> fields = new LinkedHashMap<>();
        fields.put("uid", "a60d351dc53f9331".getBytes(UTF_8));
        fields.put("nsp", "/".getBytes(UTF_8));
        fields.put("type", type.getBytes(UTF_8));
        fields.put("data", data.getBytes(UTF_8));
        return fields;
    }

    private static Selection to(String... rooms) {
        return new Selection(new LinkedHashSet<>(List.of(rooms)), Set.of(), false, false, true);
    }

    private static PacketData event(String json, byte[]... attachments) {
        return new PacketData(json.getBytes(UTF_8), List.of(attachments));
    }

    private static ClusterMessage read(Map<String, byte[]> fields) throws MalformedMessage {
        return StreamEntry.read(fields).message();
    }

    private static void assertSame(Map<String, byte[]> written, Map<String, byte[]> expected) {
        assertThat(written.keySet()).containsExactlyElementsOf(expected.keySet());
        expected.forEach((name, value) -> assertThat(written.get(name)).isEqualTo(value));
    }

    private static Map<String, byte[]> written(ClusterMessage message) {
        return StreamEntry.of("a60d351dc53f9331", "/", message).fields();
    }

    @Test
    void anEventIsWrittenAsNodeDoes() {
        var message = new ClusterMessage.Broadcast(to("room1"), event("[\"hello\",\"x\"]"));
        assertSame(written(message), entry("3", EMIT));
    }

    @Test
    void whatChangesRoomsIsWrittenAsNodeDoes() {
        String opts = "{\"opts\":{\"rooms\":[\"room1\"],\"except\":[],\"flags\":{}},";
        assertSame(
                written(
                        new ClusterMessage.Join(
                                to("room1"), new LinkedHashSet<>(List.of("a", "b")))),
                entry("4", opts + "\"rooms\":[\"a\",\"b\"]}"));
        assertSame(
                written(new ClusterMessage.Leave(to("room1"), Set.of("a"))),
                entry("5", opts + "\"rooms\":[\"a\"]}"));
        assertSame(
                written(new ClusterMessage.Disconnect(to("room1"), true)),
                entry("6", opts + "\"close\":true}"));
    }

    @Test
    void anEventWithBytesComesBack() throws MalformedMessage {
        var message =
                new ClusterMessage.Broadcast(
                        to("room1"),
                        event("[\"x\",{\"_placeholder\":true,\"num\":0}]", new byte[] {1, 2}));
        var back = (ClusterMessage.Broadcast) read(written(message));
        assertThat(back.event().json()).isEqualTo(message.event().json());
        assertThat(back.event().attachments()).containsExactly(new byte[] {1, 2});
    }

    @Test
    void nodesEventWithBytesAndFlagsIsRead() throws MalformedMessage {
        var message = (ClusterMessage.Broadcast) read(entry("3", BINARY_EMIT));
        assertThat(message.requestId()).isNull();
        assertThat(message.selection().asVolatile()).isTrue();
        assertThat(message.selection().compress()).isFalse();
        assertThat(message.selection().except()).containsExactly("a");
        assertThat(new String(message.event().json(), UTF_8))
                .isEqualTo(
                        "[\"hello\",{\"_placeholder\":true,\"num\":0},"
                                + "{\"d\":\"1970-01-01T00:00:00.000Z\",\"u\":null}]");
        assertThat(message.event().attachments()).containsExactly(new byte[] {1, 2, 3});
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{}", "****", "gg==", "gqZwYWNrZXSC", "null", "3"})
    void whatIsNoMessageIsRefused(String data) {
        assertThatThrownBy(() -> read(entry("3", data))).isInstanceOf(MalformedMessage.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "0", "14", "99999999999999999999", "x", "3.5"})
    void whatIsNoTypeIsRefused(String type) {
        assertThatThrownBy(() -> read(entry(type, EMIT))).isInstanceOf(MalformedMessage.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"uid", "nsp", "type", "data"})
    void withoutAFieldAnEntryIsRefused(String name) {
        Map<String, byte[]> fields = entry("3", EMIT);
        fields.remove(name);
        assertThatThrownBy(() -> read(fields)).isInstanceOf(MalformedMessage.class);
    }

    @Test
    void sessionsAreThoseOfNode() throws MalformedMessage {
        RecoveryStore.Session session = StreamSessionCodec.read(SESSION.getBytes(UTF_8));
        assertThat(session.id()).isEqualTo("gSSLm00np3FFJ7kTAAAA");
        assertThat(session.privateId()).isEqualTo("7l1tTO6MQMQ-WYWsAAAB");
        assertThat(session.rooms()).containsExactlyInAnyOrder("gSSLm00np3FFJ7kTAAAA", "r1");
        assertThat(session.data().toString())
                .isEqualTo("{\"name\":\"bob\",\"n\":{\"a\":[1,null]}}");
        JsonNode data = session.data();
        var alone = new RecoveryStore.Session("i", "p", Set.of("i"), data);
        RecoveryStore.Session back = StreamSessionCodec.read(StreamSessionCodec.write(alone));
        assertThat(back).isEqualTo(alone);
        assertThat(session.toString()).doesNotContain(session.privateId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gA==", "hKNzaWS0", "e30=", "***", "kA=="})
    void whatIsNoSessionIsRefused(String kept) {
        assertThatThrownBy(() -> StreamSessionCodec.read(kept.getBytes(UTF_8)))
                .isInstanceOf(MalformedMessage.class);
    }

    @ParameterizedTest
    @CsvSource({"1-0,1-1", "1-9,1-10", "9-0,10-0", "1-5,2-0", "1-1,1-18446744073709551615"})
    void positionsHaveTheOrderOfTheirNumbers(String earlier, String later) {
        StreamId one = requireNonNull(StreamId.of(earlier));
        StreamId two = requireNonNull(StreamId.of(later));
        assertThat(one).isLessThan(two).hasToString(earlier);
        assertThat(one.next()).isLessThanOrEqualTo(two);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "1", "1-", "-1", "1-0 ", "a-0", "99999999999999999999-0"})
    void whatIsNoPositionIsNone(String text) {
        assertThat(StreamId.of(text)).isNull();
    }

    @Test
    void namespacesThatNodeWouldNotReadAreRefused() {
        StreamsOptions three = StreamsOptions.defaults().withStreams("io", 3);
        assertThat(three.streamOf("/")).isEqualTo("io-" + "/".hashCode() % 3);
        assertThat(StreamsOptions.defaults().streamOf("/anything")).isEqualTo("socket.io");
        String negative = "/namespace-7";
        for (int i = 0; negative.hashCode() % 3 >= 0; i++) {
            negative = "/namespace-" + i;
        }
        String refused = negative;
        assertThatThrownBy(() -> three.streamOf(refused))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
