package dev.resound.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resound.core.Upgrade;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.socket.SocketEndpoint;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which offers of permessage-deflate are taken, and in which words: RFC 7692, section 7.1. */
class DeflateNegotiationTest {
    private static final String AGREED =
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    private static final String MARK = "X-Must-Not-Open: 1\r\n";
    private static final AtomicInteger MARKED_OPENED = new AtomicInteger();

    @SuppressWarnings("NullAway.Init")
    private static Resound server;

    @BeforeAll
    static void start() throws IOException {
        server =
                Resound.builder()
                        .port(0)
                        .loops(1)
                        .get("/ok", request -> HttpResponse.text(200, "still here"))
                        .webSocket(
                                "/deflate",
                                SocketEndpoint.accepting(
                                                request -> request.headerCount("x-must-not-open"))
                                        .onLoop()
                                        .deflate()
                                        .open(socket -> MARKED_OPENED.addAndGet(socket.data()))
                                        .build())
                        .webSocket(
                                "/plain",
                                SocketEndpoint.accepting(request -> "")
                                        .onLoop()
                                        .text((socket, text) -> socket.send(text))
                                        .build())
                        .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static WireClient.Response upgrade(String path, String headers) throws IOException {
        try (WireClient client = WireClient.connect(server.port())) {
            return client.upgrade(path, headers);
        }
    }

    private static void assertAnswer(String headers, String answer) throws IOException {
        WireClient.Response response = upgrade("/deflate", headers);
        assertThat(response.status()).isEqualTo(101);
        assertThat(response.headers()).containsEntry("Sec-WebSocket-Extensions", answer);
    }

    private static void assertDeclined(String headers) throws IOException {
        WireClient.Response response = upgrade("/deflate", headers);
        assertThat(response.status()).isEqualTo(101);
        assertThat(response.headers()).doesNotContainKey("Sec-WebSocket-Extensions");
    }

    private static String offer(String value) {
        return "Sec-WebSocket-Extensions: " + value + "\r\n";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "permessage-deflate; client_max_window_bits", // what browsers send
                "permessage-deflate;client_max_window_bits=15",
                "permessage-deflate ; client_max_window_bits = 8",
                "permessage-deflate; client_max_window_bits=\"10\"",
                "permessage-deflate; client_max_window_bits=\"1\\0\"",
                "permessage-deflate; server_no_context_takeover",
                "permessage-deflate; client_no_context_takeover",
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover;"
                        + " client_max_window_bits=9",
                "\tpermessage-deflate\t",
                ",, permessage-deflate,",
            })
    void anOfferThatCanBeMetIsTakenWithoutContextTakeover(String offer) throws IOException {
        assertAnswer(offer(offer), AGREED);
    }

    @Test
    void theWishForTheLargestWindowIsGrantedInSoManyWords() throws IOException {
        assertAnswer(
                offer("permessage-deflate; server_max_window_bits=15"),
                AGREED + "; server_max_window_bits=15");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate; server_max_window_bits=14",
                "permessage-deflate; server_max_window_bits=8",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; server_max_window_bits=015",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; client_max_window_bits=7",
                "permessage-deflate; client_max_window_bits=16",
                "permessage-deflate; client_max_window_bits=08",
                "permessage-deflate; client_max_window_bits=+9",
                "permessage-deflate; client_max_window_bits=ten",
                "permessage-deflate; server_no_context_takeover=1",
                "permessage-deflate; client_no_context_takeover=true",
                "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
                "permessage-deflate; client_max_window_bits; client_max_window_bits=10",
                "permessage-deflate; unheard_of",
                "permessage-deflate; unheard_of=1",
                "permessage-deflate; Server_No_Context_Takeover",
                "x-webkit-deflate-frame",
                "permessage-bzip2",
                "deflate",
                "",
                " , ",
            })
    void anOfferThatCannotBeMetIsDeclinedAndTheWebSocketGoesOn(String offer) throws IOException {
        assertDeclined(offer(offer));
    }

    @Test
    void theFirstOfferThatCanBeMetIsTaken() throws IOException {
        assertAnswer(
                offer(
                        "x-webkit-deflate-frame, permessage-deflate; server_max_window_bits=10,"
                                + " permessage-deflate; unheard_of,"
                                + " permessage-deflate; server_max_window_bits=15,"
                                + " permessage-deflate"),
                AGREED + "; server_max_window_bits=15");
    }

    @Test
    void offersMayComeInSeveralFields() throws IOException {
        assertAnswer(
                offer("permessage-deflate; server_max_window_bits=10")
                        + offer("foo; bar=baz")
                        + offer("permessage-deflate"),
                AGREED);
    }

    @Test
    void noOfferIsNoAnswer() throws IOException {
        assertDeclined("");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate;",
                "permessage-deflate;;client_max_window_bits",
                "; client_max_window_bits",
                "permessage deflate",
                "permessage-deflate; client_max_window_bits=",
                "permessage-deflate; client_max_window_bits=\"10",
                "permessage-deflate; client_max_window_bits=\"1 0\"",
                "permessage-deflate; client_max_window_bits=\"\"",
                "permessage-deflate; client_max_window_bits=\"10\\",
                "permessage-deflate; client_max_window_bits=10 11",
                "permessage-deflate; =10",
                "permessage-deflate, (",
                "\"permessage-deflate\"",
                "permessage-deflate; m\u00fcde",
            })
    void offersThatBreakTheGrammarEndTheHandshakeAndTheConnectionGoesOn(String offer)
            throws IOException {
        try (WireClient client = WireClient.connect(server.port())) {
            assertThat(client.upgrade("/deflate", offer(offer) + MARK).status()).isEqualTo(400);
            client.send("GET /ok HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readResponse().body()).isEqualTo("still here");
            assertThat(MARKED_OPENED).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"permessage-deflate", "permessage-deflate; client_max_window_bits", ";"})
    void anEndpointWithoutCompressionTakesNoNoticeOfOffers(String offer) throws IOException {
        WireClient.Response response = upgrade("/plain", offer(offer));
        assertThat(response.status()).isEqualTo(101);
        assertThat(response.headers()).doesNotContainKey("Sec-WebSocket-Extensions");
    }

    @Test
    void whatWasDeclinedMayNotBeUsed() throws IOException {
        String declined = offer("permessage-deflate; server_max_window_bits=10");
        try (WireClient client = WireClient.open(server.port(), "/deflate", declined)) {
            client.send(new FrameBytes().frame(0xc1, new byte[] {0}).bytes());
            assertThat(client.receiveClose().closeCode()).isEqualTo(1002);
        }
        try (WireClient client =
                WireClient.open(server.port(), "/plain", offer("permessage-deflate"))) {
            String large = "x".repeat(5_000);
            client.text(large);
            WireClient.Received echo = client.receive();
            assertThat(echo.compressed()).isFalse();
            assertThat(echo.text()).isEqualTo(large);
            client.send(new FrameBytes().frame(0xc1, new byte[] {0}).bytes());
            assertThat(client.receiveClose().closeCode()).isEqualTo(1002);
        }
    }

    @Test
    void aThresholdBelowZeroIsNone() {
        assertThatThrownBy(() -> new Upgrade.Deflate(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }
}
