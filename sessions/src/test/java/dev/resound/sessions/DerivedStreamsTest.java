package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.FakeConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams that are made of the device's media by somebody else's code. */
@Timeout(60)
@ParameterizedClass
@EnumSource(World.Where.class)
@SuppressWarnings("NullAway.Init")
class DerivedStreamsTest {
    @Parameter World.Where where;

    private final RecordingProvider provider = new RecordingProvider("words");
    private final RecordingProvider second = new RecordingProvider("faces");
    private World world;
    private FakeConnection device;
    private FakeConnection notes;
    private FakeConnection maps;

    @BeforeEach
    void begin() {
        world =
                new World(
                        where,
                        new TestProfile(),
                        options ->
                                options.with(
                                        new DeviceSessionOptions.Pace(
                                                Duration.ZERO,
                                                options.pace().show(),
                                                options.pace().changes())),
                        builder -> builder.streams(provider).streams(second));
        world.knows("notes");
        world.knows("maps");
        device = world.device();
        notes = world.runs(device, "notes");
        maps = world.runs(device, "maps");
    }

    @AfterEach
    void close() {
        provider.mayTake.release(1_000_000);
        world.close();
    }

    private void opened() {
        world.says(notes, "subscribe words");
        world.until(() -> !provider.sinks.isEmpty());
    }

    private void media(String piece) {
        device.says(piece.getBytes(StandardCharsets.UTF_8));
        world.settle();
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void closed() {
        world.until(() -> provider.count("close words") == 1);
    }

    @Test
    void aStreamIsOpenedForTheFirstWhoWantsItAndGetsTheMedia() {
        opened();
        media("a");
        world.says(maps, "subscribe words");
        media("b");
        world.until(() -> provider.calls.contains("media b"));

        assertThat(provider.calls).containsExactly("open words ann", "media a", "media b");
    }

    @Test
    void whatItSaysReachesAllWhoWantIt() {
        opened();
        world.says(maps, "subscribe words");

        byte[] event = json("{\"text\":\"hi\"}");
        provider.sinks.getFirst().emit(event);
        Arrays.fill(event, (byte) '?'); // its own, and used again
        world.settle();

        assertThat(notes.takeTexts()).containsExactly("words {\"text\":\"hi\"}");
        assertThat(maps.takeTexts()).containsExactly("words {\"text\":\"hi\"}");
    }

    @Test
    void itMaySpeakForAnotherStream() {
        opened();
        world.says(maps, "subscribe words:en");

        provider.sinks.getFirst().emit(new StreamName("words", "en"), json("{}"));
        world.settle();

        assertThat(maps.takeTexts()).containsExactly("words:en {}");
        assertThat(notes.takeTexts()).containsExactly("words {}");
    }

    @Test
    void eachNameIsAStreamOfItsOwn() {
        world.says(notes, "subscribe words:en words:de");
        world.says(maps, "subscribe words:en button");
        world.until(() -> provider.sinks.size() == 2);
        media("a");
        world.until(() -> provider.count("media a") == 2);

        assertThat(provider.calls).contains("open words:en ann", "open words:de ann").hasSize(4);
    }

    @Test
    void theProviderThatCanIsAsked() {
        world.says(notes, "subscribe words faces");
        world.until(() -> second.calls.size() + provider.calls.size() == 2);

        assertThat(provider.calls).containsExactly("open words ann");
        assertThat(second.calls).containsExactly("open faces ann");
    }

    @Test
    void itIsClosedAWhileAfterTheLastHasGone() {
        opened();
        world.says(maps, "subscribe words");
        world.says(notes, "subscribe");
        world.advanceSeconds(10);
        assertThat(provider.calls).doesNotContain("close words");

        world.says(maps, "subscribe");
        world.advance(Duration.ofMillis(4_999));
        media("late");
        world.until(() -> provider.calls.contains("media late"));
        world.advance(Duration.ofMillis(1));

        closed();
    }

    @Test
    void itStaysIfAnotherComesInTime() {
        opened();
        world.says(notes, "subscribe");
        world.advanceSeconds(4);
        world.says(maps, "subscribe words");
        world.advanceSeconds(20);
        media("a");
        world.until(() -> provider.calls.contains("media a"));

        assertThat(provider.calls).containsExactly("open words ann", "media a");
    }

    @Test
    void itStaysWhileTheOneWhoWantsItIsAwayForAMoment() {
        opened();
        notes.vanishes();
        world.settle();
        world.advanceSeconds(4);
        world.joins("notes");
        world.advanceSeconds(20);
        media("a");
        world.until(() -> provider.calls.contains("media a"));

        assertThat(provider.calls).doesNotContain("close words");
    }

    @Test
    void itIsClosedWhenTheSessionEnds() {
        opened();
        world.sessions.session("ann").orElseThrow().end();
        world.settle();

        closed();
    }

    @Test
    void whatItSaysAfterItsCloseIsNotHeard() {
        opened();
        world.says(notes, "subscribe button");
        world.advanceSeconds(5);
        closed();
        world.says(notes, "subscribe words");
        world.until(() -> provider.sinks.size() == 2);

        provider.sinks.getFirst().emit(json("{\"old\":1}"));
        provider.sinks.getLast().emit(json("{\"new\":1}"));
        world.settle();

        assertThat(notes.takeTexts()).containsExactly("words {\"new\":1}");
    }

    @Test
    void oneThatIsSlowLosesTheOldestAndDelaysNobody() {
        provider.mayTake.drainPermits();
        opened();
        world.says(maps, "subscribe media faces");
        world.until(() -> !second.sinks.isEmpty());
        media("first");
        world.until(() -> provider.mayTake.hasQueuedThreads());
        int before = maps.frames().size();

        IntStream.range(0, 100).forEach(i -> media("m" + i));
        assertThat(maps.frames()).hasSize(before + 100);
        world.until(() -> second.calls.size() > 1);
        provider.mayTake.release(1_000);
        world.until(() -> provider.calls.contains("media m99"));

        List<String> taken = new ArrayList<>();
        taken.add("open words ann");
        taken.add("media first");
        IntStream.range(36, 100).forEach(i -> taken.add("media m" + i));
        assertThat(provider.calls).containsExactlyElementsOf(taken);
    }

    @Test
    void oneThatIsSlowIsClosedAllTheSame() {
        provider.mayTake.drainPermits();
        opened();
        IntStream.range(0, 100).forEach(i -> media("m" + i));

        world.sessions.session("ann").orElseThrow().end();
        world.settle();
        provider.mayTake.release(1);

        closed();
        assertThat(provider.calls).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void oneThatCannotBeOpenedIsTriedAgainLater() {
        provider.opening = new IllegalStateException("not now");
        world.says(notes, "subscribe words");
        world.until(() -> provider.count("open words ann") == 1);
        provider.opening = null;

        assertThat(opensAgainAfterMillis(1)).isGreaterThanOrEqualTo(5_000);
        assertThat(provider.count("open words ann")).isEqualTo(2);
    }

    /** The clock is turned until as many are open; how long that took. */
    private long opensAgainAfterMillis(int sinks) {
        long before = world.clock.millis();
        world.until(() -> {
            boolean open = provider.sinks.size() == sinks;
            if (!open) {
                world.clock.advance(Duration.ofMillis(100));
            }
            return open;
        });
        return world.clock.millis() - before;
    }

    @Test
    void oneWhoseNativePartIsMissingIsTriedAgainToo() {
        provider.linking = new UnsatisfiedLinkError("no such library");
        world.says(notes, "subscribe words");
        world.until(() -> provider.count("open words ann") == 1);
        provider.linking = null;

        assertThat(opensAgainAfterMillis(1)).isGreaterThanOrEqualTo(5_000);
    }

    @Test
    void oneThatFailsOnMediaIsClosedAndOpenedAgain() {
        opened();
        provider.taking = new IllegalStateException("what is this?");
        media("a");
        closed();
        provider.taking = null;

        assertThat(opensAgainAfterMillis(2)).isGreaterThanOrEqualTo(5_000);
        media("b");
        world.until(() -> provider.calls.contains("media b"));

        assertThat(provider.calls)
                .containsExactly("open words ann", "close words", "open words ann", "media b");
    }

    @Test
    void oneThatGivesUpIsOpenedAgainHoweverManySubscribeMeanwhile() {
        opened();
        provider.sinks.getFirst().failed(null);
        provider.sinks.getFirst().failed(new IllegalStateException("twice"));
        world.settle();
        closed();

        world.advanceSeconds(2);
        world.says(maps, "subscribe words");
        world.says(maps, "subscribe words button");
        world.advanceSeconds(3);

        world.until(() -> provider.sinks.size() == 2);
        assertThat(provider.count("open words ann")).isEqualTo(2);
    }

    @Test
    void oneThatHasGivenUpIsNotHeard() {
        opened();
        provider.sinks.getFirst().failed(null);
        provider.sinks.getFirst().emit(json("{}"));
        world.settle();

        assertThat(notes.takeTexts()).isEmpty();
    }

    @Test
    void oneThatHasGivenUpIsNotOpenedForNobody() {
        opened();
        provider.sinks.getFirst().failed(null);
        world.settle();
        world.says(notes, "subscribe");

        world.advanceSeconds(20);

        closed();
        assertThat(provider.count("open words ann")).isEqualTo(1);
    }

    @Test
    void itIsToldOfSpeechInOrder() {
        opened();
        world.says(device, "speech on");
        media("a");
        world.says(device, "speech off");
        world.until(() -> provider.calls.contains("speech false"));

        assertThat(provider.calls)
                .containsExactly("open words ann", "speech true", "media a", "speech false");
    }

    @Test
    void oneThatDoesNotKnowWhatItCanIsNoReasonToFail() {
        provider.supportFails = true;

        world.says(notes, "subscribe words faces button");
        world.says(device, "event button {}");
        world.until(() -> second.calls.size() == 1);

        assertThat(notes.takeTexts()).containsExactly("button {}");
        assertThat(notes.isOpen()).isTrue();
    }
}
