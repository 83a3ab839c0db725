package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.PusherWorld.Answer;
import dev.resound.pusher.PusherWorld.Client;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /apps/{id}/events}. */
class PublishTest {
    private final PusherWorld world = PusherWorld.inAnyDialect();

    @ParameterizedTest // rows 60, 61
    @CsvSource({"reverb, {}", "pusher, {}", "soketi, '{\"ok\":true}'"})
    void anEventIsAcceptedInTheDialectsWords(String dialect, String body) {
        PusherWorld world = PusherWorld.speaking(PusherWorld.dialect(dialect));
        Client client = world.connect(world.b).joins("orders").forgets();
        assertThat(
                        world.post(
                                "/events",
                                "{\"name\":\"paid\",\"channel\":\"orders\",\"data\":\"{\\\"n\\\":1}\"}"))
                .isEqualTo(new Answer(200, body));
        client.hears("{\"event\":\"paid\",\"data\":\"{\\\"n\\\":1}\",\"channel\":\"orders\"}");
    }

    @Tag("loops")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/events {\"name\":\"e\",\"channels\":[\"orders\",\"news\"],\"data\":\"1\"}",
                "/batch_events {\"batch\":[{\"name\":\"e\",\"channel\":\"orders\",\"data\":\"1\"},"
                        + "{\"name\":\"e\",\"channel\":\"news\",\"data\":\"1\"}]}"
            })
    void whereOneChannelHasNoRoomNoneGetsItsEvent(String call) {
        Client orders = world.connect(world.a).joins("orders").forgets();
        Client news = world.connect(world.b).joins("news").forgets();
        String path = call.substring(0, call.indexOf(' '));
        String body = call.substring(call.indexOf(' ') + 1);
        world.b.lane().inOrder(16 << 20, () -> {});
        assertThat(world.post(path, body).status()).isEqualTo(503);
        orders.hearsNothing();
        assertThat(world.post(path, body).status()).isEqualTo(200);
        orders.hears(Frames.published("e", "1", "orders"));
        news.hears(Frames.published("e", "1", "news"));
    }

    @Tag("reverb")
    @Test // row 60
    void severalChannelsAreServedInOneCall() {
        Client orders = world.connect(world.a).joins("orders").forgets();
        Client news = world.connect(world.b).joins("news").forgets();
        Client both = world.connect(world.c).joins("orders").joins("news").forgets();
        assertThat(
                        world.post(
                                "/events",
                                "{\"name\":\"e\",\"channels\":[\"orders\",\"news\",\"empty\"],\"data\":\"1\"}"))
                .isEqualTo(new Answer(200, "{}"));
        orders.hears(Frames.published("e", "1", "orders"));
        news.hears(Frames.published("e", "1", "news"));
        both.hears(Frames.published("e", "1", "orders"), Frames.published("e", "1", "news"));
    }

    @Test
    void theListWinsOverTheOneChannel() {
        Client one = world.connect().joins("one").joins("two").forgets();
        world.post(
                "/events",
                "{\"name\":\"e\",\"channel\":\"one\",\"channels\":[\"two\"],\"data\":\"1\"}");
        one.hears(Frames.published("e", "1", "two"));
    }

    @ParameterizedTest // row 105
    @ValueSource(
            strings = {
                "\"abc/d\"",
                "\"abc\\/d\"",
                "\"{\\\"n\\\":12345678901234567890.10}\"",
                "\"\\u00e9 é \\ud83d\\ude00 😀\"",
                "\"\\n\\t\\u0000\\\\\"",
                "\"<script>&amp;'\"",
            })
    void dataGoesOutAsItCameIn(String token) {
        Client client = world.connect(world.b).joins("orders").forgets();
        world.post("/events", "{\"name\":\"e\",\"channel\":\"orders\",\"data\":" + token + "}");
        client.hears("{\"event\":\"e\",\"data\":" + token + ",\"channel\":\"orders\"}");
    }

    @Tag("reverb")
    @Test
    void namesAreQuotedForTheirFrame() {
        Client client = world.connect().joins("a\"b\\c").forgets();
        world.publishes("a\"b\\c", "App\\Events\\\"X\"", "1");
        client.hears(
                "{\"event\":\"App\\\\Events\\\\\\\"X\\\"\",\"data\":\"1\",\"channel\":\"a\\\"b\\\\c\"}");
    }

    // ---- who does not get it

    @Test // row 65
    void theSocketNamedIsLeftOut() {
        Client sender = world.connect(world.a).joins("orders").forgets();
        Client other = world.connect(world.b).joins("orders").forgets();
        world.publishes("orders", "e", "1");
        world.post(
                "/events",
                "{\"name\":\"e\",\"channel\":\"orders\",\"data\":\"2\",\"socket_id\":\""
                        + sender.socketId
                        + "\"}");
        sender.hears(Frames.published("e", "1", "orders"));
        other.hears(Frames.published("e", "1", "orders"), Frames.published("e", "2", "orders"));
    }

    @Tag("reverb")
    @ParameterizedTest // row 66
    @ValueSource(strings = {"\"1.1\"", "\"rubbish\"", "\"\"", "null"})
    void anUnknownSocketLeavesNobodyOut(String socketId) {
        Client client = world.connect().joins("orders").forgets();
        assertThat(
                        world.post(
                                "/events",
                                "{\"name\":\"e\",\"channel\":\"orders\",\"data\":\"1\",\"socket_id\":"
                                        + socketId
                                        + "}"))
                .isEqualTo(new Answer(200, "{}"));
        client.hears(Frames.published("e", "1", "orders"));
    }

    // ---- info

    @Tag("reverb")
    @Test // row 62
    void infoTellsOfPresence() {
        world.connect().joinsPresence("presence-one", "{\"user_id\":1}");
        assertThat(
                        world.post(
                                "/events",
                                "{\"name\":\"e\",\"channels\":[\"presence-one\",\"two\"],\"data\":\"1\",\"info\":\"user_count\"}"))
                .isEqualTo(
                        new Answer(
                                200,
                                "{\"channels\":{\"presence-one\":{\"user_count\":1},\"two\":{}}}"));
    }

    @Tag("reverb")
    @Test // row 63
    void infoTellsOfSubscriptions() {
        world.connect().joinsPresence("presence-one", "{\"user_id\":1}").joins("two");
        assertThat(
                        world.post(
                                "/events",
                                "{\"name\":\"e\",\"channels\":[\"presence-one\",\"two\"],\"data\":\"1\",\"info\":\"subscription_count\"}"))
                .isEqualTo(
                        new Answer(
                                200,
                                "{\"channels\":{\"presence-one\":{},\"two\":{\"subscription_count\":1}}}"));
    }

    @Test // row 64
    void pusherHasCountsForEmptyChannelsToo() {
        PusherWorld world = PusherWorld.speaking(Dialect.PUSHER);
        world.connect().joins("two");
        assertThat(
                        world.post(
                                "/events",
                                "{\"name\":\"e\",\"channels\":[\"presence-one\",\"two\"],\"data\":\"1\",\"info\":\"user_count,subscription_count\"}"))
                .isEqualTo(
                        new Answer(
                                200,
                                "{\"channels\":{\"presence-one\":{\"user_count\":0,\"subscription_count\":0},\"two\":{\"subscription_count\":1}}}"));
    }

    // ---- what is refused

    @Tag("reverb")
    @ParameterizedTest // row 67
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"name":"e","channel":"c"}|{"data":["The data field is required."]}
                    {"channel":"c","data":"1"}|{"name":["The name field is required."]}
                    {"name":" ","channel":"c","data":""}|{"name":["The name field is required."],"data":["The data field is required."]}
                    {"name":"e","channel":"c","data":{}}|{"data":["The data field must be a string."]}
                    {"name":["e"],"channel":"c","data":7}|{"name":["The name field must be a string."],"data":["The data field must be a string."]}
                    {"name":"e","channel":"c","data":"1","socket_id":1234}|{"socket_id":["The socket id field must be a string."]}
                    {"name":"e","channel":"c","data":"1","info":1234}|{"info":["The info field must be a string."]}
                    {"name":"e","channel":7,"data":"1"}|{"channel":["The channel field must be a string."]}
                    {"name":"e","channels":"c","data":"1"}|{"channels":["The channels field must be an array."]}
                    {"name":"e","channels":[7],"data":"1"}|{"channels.0":["The channels.0 field must be a string."]}
                    {"name":"e","data":"1"}|{"channel":["The channel field is required when channels is not present."],"channels":["The channels field is required when channel is not present."]}
                    """)
    void wrongFieldsAreNamed(String body, String answer) {
        Client client = world.connect().joins("c").forgets();
        assertThat(world.post("/events", body)).isEqualTo(new Answer(422, answer));
        client.hearsNothing();
    }

    @Tag("reverb")
    @ParameterizedTest // row 68
    @ValueSource(
            strings = {"", "not json", "[]", "7", "null", "{\"name\":\"a\",\"name\":\"b\"}", "{"})
    void aBodyThatIsNoObjectIsNotUnderstood(String body) {
        assertThat(world.post("/events", body))
                .isEqualTo(new Answer(500, "Internal server error."));
        PusherWorld pusher = PusherWorld.speaking(Dialect.PUSHER);
        assertThat(pusher.post("/events", body).status()).isEqualTo(400);
        PusherWorld soketi = PusherWorld.speaking(Dialect.SOKETI);
        assertThat(soketi.post("/events", body))
                .isEqualTo(
                        new Answer(
                                400,
                                "{\"error\":\"The body is not a JSON object.\",\"code\":400}"));
    }

    @Tag("reverb")
    @Test
    void deepJsonIsNotUnderstood() {
        String body = "{\"name\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}";
        assertThat(world.post("/events", body).status()).isEqualTo(500);
    }

    @Test
    void aFieldErrorIsATextInOtherDialects() {
        PusherWorld pusher = PusherWorld.speaking(Dialect.PUSHER);
        assertThat(pusher.post("/events", "{\"name\":\"e\",\"channel\":\"c\"}"))
                .isEqualTo(new Answer(400, "The data field is required."));
    }

    // ---- limits

    @ParameterizedTest // row 104
    @ValueSource(strings = {"pusher", "soketi"})
    void channelsOfAnEventAreLimited(String dialect) {
        PusherWorld world = PusherWorld.speaking(PusherWorld.dialect(dialect));
        assertThat(world.post("/events", toChannels(99)).status()).isEqualTo(200);
        assertThat(world.post("/events", toChannels(100)).status()).isEqualTo(200);
        Answer refused = world.post("/events", toChannels(101));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("Cannot publish to more than 100 channels.");
    }

    private static String toChannels(int count) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < count; i++) {
            names.append(i == 0 ? "" : ",").append("\"c").append(i).append('"');
        }
        return "{\"name\":\"e\",\"channels\":[" + names + "],\"data\":\"1\"}";
    }

    @ParameterizedTest // row 104
    @ValueSource(strings = {"pusher", "soketi"})
    void eventNamesAreLimited(String dialect) {
        PusherWorld world = PusherWorld.speaking(PusherWorld.dialect(dialect));
        for (int length : List.of(199, 200)) {
            world.publishes("c", "x".repeat(length), "1");
        }
        assertThat(
                        world.post("/events", PusherWorld.publication("c", "x".repeat(201), "1"))
                                .status())
                .isEqualTo(400);
    }

    @ParameterizedTest // rows 72, 104
    @ValueSource(strings = {"pusher", "soketi"})
    void dataIsLimited(String dialect) {
        PusherWorld world = PusherWorld.speaking(PusherWorld.dialect(dialect));
        int limit = world.app.publish().dataBytes();
        world.publishes("c", "e", "x".repeat(limit - 1));
        world.publishes("c", "e", "x".repeat(limit));
        Answer refused =
                world.post("/events", PusherWorld.publication("c", "e", "x".repeat(limit + 1)));
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.body()).contains("content of this event");
    }

    @Test
    void dataIsMeasuredAsItIsMeantNotAsItIsWritten() {
        PusherWorld world = PusherWorld.speaking(Dialect.PUSHER);
        world.publishes("c", "e", "\"".repeat(10_240));
        assertThat(
                        world.post(
                                        "/events",
                                        PusherWorld.publication("c", "e", "\"".repeat(10_241)))
                                .status())
                .isEqualTo(413);
        assertThat(
                        world.post("/events", PusherWorld.publication("c", "e", "ż".repeat(5_121)))
                                .status())
                .isEqualTo(413);
    }

    @Tag("reverb")
    @Test // row 73
    void reverbHasNoLimitButThatOfTheRequest() {
        Client client = world.connect().joins("c").forgets();
        String data = "x".repeat(150_000);
        world.publishes("c", "e", data);
        client.hears(Frames.published("e", data, "c"));
    }

    @Tag("reverb")
    @Test
    void channelNamesAreCheckedLikeThoseOfSubscriptions() {
        PusherWorld pusher = PusherWorld.speaking(Dialect.PUSHER);
        assertThat(pusher.post("/events", PusherWorld.publication("a b", "e", "1")).status())
                .isEqualTo(400);
        assertThat(
                        world.post("/events", PusherWorld.publication("x".repeat(201), "e", "1"))
                                .status())
                .isEqualTo(422);
        assertThat(
                        world.post(
                                        "/events",
                                        "{\"name\":\"e\",\"channel\":\"a\\u0000\",\"data\":\"1\"}")
                                .status())
                .isEqualTo(422);
    }

    @Tag("reverb")
    @Test
    void nothingIsPublishedIfAnyChannelIsWrong() {
        Client client = world.connect().joins("good").forgets();
        assertThat(
                        world.post(
                                        "/events",
                                        "{\"name\":\"e\",\"channels\":[\"good\",\"bad\\n\"],\"data\":\"1\"}")
                                .status())
                .isEqualTo(422);
        client.hearsNothing();
    }

    @Test
    void javaPublishesTheSameFrames() {
        Client client = world.connect().joins("c").forgets();
        assertThat(world.pusher.trigger(world.app, "c", "e", "{\"n\":1}")).isTrue();
        world.settle();
        client.hears("{\"event\":\"e\",\"data\":{\"n\":1},\"channel\":\"c\"}");
    }
}
