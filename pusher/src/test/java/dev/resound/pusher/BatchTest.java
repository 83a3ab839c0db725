package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.PusherWorld.Answer;
import dev.resound.pusher.PusherWorld.Client;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /apps/{id}/batch_events}. */
class BatchTest {
    private final PusherWorld world = PusherWorld.inAnyDialect();

    private static String item(String channel, String more) {
        return "{\"name\":\"e\",\"channel\":\"" + channel + "\",\"data\":\"1\"" + more + "}";
    }

    private static String batch(String... items) {
        return "{\"batch\":[" + String.join(",", items) + "]}";
    }

    private static String info(String attributes) {
        return ",\"info\":\"" + attributes + "\"";
    }

    @ParameterizedTest // rows 77, 78
    @CsvSource({"reverb, '{\"batch\":{}}'", "pusher, {}", "soketi, '{\"ok\":true}'"})
    void aBatchIsAcceptedInTheDialectsWords(String dialect, String body) {
        PusherWorld world = PusherWorld.speaking(PusherWorld.dialect(dialect));
        Client client = world.connect(world.b).joins("one").joins("two").forgets();
        assertThat(world.post("/batch_events", batch(item("two", ""), item("one", ""))))
                .isEqualTo(new Answer(200, body));
        client.hears(Frames.published("e", "1", "two"), Frames.published("e", "1", "one"));
    }

    @Tag("reverb")
    @Test // row 79
    void infoIsToldItemByItem() {
        world.connect()
                .joinsPresence("presence-one", "{\"user_id\":1}")
                .joins("two")
                .joins("three");
        assertThat(
                        world.post(
                                "/batch_events",
                                batch(
                                        item("presence-one", info("user_count")),
                                        item("two", info("subscription_count")),
                                        item("three", info("subscription_count,user_count")))))
                .isEqualTo(
                        new Answer(
                                200,
                                "{\"batch\":[{\"user_count\":1},{\"subscription_count\":1},{\"subscription_count\":1}]}"));
    }

    @ParameterizedTest // row 80
    @ValueSource(strings = {"reverb", "pusher"})
    void itemsThatAskForNothingGetAnEmptyObject(String dialect) {
        PusherWorld world = PusherWorld.speaking(PusherWorld.dialect(dialect));
        world.connect().joinsPresence("presence-one", "{\"user_id\":1}");
        assertThat(
                        world.post(
                                "/batch_events",
                                batch(item("presence-one", info("user_count")), item("two", ""))))
                .isEqualTo(new Answer(200, "{\"batch\":[{\"user_count\":1},{}]}"));
    }

    @ParameterizedTest // row 81
    @ValueSource(strings = {"pusher", "soketi"})
    void aBatchIsLimited(String dialect) {
        PusherWorld world = PusherWorld.speaking(PusherWorld.dialect(dialect));
        assertThat(world.post("/batch_events", ofSize(9)).status()).isEqualTo(200);
        assertThat(world.post("/batch_events", ofSize(10)).status()).isEqualTo(200);
        Answer refused = world.post("/batch_events", ofSize(11));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("Batch too large");
    }

    @Tag("reverb")
    @Test
    void reverbTakesAnyNumber() {
        Client client = world.connect().joins("c0").forgets();
        assertThat(world.post("/batch_events", ofSize(50)).status()).isEqualTo(200);
        client.hears(Frames.published("e", "1", "c0"));
    }

    private static String ofSize(int size) {
        String[] items = new String[size];
        for (int i = 0; i < size; i++) {
            items[i] = item("c" + i, "");
        }
        return batch(items);
    }

    @Test // row 82
    void oneItemWithTooMuchDataRefusesAll() {
        PusherWorld world = PusherWorld.speaking(Dialect.PUSHER);
        Client client = world.connect().joins("one").forgets();
        String big = "{\"name\":\"e\",\"channel\":\"two\",\"data\":\"" + "x".repeat(11_000) + "\"}";
        Answer answer = world.post("/batch_events", batch(item("one", ""), big));
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.body()).contains("content of this event");
        client.hearsNothing();
    }

    @Test
    void anItemMayNameSeveralChannels() {
        Client client = world.connect().joins("one").joins("two").forgets();
        assertThat(
                        world.post(
                                        "/batch_events",
                                        "{\"batch\":[{\"name\":\"e\",\"channels\":[\"one\",\"two\"],\"data\":\"1\"}]}")
                                .status())
                .isEqualTo(200);
        client.hears(Frames.published("e", "1", "one"), Frames.published("e", "1", "two"));
    }

    @Test
    void theSocketNamedIsLeftOutOfItsItemOnly() {
        Client client = world.connect().joins("one").joins("two").forgets();
        world.post(
                "/batch_events",
                batch(item("one", ",\"socket_id\":\"" + client.socketId + "\""), item("two", "")));
        client.hears(Frames.published("e", "1", "two"));
    }

    @Tag("reverb")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {}|{"batch":["The batch field is required."]}
                    {"batch":7}|{"batch":["The batch field is required."]}
                    {"batch":{}}|{"batch":["The batch field is required."]}
                    {"batch":[7]}|{"batch.0":["The batch.0 field must be an array."]}
                    {"batch":[{"name":"e","channel":"c"}]}|{"batch.0.data":["The data field is required."]}
                    """)
    void wrongFieldsAreNamed(String body, String answer) {
        assertThat(world.post("/batch_events", body)).isEqualTo(new Answer(422, answer));
    }

    @Tag("reverb")
    @Test // row 68
    void anEmptyBodyIsNotUnderstood() {
        assertThat(world.post("/batch_events", ""))
                .isEqualTo(new Answer(500, "Internal server error."));
    }

    @Tag("reverb")
    @Test
    void oneWrongItemRefusesAll() {
        Client client = world.connect().joins("one").forgets();
        assertThat(world.post("/batch_events", batch(item("one", ""), "{\"name\":\"e\"}")).status())
                .isEqualTo(422);
        client.hearsNothing();
    }
}
