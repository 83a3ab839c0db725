package dev.resound.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Who devices and apps say they are. */
class GatewayIdentityTest {

    private static final String SECRET = "resound-bench-secret-of-32-bytes-or-more";
    private static final GatewayTokens TOKENS = new GatewayTokens(SECRET);
    private static final Gateway GATEWAY = gateway("run1");

    /** The expected ones are the work of the npm package jsonwebtoken. */
    @Test
    void tokensAreThoseOfAnotherImplementation() {
        assertThat(TOKENS.forDevice("ann@example.com"))
                .isEqualTo(
                        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
                                + "eyJlbWFpbCI6ImFubkBleGFtcGxlLmNvbSJ9."
                                + "LRFpw6c_JAyRMcAa4To-6BgZ47HZUhE-8B7qVazjJbE");
        assertThat(TOKENS.forApp("com.example.bench0", "resound-bench-key"))
                .isEqualTo(
                        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
                                + "eyJwYWNrYWdlTmFtZSI6ImNvbS5leGFtcGxlLmJlbmNoMCIsImFwaUtleSI6InJlc291bmQtYmVuY2gta2V5In0."
                                + "kqRfuEohYmRUsAEK-VOpldHO1MiAIsnjm-uLFE9Cw_s");
    }

    @Test
    void devicesShowTheirTokenInTheQuery() {
        assertThat(text(GATEWAY.device(7)))
                .startsWith(
                        "GET /base/glasses-ws?token="
                                + TOKENS.forDevice("device7.run1@example.com")
                                + " HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n")
                .endsWith("Sec-WebSocket-Version: 13\r\n\r\n");
    }

    @Test
    void appsShowTheirsInAHeaderAndNameUserAndSession() {
        assertThat(text(GATEWAY.app(7, 2)))
                .startsWith("GET /base/app-ws HTTP/1.1\r\n")
                .contains(
                        "\r\nAuthorization: Bearer "
                                + TOKENS.forApp("com.example.bench2", "key")
                                + "\r\n")
                .contains("\r\nx-user-id: device7.run1@example.com\r\n")
                .endsWith("\r\nx-session-id: device7.run1@example.com-com.example.bench2\r\n\r\n");
    }

    @Test
    void webhooksAreForWhomTheyName() {
        String user = GATEWAY.user(12);

        assertThat(GATEWAY.sessionOf(user)).hasValue(12);
        assertThat(GATEWAY.appOf(user, user + "-com.example.bench34")).hasValue(34);
    }

    @Test
    void webhooksOfOtherRunsAndOtherAppsAreForNobody() {
        String user = GATEWAY.user(12);

        assertThat(gateway("run2").sessionOf(user)).isEmpty();
        assertThat(GATEWAY.sessionOf("ann@example.com")).isEmpty();
        assertThat(GATEWAY.sessionOf("")).isEmpty();
        assertThat(GATEWAY.appOf(user, user + "-com.example.bench")).isEmpty();
        assertThat(GATEWAY.appOf(user, user + "-com.example.bench1x")).isEmpty();
        assertThat(GATEWAY.appOf(user, user + "-com.example.bench12345678901")).isEmpty();
        assertThat(GATEWAY.appOf(user, "device1.run1@example.com-com.example.bench1")).isEmpty();
    }

    private static Gateway gateway(String run) {
        var address = new Target.Address("127.0.0.1", 8080);
        return new Gateway(address, "/base", TOKENS, "key", "com.example.bench", run);
    }

    private static String text(Handshake handshake) {
        return handshake.request().toString(StandardCharsets.US_ASCII);
    }
}
