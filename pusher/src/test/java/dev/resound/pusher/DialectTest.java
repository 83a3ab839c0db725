package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.http.Header;
import dev.resound.pusher.PusherWorld.Client;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What differs from dialect to dialect and is nobody else's test. */
class DialectTest {

    @Test
    void dialectsAreFoundByName() {
        assertThat(Dialect.named("Reverb")).isSameAs(Dialect.REVERB);
        assertThat(Dialect.named("PUSHER")).isSameAs(Dialect.PUSHER);
        assertThat(Dialect.named("soketi")).isSameAs(Dialect.SOKETI);
        assertThat(Dialect.named("sockudo")).isNull();
    }

    @Test // row 12
    void reverbSaysWhoItIs() {
        assertThat(headers(Dialect.REVERB))
                .containsExactly(new Header("X-Powered-By", "Laravel Reverb"));
        assertThat(headers(Dialect.PUSHER)).isEmpty();
        assertThat(headers(Dialect.SOKETI)).isEmpty();
    }

    private static List<Header> headers(Dialect dialect) {
        return PusherWorld.speaking(dialect).upgrade("app-key", List.of()).headers();
    }

    @Test
    void theGreetingIsTheSameButForItsTimeout() {
        for (Dialect dialect : List.of(Dialect.REVERB, Dialect.PUSHER, Dialect.SOKETI)) {
            PusherWorld world = PusherWorld.speaking(dialect);
            Client client = world.knock(world.a, "app-key", List.of());
            assertThat(client.connection.takeTexts().getFirst())
                    .matches(
                            "\\{\"event\":\"pusher:connection_established\",\"data\":\"\\{\\\\\"socket_id\\\\\":\\\\\"\\d+\\.\\d+\\\\\","
                                    + "\\\\\"activity_timeout\\\\\":"
                                    + dialect.defaults().activityTimeout()
                                    + "}\"}");
        }
    }

    @Test
    void aPublicSubscriptionIsConfirmedWithDataInEveryDialect() {
        // soketi leaves the data out, which the Swift client cannot bear
        for (Dialect dialect : List.of(Dialect.REVERB, Dialect.PUSHER, Dialect.SOKETI)) {
            PusherWorld.speaking(dialect)
                    .connect()
                    .joins("orders")
                    .hears(Frames.succeeded("orders"));
        }
    }

    @Test
    void theMessageLimitIsHandedToTheTransport() {
        assertThat(limit(PusherWorld.reverbApp())).isEqualTo(10_000);
        assertThat(limit(PusherWorld.reverbApp().dialect(Dialect.SOKETI))).isEqualTo(1 << 20);
        assertThat(limit(PusherWorld.reverbApp().maxMessageBytes(1))).isEqualTo(1);
    }

    private static int limit(App.Builder app) {
        return new PusherWorld(app.build()).upgrade("app-key", List.of()).maxMessageBytes();
    }

    @Test
    void strangersAreSpokenToInTheServersDialect() {
        PusherWorld world = PusherWorld.speaking(Dialect.SOKETI);
        Client client = world.knock(world.a, "nobody", List.of());
        client.hears(
                "{\"event\":\"pusher:error\",\"data\":{\"code\":4001,\"message\":\"Application does not exist\"}}");
    }

    @Test
    void eachAppSpeaksItsOwn() {
        App soketi = App.builder("2", "key-2", "secret-2").dialect(Dialect.SOKETI).build();
        PusherWorld world = new PusherWorld(PusherWorld.reverbApp().build(), soketi);
        world.connect().joins("private-x").hears(Frames.error(4009, "Connection is unauthorized"));
        world.connect(world.a, soketi)
                .joins("private-x")
                .hears(
                        """
                        {"event":"pusher:subscription_error","channel":"private-x","data":{"type":"AuthError","error":"The connection is unauthorized.","status":401}}\
                        """);
    }

    @Test
    void secretsDoNotGetIntoLogs() {
        assertThat(PusherWorld.reverbApp().build())
                .hasToString("App[id=app-id, key=app-key, dialect=reverb]");
        assertThat(new Signer("app-secret").toString()).doesNotContain("app-secret");
    }
}
