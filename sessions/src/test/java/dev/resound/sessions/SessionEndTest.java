package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import dev.resound.testkit.FakeConnection;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A session ends: everybody is told, nothing is left, and what ran is remembered. */
@Timeout(60)
@ParameterizedClass
@EnumSource(World.Where.class)
@SuppressWarnings("NullAway.Init")
class SessionEndTest {
    private static final Close ENDED = new Close(1000, "User session ended");
    private static final Close SHUTDOWN = new Close(1001, "Server shutting down");

    @Parameter World.Where where;

    private final TestProfile profile = new TestProfile();
    private World world;
    private FakeConnection device;

    @BeforeEach
    void begin() {
        profile.demands =
                List.of(TestProfile.wanted(Duration.ofMillis(100), Duration.ofSeconds(3), true));
        world = new World(where, profile);
        for (String id : List.of("notes", "maps", "clock", "mail")) {
            world.knows(id);
        }
        device = world.device();
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void companionsAreToldAndClosed() {
        FakeConnection notes = world.runs(device, "notes");

        device.vanishes();
        world.advanceSeconds(60);

        assertThat(notes.takeTexts()).containsExactly("stopped");
        assertThat(notes.closedWith()).isEqualTo(ENDED);
        assertThat(world.sessions.statistics().companions()).isZero();
        assertThat(world.joins("notes").takeTexts()).containsExactly("refused SESSION_NOT_FOUND");
    }

    @Test
    void whatRanRunsAgainInTheNextSession() {
        world.runs(device, "notes");
        device.vanishes();
        world.advanceSeconds(60);
        assertThat(world.running.of("ann")).containsExactly("notes");
        world.takeEvents();

        device = world.device();

        assertThat(device.takeTexts()).startsWith("hello ann");
        assertThat(world.takeEvents()).containsExactly("Opened", "CompanionInvited");
        assertThat(world.joins("notes").takeTexts()).first().isEqualTo("welcome []");
    }

    @Test
    void whatCannotRunAgainIsForgotten() {
        world.running.add("ann", "nobody");
        world.running.add("ann", "shy");
        world.knows(World.companion("shy", null, false));
        device.vanishes();
        world.advanceSeconds(60);

        device = world.device();

        assertThat(device.takeTexts()).contains("gone nobody", "gone shy");
        assertThat(world.running.of("ann")).doesNotContain("shy");
    }

    @Test
    void whateverWaitsIsCancelled() {
        FakeConnection notes = world.runs(device, "notes"); // stays
        world.says(notes, "subscribe media button");
        world.says(notes, "subscribe"); // an empty list, not believed yet
        world.says(notes, "ask 1");
        world.says(notes, "show main a");
        world.says(notes, "show main b"); // waits for its turn
        FakeConnection maps = world.runs(device, "maps");
        maps.vanishes(); // in its grace
        FakeConnection clock = world.runs(device, "clock");
        world.says(clock, "release");
        clock.vanishes(); // left alone
        world.says(device, "start mail"); // asked to come
        world.settle();
        device.takeTexts();
        notes.takeTexts();
        world.takeEvents();

        world.sessions.session("ann").orElseThrow().end();
        world.settle();
        assertThat(device.closedWith()).isEqualTo(ENDED);
        assertThat(world.takeEvents()).containsExactly("Ended");
        nothingWaits();

        assertThat(world.takeEvents()).isEmpty();
        assertThat(device.takeTexts()).isEmpty();
        assertThat(notes.takeTexts()).containsExactly("stopped");
        isEmpty();
    }

    private void isEmpty() {
        DeviceStatistics now = world.sessions.statistics();
        assertThat(now.sessions()).isZero();
        assertThat(now.devices()).isZero();
        assertThat(now.companions()).isZero();
    }

    /** A timer that was forgotten would make a loop turn within the day. */
    private void nothingWaits() {
        world.clock.advance(Duration.ofDays(1));
        assertThat(world.home.turn()).isFalse();
        assertThat(world.other.turn()).isFalse();
    }

    @Test
    void whoIsBeingStoppedOrToldIsForgotten() {
        profile.dismisses = true;
        FakeConnection notes = world.runs(device, "notes");
        world.runs(device, "maps").vanishes();
        world.settle();
        world.clock.advance(Duration.ofSeconds(5));
        world.home.turn();
        device.says("stop notes");

        DeviceSession session = Objects.requireNonNull(world.sessions.find("ann"));
        world.home.run(session::end); // before any answer to the calls is looked at
        world.until(() -> world.calls().size() == 4);
        world.takeEvents();
        world.advanceSeconds(100);

        assertThat(notes.closedWith()).isEqualTo(ENDED);
        assertThat(world.takeEvents()).isEmpty();
        isEmpty();
    }

    @Test
    void theLateEndOfItsSocketsChangesNothing() {
        FakeConnection notes = world.runs(device, "notes");
        world.sessions.session("ann").orElseThrow().end();
        world.settle();
        FakeConnection next = world.device();
        world.runs(next, "notes");

        device.vanishes();
        notes.vanishes();
        world.settle();

        assertThat(world.sessions.statistics().devices()).isEqualTo(1);
        assertThat(world.sessions.statistics().companions()).isEqualTo(1);
    }

    @Test
    void whatIsSaidIntoASessionThatHasEndedMeanwhileIsRefused() {
        FakeConnection notes = world.runs(device, "notes");
        FakeConnection late = world.companion();

        world.home.execute(() -> {}); // the session's loop is busy, so to say
        world.sessions.session("ann").orElseThrow().end();
        notes.says("do it");
        notes.says("ask 1");
        late.says("join ann notes key");
        world.settle();

        assertThat(late.isOpen()).isEqualTo(false);
        assertThat(world.sessions.statistics().companions()).isZero();
        isEmpty();
        nothingWaits();
    }

    // ---- the server stops

    @Test
    void aServerThatStopsEndsSessionsThatNobodyIsIn() {
        world.runs(device, "notes").vanishes();
        device.vanishes();
        world.settle();

        world.sessions.onStop();
        world.settle();

        assertThat(world.running.of("ann")).containsExactly("notes");
        isEmpty();
        nothingWaits();
    }

    @Test
    void whoIsThereIsToldByThePortAndTheLastEndsTheSession() {
        FakeConnection notes = world.runs(device, "notes");

        world.sessions.onStop();
        world.settle();
        device.closes(SHUTDOWN);
        world.settle();
        assertThat(notes.isOpen()).isTrue();
        assertThat(notes.takeTexts()).isEmpty();
        notes.closes(SHUTDOWN);
        world.settle();

        assertThat(world.running.of("ann")).containsExactly("notes");
        isEmpty();
        nothingWaits();
    }

    @Test
    void aDeviceMayBeTheLastToGo() {
        FakeConnection notes = world.runs(device, "notes");

        world.sessions.onStop();
        notes.closes(SHUTDOWN);
        world.settle();
        assertThat(world.sessions.count()).isEqualTo(1);
        device.closes(SHUTDOWN);

        isEmpty();
        nothingWaits();
    }

    @Test
    void nobodyIsAskedToComeToAServerThatStops() {
        FakeConnection notes = world.runs(device, "notes");
        world.sessions.onStop();
        world.settle();
        world.takeEvents();

        world.says(device, "start maps");
        notes.vanishes();
        world.settle();
        world.advanceSeconds(30);

        assertThat(world.takeEvents()).containsExactly("CompanionLost");
    }
}
