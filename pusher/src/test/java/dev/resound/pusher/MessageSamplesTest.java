package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resound.pusher.MessageSamples.Direction;
import dev.resound.pusher.MessageSamples.Sample;
import dev.resound.pusher.PusherWorld.Client;
import dev.resound.testkit.ManualClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("reverb") // sizes are those of its frames
class MessageSamplesTest {
    private final ManualClock clock = new ManualClock();
    private final MessageSamples samples = new MessageSamples(1, 5, clock);
    private final PusherWorld world = world(samples);

    private static PusherWorld world(PusherObserver observer) {
        return new PusherWorld(
                List.of(PusherWorld.app().build()), builder -> builder.observe(observer));
    }

    private Sample sample(
            Direction direction,
            Client client,
            String event,
            String channel,
            int bytes,
            int recipients) {
        String socket = direction == Direction.BROADCAST ? null : client.socketId;
        return new Sample(
                clock.instant(), "app-id", direction, socket, event, channel, bytes, recipients);
    }

    @Test
    void aRecordSaysWhatAMessageIsAbout() {
        Client client = world.connect();
        client.joins("news").forgets();
        world.publishes("news", "flash", "żółw");
        String join = "pusher:subscribe";
        String joined = "pusher_internal:subscription_succeeded";
        assertThat(samples.latest())
                .startsWith(
                        sample(Direction.BROADCAST, client, "flash", "news", 9, 1),
                        sample(
                                Direction.SENT,
                                client,
                                joined,
                                "news",
                                Frames.succeeded("news").length(),
                                1),
                        sample(
                                Direction.RECEIVED,
                                client,
                                join,
                                "news",
                                Frames.subscribe("news").length(),
                                0))
                .hasSize(4);
    }

    @Test
    void nothingOfWhatWasSaidIsKept() {
        Client client = world.connect().joinsPrivate("private-a");
        client.says("{\"event\":\"client-pin\",\"channel\":\"private-a\",\"data\":{\"pin\":4711}}");
        world.publishes("private-a", "e", "4711");
        assertThat(samples.latest().toString())
                .contains("client-pin", "private-a")
                .doesNotContain("4711", "app-key:");
    }

    @Test
    void theLatestAreKept() {
        for (int i = 0; i < 8; i++) {
            world.publishes("news", "e" + i, "1");
        }
        assertThat(samples.latest())
                .extracting(Sample::event)
                .containsExactly("e7", "e6", "e5", "e4", "e3");
    }

    @Test
    void rubbishHasASizeAndLongNamesAreCut() {
        Client client = world.connect();
        client.says("rubbish");
        client.says("{\"event\":\"" + "x".repeat(1_000) + "\",\"data\":\"no channel\"}");
        List<Sample> received =
                samples.latest().stream()
                        .filter(sample -> sample.direction() == Direction.RECEIVED)
                        .toList();
        assertThat(received).extracting(Sample::event).containsExactly("x".repeat(200), null);
        assertThat(received).extracting(Sample::channel).containsOnlyNulls();
        assertThat(received).extracting(Sample::bytes).containsExactly(1_032, 7);
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        for (int[] wrong : new int[][] {{0, 1}, {1, 0}, {1, (1 << 20) + 1}}) {
            assertThatThrownBy(() -> new MessageSamples(wrong[0], wrong[1]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** 2 000 tries at one in ten: 200, give or take 14. */
    @Test
    void whoWantsOneInSoManyIsToldOfAboutSoManyAndOthersOfAll() {
        List<AppEvent> some = new ArrayList<>();
        List<AppEvent> all = new ArrayList<>();
        PusherWorld busy =
                new PusherWorld(
                        List.of(PusherWorld.app().build()),
                        builder ->
                                builder.observe(broadcasts(10, some)).observe(broadcasts(1, all)));
        for (int i = 0; i < 2_000; i++) {
            busy.publishes("news", "e", "1");
        }
        assertThat(all).hasSize(2_000);
        assertThat(some).hasSizeBetween(60, 340);
        assertThat(all).containsAll(some);
    }

    private static PusherObserver broadcasts(int oneIn, List<AppEvent> told) {
        return new PusherObserver() {
            @Override
            public boolean wants(Class<? extends AppEvent> kind) {
                return kind == AppEvent.Broadcast.class;
            }

            @Override
            public int oneIn(Class<? extends AppEvent> kind) {
                return oneIn;
            }

            @Override
            public synchronized void on(AppEvent event) {
                told.add(event);
            }
        };
    }
}
