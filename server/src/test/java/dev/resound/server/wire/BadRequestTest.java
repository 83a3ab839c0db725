package dev.resound.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.netty.HttpLimits;
import dev.resound.netty.Limits;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests no back end should send, and a server that goes on serving the others. */
class BadRequestTest {
    private static final int BODY_LIMIT = 10_000;

    @SuppressWarnings("NullAway.Init")
    private WireWorld world;

    @BeforeEach
    void open() throws IOException {
        Limits limits = Limits.defaults().withHttp(HttpLimits.defaults().withBodyBytes(BODY_LIMIT));
        world = WireWorld.start(WireWorld.app().build(), "", server -> server.limits(limits));
    }

    @AfterEach
    void othersWereServedAndNothingIsLeft() throws IOException {
        world.witnessesAreServed();
        world.nothingElseIsLeft();
        world.close();
    }

    private WireClient.Response send(String request) throws IOException {
        try (WireClient wire = WireClient.connect(world.port)) {
            return wire.send(request).readResponse();
        }
    }

    /** After the response the server wants no more of this connection. */
    private WireClient.Response sendLast(String request) throws IOException {
        try (WireClient wire = WireClient.connect(world.port)) {
            WireClient.Response response = wire.send(request).readResponse();
            assertThat(wire.isEnded()).isTrue();
            return response;
        }
    }

    // ---- sizes

    private static String bodyOf(int bytes) {
        String start = "{\"name\":\"e\",\"channel\":\"a\",\"data\":\"";
        return start + "x".repeat(bytes - start.length() - 2) + "\"}";
    }

    @Test // row 72
    void aBodyUpToTheLimitIsTakenAndNoFurther() throws IOException {
        assertThat(world.post("/events", bodyOf(BODY_LIMIT - 1)).status()).isEqualTo(200);
        assertThat(world.post("/events", bodyOf(BODY_LIMIT)).status()).isEqualTo(200);
        WireClient.Response refused = world.post("/events", bodyOf(BODY_LIMIT + 1));
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.body()).isEqualTo("Payload too large.");
    }

    @Test
    void aLengthAboveTheLimitIsEnoughWithoutTheBody() throws IOException {
        String head = WireWorld.requestHead("POST", "/apps/app-id/events");
        assertThat(sendLast(head + "Content-Length: 10001\r\n\r\n").status()).isEqualTo(413);
        assertThat(
                        sendLast(head + "Content-Length: 10001\r\nExpect: 100-continue\r\n\r\n")
                                .status())
                .isEqualTo(413);
    }

    @Test
    void chunksAreCountedTogether() throws IOException {
        String head =
                WireWorld.requestHead("POST", "/apps/app-id/events")
                        + "Transfer-Encoding: chunked\r\n\r\n";
        String chunk = "1388\r\n" + "x".repeat(5_000) + "\r\n";
        assertThat(send(head + chunk + chunk + "0\r\n\r\n").status()).isEqualTo(401);
        assertThat(sendLast(head + chunk + chunk + "1\r\nx\r\n").status()).isEqualTo(413);
        assertThat(sendLast(head + "7fffffff\r\n").status()).isEqualTo(413);
    }

    @Test
    void aLongRequestLineIs414() throws IOException {
        assertThat(sendLast("GET /" + "x".repeat(8_192) + " HTTP/1.1\r\n").status()).isEqualTo(414);
        assertThat(sendLast("GET /" + "x".repeat(9_000)).status()).isEqualTo(414);
    }

    @Test
    void manyOrLongHeadersAre431() throws IOException {
        String head = WireWorld.requestHead("GET", "/up");
        assertThat(send(head + "A: b\r\n".repeat(99) + "\r\n").status()).isEqualTo(200);
        assertThat(sendLast(head + "A: b\r\n".repeat(100) + "\r\n").status()).isEqualTo(431);
        assertThat(sendLast(head + "A: " + "x".repeat(16_384) + "\r\n\r\n").status())
                .isEqualTo(431);
        assertThat(sendLast(head + "A: " + "x".repeat(20_000)).status()).isEqualTo(431);
    }

    // ---- who asks

    @Test // row 70
    void withoutASignatureNothingIsDoneOrTold() throws IOException {
        for (String path : List.of("/channels", "/channels/witness", "/connections")) {
            WireClient.Response response =
                    send(WireWorld.requestHead("GET", "/apps/app-id" + path) + "\r\n");
            assertThat(response.status()).isEqualTo(401);
            assertThat(response.body()).isEqualTo("Authentication signature invalid.");
        }
        String body = WireWorld.publication("witness", "forged");
        String head = WireWorld.requestHead("POST", "/apps/app-id/events?auth_signature=");
        assertThat(
                        send(head.replace("signature=", "signature=" + "0".repeat(64))
                                        + "Content-Length: "
                                        + body.length()
                                        + "\r\n\r\n"
                                        + body)
                                .status())
                .isEqualTo(401);
    }

    @Test
    void aSignatureIsForOneBodyAndOnePathOnly() throws IOException {
        String body = WireWorld.publication("witness", "one");
        String target = world.target("POST", "/events", Map.of(), "another body");
        String length = "Content-Length: " + body.length() + "\r\n\r\n";
        assertThat(send(WireWorld.requestHead("POST", target) + length + body).status())
                .isEqualTo(401);
        String moved =
                world.target("POST", "/events", Map.of(), body)
                        .replace("/events?", "/batch_events?");
        assertThat(send(WireWorld.requestHead("POST", moved) + length + body).status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /apps/nobody/channels, 404",
        "POST, /apps/nobody/events, 404",
        "GET, /apps//channels, 400",
        "GET, /apps/app-id/events, 405",
        "DELETE, /apps/app-id/channels, 405",
        "GET, /apps/app-id, 404",
        "GET, /nothing, 404",
        "POST, /apps/app-id/channels/users/x/terminate_connections, 404", // row 99
        "GET, /apps/app-id/channels?%zz=%, 401",
        "GET, /apps/app-id/channels?auth_signature[]=a&auth_signature[]=b, 401",
    })
    void wrongPlacesAreSaidToBeWrong(String method, String target, int status) throws IOException {
        WireClient.Response response =
                send(WireWorld.requestHead(method, target) + "Content-Length: 0\r\n\r\n");
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.body()).doesNotContain("Exception").doesNotContain("dev.resound");
    }

    @Test // row 68
    void bodiesThatAreNoJsonAreNotUnderstood() throws IOException {
        for (String body : List.of("", "[]", "{", "[".repeat(5_000), "{\"a\":1,\"a\":2}")) {
            WireClient.Response response = world.post("/events", body);
            assertThat(response.status()).isEqualTo(500);
            assertThat(response.body()).isEqualTo("Internal server error.");
        }
    }

    @Test // row 67
    void wrongTypesAre422() throws IOException {
        assertThat(world.post("/events", "{\"name\":[],\"channels\":{},\"data\":7}").body())
                .isEqualTo(
                        "{\"name\":[\"The name field must be a string.\"],\"data\":[\"The data field must be a string.\"],\"channels\":[\"The channels field must be an array.\"]}");
    }

    @Test // row 100
    void healthNeedsNoSignature() throws IOException {
        WireClient.Response response = send(WireWorld.requestHead("GET", "/up") + "\r\n");
        assertThat(response.body()).isEqualTo("{\"health\":\"OK\"}");
        assertThat(response.headers()).containsEntry("Content-Length", "15");
    }
}
