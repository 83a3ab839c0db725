package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.PusherWorld.Client;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Private and presence channels: who may join, and what becomes of who may not. */
class AuthorisationTest {
    private final PusherWorld world = PusherWorld.inAnyDialect();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    7ad3773142a6692b25b8|1234.1234:private-foobar|58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4
                    7ad3773142a6692b25b8|1234.1234:presence-foobar:{"user_id":10,"user_info":{"name":"Mr. Pusher"}}|afaed3695da2ffd16931f457e338e6c9f2921fa133ce7dac49f529792be6304c
                    7ad3773142a6692b25b8|1234.1234:presence-foobar:{"user_id":10,"user_info":{"name":"Mr. Channels"}}|31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80
                    7ad3773142a6692b25b8|1234.1234::user::{"id":"12345"}|4708d583dada6a56435fb8bc611c77c359a31eebde13337c16ab43aa6de336ba
                    reverb-secret|123.456:private-test-channel|76a49244b11cb7fe11ace959b62dccdfc03984eb84b212fa735e56b6a93b0199
                    reverb-secret|123.456:presence-test-channel:{"user_id":1,"user_info":{"name":"Test User"}}|e190001473492fed02ffccfb1c42db44154f05288d3767c04baf8aae8d6a46d8
                    """)
    void theKnownSignaturesComeOut(String secret, String text, String signature) {
        Signer signer = new Signer(secret);
        assertThat(signer.sign(text)).isEqualTo(signature);
        assertThat(signer.verify(text, signature)).isTrue();
        assertThat(signer.verify(text, signature.toUpperCase(Locale.ROOT))).isFalse();
        assertThat(signer.verify(text, signature.substring(1))).isFalse();
        assertThat(signer.verify(text + " ", signature)).isFalse();
        assertThat(signer.verify(text, null)).isFalse();
    }

    @Test // rows 21 and 22
    void withoutARightSignatureNobodyGetsInAndTheSocketStays() {
        Client client = world.connect();
        String right = BackEnd.of(world.app).authorise(client.socketId, "private-x");
        String digest = right.substring(right.indexOf(':') + 1);
        String other = BackEnd.of(world.app).authorise("1.1", "private-x");
        List<String> wrong =
                List.of(
                        "",
                        ":",
                        "garbage",
                        "app-key:",
                        "app-key",
                        "app-key:" + "0".repeat(64),
                        "app-key:" + digest.toUpperCase(Locale.ROOT),
                        "app-key:" + digest.substring(0, 63),
                        "app-key:" + digest + "0",
                        "app-key:" + digest + ":",
                        "a:b:" + digest,
                        other,
                        BackEnd.of(world.app).authorise(client.socketId, "private-y"),
                        BackEnd.of(world.app).authorise(client.socketId, "private-x", "{}"),
                        new BackEnd("app-key", "other-secret")
                                .authorise(client.socketId, "private-x"));
        for (String auth : wrong) {
            client.says(Frames.subscribe("private-x", auth))
                    .hears(world.unauthorised("private-x"))
                    .staysOpen();
        }
        client.joins("private-x").hears(world.unauthorised("private-x"));
        client.says(
                        "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"private-x\",\"auth\":null}}")
                .hears(world.unauthorised("private-x"));
        assertThat(world.get("/channels").body()).isEqualTo("{\"channels\":{}}");
        client.says(Frames.subscribe("private-x", right)).hears(Frames.succeeded("private-x"));
    }

    @ParameterizedTest
    @CsvSource({
        "private-x",
        "private-cache-x",
        "private-encrypted-x",
        "private-encrypted-cache-x",
        "presence-x",
        "presence-cache-x"
    })
    void everyKindThatNeedsASignatureIsClosedWithoutOne(String channel) {
        world.connect().joins(channel).hears(world.unauthorised(channel));
        assertThat(world.get("/channels").body()).isEqualTo("{\"channels\":{}}");
    }

    @Test
    void aChangedMemberIsRefused() {
        Client client = world.connect();
        String auth =
                BackEnd.of(world.app).authorise(client.socketId, "presence-x", "{\"user_id\":1}");
        client.says(Frames.subscribe("presence-x", auth, "{\"user_id\":2}"))
                .hears(world.unauthorised("presence-x"));
        client.says(Frames.subscribe("presence-x", auth, "{\"user_id\": 1}"))
                .hears(world.unauthorised("presence-x"));
        client.says(Frames.subscribe("presence-x", auth)).hears(world.unauthorised("presence-x"));
    }

    @Test // row 24
    void dataOnAPlainPrivateChannelIsPartOfWhatIsSigned() {
        Client client = world.connect();
        client.says(client.authorised("private-x", "{\"any\":1}"))
                .hears(Frames.succeeded("private-x"));
        String withoutData = BackEnd.of(world.app).authorise(client.socketId, "private-x");
        client.says(Frames.subscribe("private-x", withoutData, "{\"any\":1}"))
                .hears(world.unauthorised("private-x"));
    }

    @Test
    void theSignatureIsOverTheDataByteForByte() {
        Client client = world.connect();
        String data = "{ \"user_id\" : \"zażółć\\u0107\", \"user_info\" : {\"a\\/b\":1} }";
        client.joinsPresence("presence-x", data)
                .hears(Frames.present("presence-x", 1, "\"zażółćć\"", "\"zażółćć\":{\"a\\/b\":1}"));
    }

    @Tag("reverb")
    @Test // row 23
    void reverbDoesNotLookAtTheKey() {
        Client client = world.connect();
        String digest = BackEnd.of(world.app).hmac(client.socketId + ":private-x");
        client.says(Frames.subscribe("private-x", "another-key:" + digest))
                .hears(Frames.succeeded("private-x"));
    }

    @Test
    void pusherAndSoketiWantTheAppsKey() {
        for (Dialect dialect : List.of(Dialect.PUSHER, Dialect.SOKETI)) {
            PusherWorld world = PusherWorld.speaking(dialect);
            Client client = world.connect();
            String digest = BackEnd.of(world.app).hmac(client.socketId + ":private-x");
            String refused =
                    Frames.subscriptionError(
                            "private-x", "AuthError", "The connection is unauthorized.", 401);
            client.says(Frames.subscribe("private-x", "another-key:" + digest)).hears(refused);
            client.says(Frames.subscribe("private-x", digest)).hears(refused);
            client.says(Frames.subscribe("private-x", "app-key:" + digest))
                    .hears(Frames.succeeded("private-x"));
        }
    }

    @Test
    void aUsersOwnChannelIsForNobodyWhoDidNotSignIn() {
        Client client = world.connect();
        client.joins("#server-to-user-1").hears(world.unauthorised("#server-to-user-1"));
        client.says(client.authorised("#server-to-user-1"))
                .hears(world.unauthorised("#server-to-user-1"));
    }

    @Tag("reverb") // the others have words of their own for it
    @Test
    void signedDataThatSaysSomethingTwiceIsRefused() {
        Client client = world.connect();
        client.joinsPresence("presence-x", "{\"user_id\":1,\"user_id\":2}")
                .hears(world.unauthorised("presence-x"));
        assertThat(world.get("/channels").body()).isEqualTo("{\"channels\":{}}");
    }

    @Tag("reverb") // the others have words of their own for it
    @Test
    void signedDataThatIsNoObjectIsRefused() {
        Client client = world.connect();
        for (String data : List.of("[]", "7", "\"ann\"", "null", "true")) {
            client.joinsPresence("presence-x", data).hears(world.unauthorised("presence-x"));
        }
        assertThat(world.get("/channels").body()).isEqualTo("{\"channels\":{}}");
    }
}
