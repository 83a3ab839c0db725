package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resound.core.Close;
import dev.resound.testkit.FakeConnection;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Dead sockets are found, and tokens expire. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class LivenessTest {
    private World world;
    private FakeConnection device;
    private FakeConnection notes;

    private void begin(int silence, int idle, boolean closeExpired, String query) {
        world =
                new World(
                        World.Where.ON_ANOTHER_LOOP,
                        new TestProfile(),
                        options ->
                                options.with(
                                                new DeviceSessionOptions.Liveness(
                                                        Duration.ofSeconds(10),
                                                        Duration.ofSeconds(silence),
                                                        Duration.ofSeconds(idle)))
                                        .withCloseExpired(closeExpired),
                        builder -> {});
        world.knows("notes");
        device = world.device(world.home, "owner=ann" + query);
        world.says(device, "start notes");
        notes = world.companion(query.isEmpty() ? "" : query.substring(1));
        world.says(notes, "join ann notes key");
    }

    private void begin(int silence, int idle) {
        begin(silence, idle, false, "");
    }

    @AfterEach
    void close() {
        if (world != null) {
            world.close();
        }
    }

    private void seconds(int seconds) {
        for (int i = 0; i < seconds; i++) {
            world.advanceSeconds(1);
        }
    }

    @Test
    void everybodyIsPingedHeardOfOrNot() {
        begin(0, 0);

        for (int i = 0; i < 60; i++) {
            world.advanceSeconds(1);
            device.saysControl();
        }

        assertThat(device.pings()).isBetween(5, 7);
        assertThat(notes.pings()).isBetween(5, 7);
    }

    @Test
    void oneThatIsSilentIsClosedInTheWordsForItsKind() {
        begin(30, 120);

        seconds(41);

        assertThat(device.closedWith())
                .isEqualTo(new Close(1001, "Ping timeout - no pong received"));
        assertThat(notes.closedWith()).isEqualTo(new Close(1011, "Ping timeout"));
        assertThat(world.sessions.statistics().devices()).isZero();
        assertThat(world.sessions.count()).isEqualTo(1);
    }

    @Test
    void aPongIsEnoughToBeAlive() {
        begin(30, 120);

        for (int i = 0; i < 20; i++) {
            seconds(10);
            device.saysControl();
            notes.saysControl();
        }

        assertThat(device.isOpen()).isTrue();
        assertThat(notes.isOpen()).isTrue();
    }

    @Test
    void withoutALimitOfSilenceTheIdleOneHolds() {
        begin(0, 120);

        seconds(119);
        assertThat(device.isOpen()).isTrue();
        seconds(12);

        assertThat(device.isOpen()).isFalse();
    }

    @Test
    void withoutAnyLimitNobodyIsClosed() {
        begin(0, 0);

        seconds(200);

        assertThat(device.isOpen()).isTrue();
        assertThat(notes.isOpen()).isTrue();
    }

    @Test
    void ofTheTwoLimitsTheShorterHolds() {
        assertThat(liveness(30, 120).patienceMillis()).isEqualTo(30_000);
        assertThat(liveness(30, 20).patienceMillis()).isEqualTo(20_000);
        assertThat(liveness(30, 0).patienceMillis()).isEqualTo(30_000);
        assertThatThrownBy(() -> liveness(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static DeviceSessionOptions.Liveness liveness(int silence, int idle) {
        return new DeviceSessionOptions.Liveness(
                Duration.ofSeconds(10), Duration.ofSeconds(silence), Duration.ofSeconds(idle));
    }

    @Test
    void anOlderSocketThatWasLeftToItselfIsStillFound() {
        begin(30, 120);
        FakeConnection last = device;
        for (int i = 0; i < 7; i++) {
            last = device;
            device = world.device();
        }
        assertThat(last.isOpen()).isTrue();

        for (int i = 0; i < 41; i++) {
            seconds(1);
            device.saysControl();
        }

        assertThat(last.isOpen()).isFalse();
        assertThat(device.isOpen()).isTrue();
    }

    // ---- tokens

    @Test
    void aTokenThatExpiresClosesTheSocketAtThatMoment() {
        begin(0, 0, true, "&expires=2026-01-01T12:01:00Z");

        world.advance(Duration.ofMillis(59_999));
        assertThat(device.isOpen()).isTrue();
        assertThat(notes.isOpen()).isTrue();
        world.advance(Duration.ofMillis(1));

        assertThat(device.closedWith()).isEqualTo(new Close(4401, "Token expired"));
        assertThat(notes.closedWith()).isEqualTo(new Close(4401, "Token expired"));
        assertThat(world.sessions.count()).isEqualTo(1);
    }

    @Test
    void aTokenThatHasExpiredInTheMeantimeClosesAtOnce() {
        begin(0, 0, true, "&expires=2026-01-01T11:59:59Z");
        world.settle();

        assertThat(device.closedWith()).isEqualTo(new Close(4401, "Token expired"));
    }

    @Test
    void byDefaultATokenIsLookedAtOnceOnly() {
        begin(0, 0, false, "&expires=2026-01-01T12:00:01Z");

        seconds(3);

        assertThat(device.isOpen()).isTrue();
        assertThat(notes.isOpen()).isTrue();
    }

    @Test
    void aTokenForAllEternityIsNoTrouble() {
        begin(0, 0, true, "&expires=+1000000000-12-31T23:59:59Z");

        seconds(3);

        assertThat(device.takeTexts()).first().isEqualTo("hello ann");
        assertThat(device.isOpen()).isTrue();
        assertThat(notes.isOpen()).isTrue();
    }

    @Test
    void aSocketThatIsGoneLeavesNothingThatWaits() {
        begin(0, 0, true, "&expires=2026-01-01T12:01:00Z");
        notes.vanishes();
        device.vanishes();
        world.sessions.session("ann").orElseThrow().end();
        world.settle();

        world.clock.advance(Duration.ofDays(1));

        assertThat(world.home.turn()).isFalse();
        assertThat(world.other.turn()).isFalse();
    }
}
