package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.PusherWorld.Client;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What sockets and back ends may do in a second. */
class RatesTest {
    private static final String TOO_FAST = Frames.error(4301, "Client events come too fast");

    private static App.Builder app(App.Rates rates) {
        return PusherWorld.reverbApp().rates(rates);
    }

    private static String whisper(int number) {
        return Frames.clientEvent("client-e", "c", "{\"n\":" + number + "}");
    }

    @Tag("clock")
    @Test
    void aSocketMaySaveUpTwoSecondsOfClientEvents() {
        PusherWorld world = new PusherWorld(app(new App.Rates(5, 0, 0, 0)).build());
        Client sender = world.connect().joins("c").forgets();
        Client other = world.connect().joins("c").forgets();
        for (int i = 0; i < 10; i++) {
            sender.says(whisper(i)).hearsNothing();
        }
        sender.says(whisper(10)).hears(TOO_FAST).staysOpen();
        assertThat(other.connection.takeTexts()).hasSize(10);
        world.passes(Duration.ofMillis(200));
        sender.says(whisper(11)).hearsNothing();
        sender.says(whisper(12)).hears(TOO_FAST);
        assertThat(other.connection.takeTexts()).hasSize(1);
    }

    @Test
    void otherMessagesAndOtherSocketsAreNotConcerned() {
        PusherWorld world = new PusherWorld(app(new App.Rates(1, 0, 0, 0)).build());
        Client loud = world.connect().joins("c").forgets();
        Client other = world.connect().joins("c").forgets();
        for (int i = 0; i < 3; i++) {
            loud.says(whisper(i));
        }
        loud.forgets().joins("d").hears(Frames.succeeded("d"));
        other.forgets().says(whisper(0)).hearsNothing();
        loud.hears(Frames.clientEvent("client-e", "c", "{\"n\":0}"));
    }

    @Test
    void tenASecondIsTheDefaultInEveryDialect() {
        for (Dialect dialect : List.of(Dialect.REVERB, Dialect.PUSHER, Dialect.SOKETI)) {
            PusherWorld world = PusherWorld.speaking(dialect);
            assertThat(world.app.rates()).isEqualTo(new App.Rates(10, 0, 0, 0));
        }
    }

    @Test
    void pusherAndSoketiSaySoOnTheChannel() {
        for (Dialect dialect : List.of(Dialect.PUSHER, Dialect.SOKETI)) {
            PusherWorld world =
                    new PusherWorld(
                            app(new App.Rates(1, 0, 0, 0))
                                    .dialect(dialect)
                                    .clientEvents(ClientEvents.MEMBERS)
                                    .build());
            Client sender = world.connect().joinsPrivate("private-c").forgets();
            String whisper = Frames.clientEvent("client-e", "private-c", "{}");
            sender.says(whisper).says(whisper).hearsNothing();
            sender.says(whisper)
                    .hears(
                            """
                            {"event":"pusher:error","data":{"code":4301,"message":"Client events come too fast"},"channel":"private-c"}\
                            """)
                    .staysOpen();
        }
    }

    @Test
    void theWholeAppMayHaveARateOfItsOwn() {
        PusherWorld world = new PusherWorld(app(new App.Rates(0, 3, 0, 0)).build());
        Client one = world.connect().joins("c").forgets();
        Client two = world.connect().joins("c").forgets();
        one.says(whisper(0)).says(whisper(1)).hearsNothing();
        two.forgets().says(whisper(2)).hearsNothing();
        one.forgets().says(whisper(3)).hears(TOO_FAST);
    }

    @Test
    void backEndEventsCountByChannel() {
        for (Dialect dialect : List.of(Dialect.REVERB, Dialect.PUSHER, Dialect.SOKETI)) {
            PusherWorld world =
                    new PusherWorld(app(new App.Rates(0, 0, 4, 0)).dialect(dialect).build());
            String three = "{\"name\":\"e\",\"channels\":[\"a\",\"b\",\"c\"],\"data\":\"1\"}";
            assertThat(world.post("/events", three).status()).isEqualTo(200);
            assertThat(world.post("/events", three).status()).isEqualTo(429);
            assertThat(world.post("/events", PusherWorld.publication("a", "e", "1")).status())
                    .isEqualTo(200);
            assertThat(world.post("/events", PusherWorld.publication("a", "e", "1")).status())
                    .isEqualTo(429);
            assertThat(world.get("/channels").status()).isEqualTo(200);
        }
    }

    @Test
    void aBatchCountsByItem() {
        PusherWorld world = new PusherWorld(app(new App.Rates(0, 0, 2, 0)).build());
        String item = PusherWorld.publication("a", "e", "1");
        String batch = "{\"batch\":[" + item + "," + item + "]}";
        assertThat(world.post("/batch_events", batch).status()).isEqualTo(200);
        assertThat(world.post("/batch_events", batch).status()).isEqualTo(429);
    }

    @Test
    void oneWishForMoreThanASecondsWorthIsGrantedWhenNothingElseWas() {
        PusherWorld world = new PusherWorld(app(new App.Rates(0, 0, 2, 0)).build());
        String three = "{\"name\":\"e\",\"channels\":[\"a\",\"b\",\"c\"],\"data\":\"1\"}";
        assertThat(world.post("/events", three).status()).isEqualTo(200);
        assertThat(world.post("/events", three).status()).isEqualTo(429);
    }

    @Test
    void questionsHaveARateOfTheirOwn() {
        PusherWorld world = new PusherWorld(app(new App.Rates(0, 0, 0, 2)).build());
        assertThat(world.get("/channels").status()).isEqualTo(200);
        assertThat(world.get("/channels/a").status()).isEqualTo(200);
        assertThat(world.get("/channels").status()).isEqualTo(429);
        assertThat(world.post("/events", PusherWorld.publication("a", "e", "1")).status())
                .isEqualTo(200);
    }
}
