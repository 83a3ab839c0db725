package dev.resound.sessions.mentraos;

import static dev.resound.sessions.mentraos.GlassesWorld.ANN;
import static dev.resound.sessions.mentraos.GlassesWorld.PLAIN;
import static dev.resound.sessions.mentraos.GlassesWorld.TRUSTED;
import static dev.resound.sessions.mentraos.GlassesWorld.key;
import static dev.resound.sessions.mentraos.GlassesWorld.sessionId;
import static dev.resound.sessions.mentraos.GlassesWorld.token;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Upgrade;
import dev.resound.core.http.Header;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.Peer;
import dev.resound.sessions.CompanionAdmission;
import dev.resound.sessions.CompanionIdentity;
import dev.resound.sessions.DeviceAdmission;
import dev.resound.sessions.Tokens;
import dev.resound.testkit.FakeConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets a socket, and what those hear who do not. */
class UpgradeTest {
    private static final String DEVICE = "/glasses-ws";
    private static final String APP = "/app-ws";

    private final GlassesWorld world = new GlassesWorld();

    @AfterEach
    void close() {
        world.close();
    }

    private HttpResponse refusal(String target, String... headers) {
        Upgrade upgrade = world.upgrade(world.home, target, headers);
        assertThat(upgrade).isInstanceOf(Upgrade.Reject.class);
        return ((Upgrade.Reject) upgrade).response();
    }

    private void isRefused(String body, String target, String... headers) {
        HttpResponse response = refusal(target, headers);
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.close()).isTrue();
        assertThat(response.headers())
                .containsExactly(new Header("Content-Type", "application/json"));
        assertThat(GlassesWorld.timeless(new String(response.body(), UTF_8))).isEqualTo(body);
        assertThat(world.sessions.count()).isZero();
    }

    private static String device(String message) {
        return "{\"type\":\"connection_error\",\"message\":\""
                + message
                + "\",\"timestamp\":\"T\"}";
    }

    private static String app(String code, String message) {
        return "{\"type\":\"tpa_connection_error\",\"code\":\"%s\",\"message\":\"%s\",\"timestamp\":\"T\"}"
                .formatted(code, message);
    }

    private void isAccepted(String target, String... headers) {
        assertThat(world.upgrade(world.home, target, headers)).isInstanceOf(Upgrade.Accept.class);
    }

    // ---- glasses

    @Test
    void glassesNeedAToken() {
        String body = device("No core token provided");
        isRefused(body, DEVICE);
        isRefused(body, DEVICE + "?token=");
        isRefused(body, DEVICE + "?token");
        isRefused(body, DEVICE + "?Token=" + token("email", ANN));
        isRefused(body, DEVICE, "Authorization: Bearer");
        isRefused(body, DEVICE, "Authorization: Bearer ");
        isRefused(body, DEVICE, "Authorization: " + token("email", ANN));
    }

    @Test
    void aRefusalSaysWhenItWas() {
        HttpResponse response = refusal(DEVICE);
        assertThat(new String(response.body(), UTF_8))
                .contains("\"timestamp\":\"2026-01-01T12:00:00.000Z\"");
    }

    @Test
    void whyATokenIsWrongIsNotToldToGlasses() {
        String body = device("Invalid core token");
        isRefused(body, DEVICE + "?token=junk");
        String late = token("email", ANN, "exp", world.in(Duration.ofSeconds(-1)));
        isRefused(body, DEVICE + "?token=" + late);
        String early = token("email", ANN, "nbf", world.in(Duration.ofSeconds(1)));
        isRefused(body, DEVICE + "?token=" + early);
        String right = token("email", ANN);
        isRefused(body, DEVICE + "?token=" + right.substring(0, right.length() - 2));
        isRefused(body, DEVICE + "?token=" + right + "."); // one part too many
    }

    @Test
    void aTokenHasToNameAnEmail() {
        String body = device("Invalid core token - no user ID");
        isRefused(body, DEVICE + "?token=" + token("sub", "x"));
        isRefused(body, DEVICE + "?token=" + token("email", ""));
        isRefused(body, DEVICE + "?token=" + token("email", "  "));
        isRefused(body, DEVICE + "?token=" + token("email", 7));
        isRefused(body, DEVICE + "?token=" + token("email", List.of(ANN)));
    }

    @Test
    void theHeaderGoesBeforeTheQuery() {
        String right = token("email", ANN);
        isRefused(
                device("Invalid core token"),
                DEVICE + "?token=" + right,
                "Authorization: Bearer junk");
        isAccepted(DEVICE + "?token=junk", "Authorization: Bearer " + right);
        isAccepted(DEVICE + "?token=" + right, "Authorization: Bearer"); // which has none
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "bearer", "Token", "x"})
    void anySchemeWillDoForGlasses(String scheme) {
        isAccepted(DEVICE, "Authorization: " + scheme + " " + token("email", ANN));
        isAccepted(DEVICE, "Authorization: " + scheme + " " + token("email", ANN) + " more");
    }

    @Test
    void glassesAreWhoTheirTokenSaysInLowerCase() {
        var glasses = world.glassesOf("Ann-Lee@My-Mail.example.com");
        assertThat(glasses.heard())
                .containsExactly(
                        "{\"type\":\"connection_ack\",\"sessionId\":\""
                                + ANN
                                + "\",\"timestamp\":\"T\"}");
        world.glassesOf(ANN.toUpperCase(Locale.ROOT));
        assertThat(world.sessions.count()).isEqualTo(1);
        assertThat(glasses.closed()).hasToString("Close[code=4409, reason=superseded]");
    }

    @Test
    void thePathsOfTheNextVersionLeadToTheSame() {
        isAccepted("/ws/client?token=" + token("email", ANN));
        isRefused(device("No core token provided"), "/ws/client");
        isAccepted("/ws/miniapp");
        isRefused(
                app("MISSING_HEADERS", "Missing userId or sessionId in request headers"),
                "/ws/miniapp",
                "Authorization: Bearer junk");
    }

    @Test
    void noSessionBeginsBeforeTheSocketIsOpen() {
        isAccepted(DEVICE + "?token=" + token("email", ANN));
        assertThat(world.sessions.count()).isZero();
    }

    // ---- what the profile makes of a handshake; nothing of it is seen on the wire yet

    private MentraOs profile() {
        return new MentraOs(
                Tokens.hs256(GlassesWorld.SECRET.getBytes(UTF_8), world.clock),
                MentraOs.Installation.at(URI.create("wss://host")),
                world.clock);
    }

    private static HttpRequest handshake(String query, Header... headers) {
        return new HttpRequest(
                "GET", DEVICE, "", query, Map.of(), List.of(headers), new byte[0], new NoPeer());
    }

    private static final class NoPeer implements Peer {
        @Override
        public InetSocketAddress address() {
            throw new AssertionError("who it is does not depend on where it is");
        }

        @Override
        public boolean isSecure() {
            return true;
        }

        @Override
        public void whenGone(Runnable callback) {}
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "livekit=true, livekit",
        "udpEncryption=true, udpEncryption",
        "livekit=true&udpEncryption=true&x=y, livekit udpEncryption",
        "livekit=1&udpEncryption=TRUE, ''",
        "livekit=false, ''",
        "livekit, ''"
    })
    void flagsAreRemembered(String query, String flags) {
        var admission =
                profile().device().admit(handshake(query + "&token=" + token("email", ANN)));
        assertThat(admission).isInstanceOf(DeviceAdmission.Admitted.class);
        var device = ((DeviceAdmission.Admitted) admission).device();
        assertThat(String.join(" ", device.flags().stream().sorted().toList())).isEqualTo(flags);
        assertThat(device.owner()).isEqualTo(ANN);
    }

    @Test
    void aFlagMayAlsoBeAHeader() {
        var admission =
                profile()
                        .device()
                        .admit(
                                handshake(
                                        "token=" + token("email", ANN),
                                        new Header("livekit", "true")));
        assertThat(((DeviceAdmission.Admitted) admission).device().flags())
                .containsExactly("livekit");
    }

    @Test
    void whatAnAppsHeadersSayIsRemembered() {
        var admission =
                profile()
                        .companions()
                        .admit(
                                handshake(
                                        "",
                                        new Header("x-user-id", "Ann-Lee@My-Mail.example.com"),
                                        new Header("x-session-id", "whatever"),
                                        new Header("x-package-name", PLAIN),
                                        new Header("x-api-key", "k"),
                                        new Header("x-sdk-version", "3.0.0")));
        assertThat(((CompanionAdmission.Admitted) admission).companion())
                .isEqualTo(new CompanionIdentity(ANN, PLAIN, "k", "3.0.0", false, null));
    }

    @Test
    void anAppsTokenSaysWhichItIsAndItsHeadersDoNot() {
        String token = token("packageName", PLAIN, "apiKey", "k");
        var admission =
                profile()
                        .companions()
                        .admit(
                                handshake(
                                        "",
                                        new Header("authorization", "Bearer " + token),
                                        new Header("x-user-id", ANN),
                                        new Header("x-session-id", "s"),
                                        new Header("x-package-name", TRUSTED),
                                        new Header("x-api-key", "another")));
        assertThat(((CompanionAdmission.Admitted) admission).companion())
                .isEqualTo(new CompanionIdentity(ANN, PLAIN, "k", null, true, null));
    }

    // ---- apps

    @Test
    void anAppWithATokenNamesItsUserAndSession() {
        String body = app("MISSING_HEADERS", "Missing userId or sessionId in request headers");
        String token = token("packageName", PLAIN, "apiKey", key(PLAIN));
        String header = "Authorization: Bearer " + token;
        isRefused(body, APP, header);
        isRefused(body, APP, header, "x-user-id: " + ANN);
        isRefused(body, APP, header, "x-session-id: s");
        isRefused(body, APP, header, "x-user-id: ", "x-session-id: s");
        isRefused(body, APP, "Authorization: Bearer junk"); // not even looked at
    }

    private void isInvalid(String why, String token) {
        isRefused(
                app("JWT_INVALID", "Invalid JWT token: " + why),
                APP,
                "Authorization: Bearer " + token,
                "x-user-id: " + ANN,
                "x-session-id: " + sessionId(PLAIN));
    }

    @Test
    void anAppIsToldWhyItsTokenIsWrong() {
        Object[] claims = {"packageName", PLAIN, "apiKey", key(PLAIN)};
        String right = token(claims);
        isInvalid("jwt malformed", "");
        isInvalid("jwt malformed", "junk");
        isInvalid("jwt malformed", "a.b");
        isInvalid("invalid token", "a.b.c");
        isInvalid("jwt signature is required", right.substring(0, right.lastIndexOf('.') + 1));
        String another = token("packageName", TRUSTED, "apiKey", key(PLAIN));
        isInvalid(
                "invalid signature",
                another.substring(0, another.lastIndexOf('.'))
                        + right.substring(right.lastIndexOf('.')));
        isInvalid(
                "jwt expired",
                token("packageName", PLAIN, "apiKey", key(PLAIN), "exp", world.in(Duration.ZERO)));
        isInvalid(
                "jwt not active",
                token(
                        "packageName",
                        PLAIN,
                        "apiKey",
                        key(PLAIN),
                        "nbf",
                        world.in(Duration.ofSeconds(1))));
        isInvalid("invalid token", token("packageName", PLAIN));
        isInvalid("invalid token", token("apiKey", key(PLAIN)));
        isInvalid("invalid token", token("packageName", 7, "apiKey", key(PLAIN)));
    }

    @Test
    void withoutABearerTokenAnAppMaySayLaterWhoItIs() {
        isAccepted(APP);
        isAccepted(APP, "x-user-id: " + ANN, "x-package-name: " + PLAIN, "x-api-key: k");
        isAccepted(APP, "Authorization: Basic eDp5");
        isAccepted(APP, "Authorization: bearer junk"); // the scheme is looked at as it is written
    }

    @Test
    void anAppWhoseUserIsKnownIsBroughtToTheSession() {
        world.glasses();
        Upgrade known = world.upgrade(world.elsewhere, APP, "x-user-id: " + ANN);
        assertThat(((Upgrade.Accept) known).home()).isSameAs(world.home);
        Upgrade unknown = world.upgrade(world.elsewhere, APP);
        assertThat(((Upgrade.Accept) unknown).home()).isNull();
        new FakeConnection(world.elsewhere).open((Upgrade.Accept) unknown);
    }
}
