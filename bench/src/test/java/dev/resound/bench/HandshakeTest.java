package dev.resound.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HandshakeTest {

    private final Handshake handshake =
            Handshake.to(Target.raw("ws://127.0.0.1:9000/chat?x=1", ""));

    @Test
    void theRequestIsAWebSocketUpgrade() {
        assertThat(handshake.request().toString(StandardCharsets.US_ASCII))
                .startsWith("GET /chat?x=1 HTTP/1.1\r\nHost: 127.0.0.1:9000\r\n")
                .contains("\r\nUpgrade: websocket\r\n", "\r\nConnection: Upgrade\r\n")
                .contains("\r\nSec-WebSocket-Version: 13\r\n", "\r\nSec-WebSocket-Key: ")
                .endsWith("\r\n\r\n");
    }

    @Test
    void theProofIsThatOfTheRfc() {
        assertThat(Handshake.acceptFor("dGhlIHNhbXBsZSBub25jZQ=="))
                .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @Test
    void onlyTheRightProofOpens() {
        String head = "HTTP/1.1 101 Switching Protocols\r\nSEC-websocket-Accept:  ";

        assertThat(handshake.refusal(head + handshake.accept())).isEmpty();
        assertThat(handshake.refusal(head + "AAAA")).get().asString().contains("wrong");
        assertThat(handshake.refusal("HTTP/1.1 101 Switching Protocols"))
                .get()
                .asString()
                .contains("no Sec-WebSocket-Accept");
        assertThat(handshake.refusal("HTTP/1.1 404 Not Found"))
                .get()
                .asString()
                .contains("404 Not Found", "app key");
    }
}
