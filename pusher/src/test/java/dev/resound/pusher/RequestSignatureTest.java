package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Hub;
import dev.resound.core.Journal;
import dev.resound.core.Roster;
import dev.resound.pusher.PusherWorld.Answer;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls come from who knows the secret, and from nobody else. */
class RequestSignatureTest {
    private static final String BODY =
            "{\"name\":\"foo\",\"channels\":[\"project-3\"],\"data\":\"{\\\"some\\\":\\\"data\\\"}\"}";
    private static final String EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e";

    private static final App VECTORS =
            App.builder("3", "278d425bdf160c739803", "7ad3773142a6692b25b8").build();
    private static final App REVERB = App.builder("123456", "reverb-key", "reverb-secret").build();

    private static boolean verifies(
            App app, String method, String path, String prefix, String query, String body) {
        return verifies(app, method, path, prefix, query, body, 1_700_000_000L);
    }

    private static boolean verifies(
            App app,
            String method,
            String path,
            String prefix,
            String query,
            String body,
            long now) {
        return RequestSignature.verify(
                PusherWorld.request(method, path, prefix, query, body),
                Query.parse(query),
                new AppRuntime(
                        app,
                        Roster.alone(),
                        new SharedHistories(new Hub(), Journal.NONE, scope -> null, List::of)),
                now);
    }

    // ---- the specification's vectors

    @Test
    void theDocumentedPostVerifies() {
        String query =
                "auth_key=278d425bdf160c739803&auth_timestamp=1353088179&auth_version=1.0"
                        + "&body_md5=ec365a775a4cd0599faeb73354201b6f"
                        + "&auth_signature=da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c";
        assertThat(verifies(VECTORS, "POST", "/apps/3/events", "", query, BODY)).isTrue();
        assertThat(verifies(VECTORS, "POST", "/apps/3/events", "", query, BODY + " ")).isFalse();
        assertThat(verifies(VECTORS, "POST", "/apps/3/events", "", query, "")).isFalse();
        assertThat(verifies(VECTORS, "PUT", "/apps/3/events", "", query, BODY)).isFalse();
        assertThat(verifies(VECTORS, "POST", "/apps/4/events", "", query, BODY)).isFalse();
        assertThat(verifies(VECTORS, "POST", "/apps/3/events", "", query + "&x=1", BODY)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "info=user_count, 53325214f5c3b3e24f1f25489263e67aee47293177d6dd574b9d44e1befb9d02",
        "x[]=a&x[]=b, b9ea516b49d09315ce777534789d755ca275b9a28c20ab835f12a9c51c09953a",
        "x%5B%5D=a&x%5B%5D=b, b9ea516b49d09315ce777534789d755ca275b9a28c20ab835f12a9c51c09953a",
    })
    void theDocumentedGetVerifies(String parameter, String signature) {
        String query =
                "auth_key=reverb-key&auth_timestamp=1700000000&auth_version=1.0&"
                        + parameter
                        + "&auth_signature=";
        String path = "/apps/123456/channels";
        assertThat(verifies(REVERB, "GET", path, "", query + signature, "")).isTrue();
        assertThat(
                        verifies(
                                REVERB,
                                "GET",
                                path,
                                "",
                                query + signature.toUpperCase(Locale.ROOT),
                                ""))
                .isFalse();
        assertThat(verifies(REVERB, "GET", path, "", query, "")).isFalse();
    }

    // ---- what SDKs do differently

    private static String signed(String path, String parameters) {
        return parameters
                + "&auth_signature="
                + BackEnd.of(REVERB).hmac("GET\n" + path + "\n" + parameters);
    }

    @Test // rows 74, 75
    void thePrefixMayBeSignedOrNot() {
        String parameters = "auth_key=reverb-key&auth_timestamp=1&auth_version=1.0";
        String with = signed("/ws/apps/123456/channels", parameters);
        String without = signed("/apps/123456/channels", parameters);
        assertThat(verifies(REVERB, "GET", "/ws/apps/123456/channels", "/ws", with, "")).isTrue();
        assertThat(verifies(REVERB, "GET", "/ws/apps/123456/channels", "/ws", without, ""))
                .isTrue();
        assertThat(verifies(REVERB, "GET", "/apps/123456/channels", "", with, "")).isFalse();
    }

    @Test
    void theDigestOfAnEmptyBodyMayBeSignedOrNot() {
        String path = "/apps/123456/channels";
        String withDigest = "auth_key=k&auth_timestamp=1&auth_version=1.0&body_md5=" + EMPTY_MD5;
        assertThat(verifies(REVERB, "GET", path, "", signed(path, withDigest), "")).isTrue();
        String unsigned =
                signed(path, "auth_key=k&auth_timestamp=1&auth_version=1.0")
                        + "&body_md5="
                        + EMPTY_MD5;
        assertThat(verifies(REVERB, "GET", path, "", unsigned, "")).isTrue();
        String other = "auth_key=k&auth_timestamp=1&auth_version=1.0&body_md5=" + "0".repeat(32);
        assertThat(verifies(REVERB, "GET", path, "", signed(path, other), "")).isFalse();
    }

    @Test
    void whatAClientSaysOfItsBodyIsNotAsked() {
        String path = "/apps/123456/events";
        String parameters = "auth_key=reverb-key&auth_timestamp=1&auth_version=1.0";
        String signature =
                BackEnd.of(REVERB)
                        .hmac(
                                "POST\n"
                                        + path
                                        + "\n"
                                        + parameters
                                        + "&body_md5="
                                        + BackEnd.md5(BODY));
        String query = parameters + "&auth_signature=" + signature;
        assertThat(verifies(REVERB, "POST", path, "", query, BODY)).isTrue();
        assertThat(verifies(REVERB, "POST", path, "", query + "&body_md5=rubbish", BODY)).isTrue();
    }

    @Test
    void anEncodedPathMayBeSignedEitherWay() {
        String encoded = "/apps/123456/channels/a%20b%40c";
        String parameters = "auth_key=reverb-key&auth_timestamp=1&auth_version=1.0";
        assertThat(verifies(REVERB, "GET", encoded, "", signed(encoded, parameters), "")).isTrue();
        assertThat(
                        verifies(
                                REVERB,
                                "GET",
                                encoded,
                                "",
                                signed("/apps/123456/channels/a b@c", parameters),
                                ""))
                .isTrue();
    }

    @Test
    void valuesAreSignedDecoded() {
        String path = "/apps/123456/channels";
        String signature =
                BackEnd.of(REVERB)
                        .hmac(
                                "GET\n"
                                        + path
                                        + "\nauth_key=k&filter_by_prefix=a b/c&info=user_count,x");
        assertThat(
                        verifies(
                                REVERB,
                                "GET",
                                path,
                                "",
                                "info=user_count%2Cx&auth_key=k&filter_by_prefix=a+b%2Fc&auth_signature="
                                        + signature,
                                ""))
                .isTrue();
    }

    // ---- what dialects want beyond

    private static boolean verifiesAt(App app, String timestamp, String key, long now) {
        String path = "/apps/" + app.id() + "/channels";
        String parameters =
                "auth_key=" + key + "&auth_timestamp=" + timestamp + "&auth_version=1.0";
        String query =
                parameters
                        + "&auth_signature="
                        + BackEnd.of(app).hmac("GET\n" + path + "\n" + parameters);
        return verifies(app, "GET", path, "", query, "", now);
    }

    @Test
    void pusherWantsARecentTimestamp() {
        App app = PusherWorld.app().dialect(Dialect.PUSHER).build();
        assertThat(verifiesAt(app, "10000", "app-key", 10_600)).isTrue();
        assertThat(verifiesAt(app, "10000", "app-key", 9_400)).isTrue();
        assertThat(verifiesAt(app, "10000", "app-key", 10_601)).isFalse();
        assertThat(verifiesAt(app, "10000", "app-key", 9_399)).isFalse();
        for (String wrong :
                List.of("", "x", "1e4", "99999999999999999999", "-9223372036854775808")) {
            assertThat(verifiesAt(app, wrong, "app-key", 10_000)).as(wrong).isFalse();
        }
    }

    @Test
    void reverbAndSoketiTakeAnyTimestampUnlessToldOtherwise() {
        assertThat(verifiesAt(PusherWorld.reverbApp().build(), "1", "app-key", 10_000)).isTrue();
        assertThat(
                        verifiesAt(
                                PusherWorld.reverbApp().dialect(Dialect.SOKETI).build(),
                                "1",
                                "app-key",
                                10_000))
                .isTrue();
        assertThat(
                        verifiesAt(
                                PusherWorld.reverbApp().checksTimestamp(true).build(),
                                "1",
                                "app-key",
                                10_000))
                .isFalse();
    }

    @Test
    void pusherAndSoketiWantTheAppsKey() {
        for (Dialect dialect : List.of(Dialect.PUSHER, Dialect.SOKETI)) {
            App app = PusherWorld.reverbApp().dialect(dialect).build();
            assertThat(verifiesAt(app, "10000", "other-key", 10_000)).isFalse();
        }
        assertThat(verifiesAt(PusherWorld.reverbApp().build(), "10000", "other-key", 10_000))
                .isTrue();
    }

    // ---- every route

    @Test // row 70
    void everyCallNeedsASignature() {
        PusherWorld world = PusherWorld.speaking(Dialect.REVERB);
        world.connect().joins("c");
        Answer refused = new Answer(401, "Authentication signature invalid.");
        for (String path :
                List.of("/channels", "/channels/c", "/channels/c/users", "/connections")) {
            assertThat(world.send("GET", "/apps/app-id" + path, "", "")).isEqualTo(refused);
        }
        for (String path : List.of("/events", "/batch_events", "/users/1/terminate_connections")) {
            assertThat(world.send("POST", "/apps/app-id" + path, "", BODY)).isEqualTo(refused);
        }
    }

    @Test // row 71
    void anotherSecretIsRefused() {
        for (Dialect dialect : List.of(Dialect.REVERB, Dialect.PUSHER, Dialect.SOKETI)) {
            PusherWorld world = PusherWorld.speaking(dialect);
            String path = "/apps/app-id/events";
            String query =
                    new BackEnd("app-key", "other-secret")
                            .signedQuery(
                                    "POST", path, Map.of(), BODY, Instant.now().getEpochSecond());
            assertThat(world.send("POST", path, query, BODY).status()).isEqualTo(401);
        }
    }

    @Test // row 69
    void anUnknownAppIsNamedShortened() {
        PusherWorld world = PusherWorld.speaking(Dialect.REVERB);
        assertThat(world.send("GET", "/apps/nope/channels", "", ""))
                .isEqualTo(new Answer(404, "No matching application for ID [nope]."));
        assertThat(world.send("GET", "/apps//channels", "", ""))
                .isEqualTo(new Answer(400, "Application ID not provided."));
        assertThat(world.send("GET", "/apps/" + "x".repeat(5_000) + "/channels", "", "").body())
                .hasSizeLessThan(150);
        PusherWorld soketi = PusherWorld.speaking(Dialect.SOKETI);
        assertThat(soketi.send("GET", "/apps/nope/channels", "", ""))
                .isEqualTo(
                        new Answer(
                                404,
                                "{\"error\":\"The app nope could not be found.\",\"code\":404}"));
    }

    @Test
    void aDisabledAppIsForbiddenToThoseWhoMayKnow() {
        PusherWorld world = new PusherWorld(PusherWorld.app().enabled(false).build());
        assertThat(world.get("/channels").status()).isEqualTo(403);
        assertThat(world.send("GET", "/apps/app-id/channels", "", "").status()).isEqualTo(401);
    }
}
