package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import dev.resound.core.Upgrade;
import dev.resound.testkit.FakeConnection;
import dev.resound.testkit.FakeLoop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A session and the sockets of its device: which of them counts, and for how long. */
class DeviceTakeOverTest {
    private static final Close SUPERSEDED = new Close(4409, "superseded");

    private World world = new World(World.Where.ON_ANOTHER_LOOP);

    @AfterEach
    void close() {
        world.close();
    }

    private void worldThatDetaches() {
        world.close();
        world =
                new World(
                        World.Where.ON_ANOTHER_LOOP,
                        new TestProfile(),
                        options -> options.withCloseSuperseded(false),
                        builder -> {});
    }

    @Test
    void theFirstSocketMakesASessionAndIsGreeted() {
        FakeConnection device = world.device();

        assertThat(device.takeTexts()).containsExactly("hello ann");
        assertThat(world.sessions.count()).isEqualTo(1);
        assertThat(world.sessions.statistics().devices()).isEqualTo(1);
        assertThat(world.takeEvents()).containsExactly("Opened");
    }

    @Test
    void oneThatIsNotAdmittedGetsItsAnswerAndMakesNothing() {
        Upgrade answer = world.handshake(world.home, "/device", "");

        assertThat(((Upgrade.Reject) answer).response().status()).isEqualTo(401);
        assertThat(world.sessions.count()).isZero();
    }

    @Test
    void aHandshakeAloneMakesNoSession() {
        Upgrade answer = world.handshake(world.home, "/device", "owner=ann");

        assertThat(((Upgrade.Accept) answer).home()).isSameAs(world.home);
        assertThat(world.sessions.count()).isZero();
    }

    @Test
    void aLaterSocketIsBroughtToTheSessionsLoop() {
        world.device();

        FakeConnection later = world.device(world.other, "owner=ann");

        assertThat(later.loop()).isSameAs(world.home);
        assertThat(later.takeTexts()).containsExactly("hello ann");
    }

    @Test
    void aNewerSocketTakesOverAtOnce() {
        FakeConnection older = world.device();
        FakeConnection newer = world.device();

        assertThat(older.closedWith()).isEqualTo(SUPERSEDED);
        assertThat(newer.isOpen()).isTrue();
        assertThat(world.sessions.statistics().takeOvers()).isEqualTo(1);
        assertThat(world.sessions.statistics().devices()).isEqualTo(1);
        assertThat(world.takeEvents()).containsExactly("Opened", "Resumed");
    }

    @Test
    void aLateEndOfTheOlderSocketIsNoEndOfTheSession() {
        worldThatDetaches();
        FakeConnection older = world.device();
        FakeConnection newer = world.device();
        assertThat(older.isOpen()).isTrue();

        older.vanishes();
        world.advanceSeconds(120);

        assertThat(world.sessions.count()).isEqualTo(1);
        assertThat(world.sessions.statistics().devices()).isEqualTo(1);
        assertThat(world.sessions.statistics().staleCloses()).isEqualTo(1);
        world.says(newer, "ping");
        assertThat(newer.takeTexts()).endsWith("pong");
    }

    @Test
    void whatTheOlderSocketSaysIsIgnored() {
        worldThatDetaches();
        world.knows("notes");
        FakeConnection older = world.device();
        FakeConnection newer = world.device();
        FakeConnection notes = world.runs(newer, "notes");
        world.says(notes, "subscribe button media");
        older.takeTexts();

        world.says(older, "event button {}");
        world.says(older, "stop notes");
        world.says(older, "ping");
        older.says(new byte[] {1, 2});
        world.settle();

        assertThat(notes.takeTexts()).isEmpty();
        assertThat(notes.isOpen()).isTrue();
        assertThat(older.takeTexts()).isEmpty();
    }

    @Test
    void nothingIsToldToTheOlderSocketAnyMore() {
        worldThatDetaches();
        world.knows("notes");
        FakeConnection older = world.device();
        older.takeTexts();
        FakeConnection newer = world.device();
        FakeConnection notes = world.runs(newer, "notes");

        world.says(notes, "do it");

        assertThat(newer.takeTexts()).containsExactly("{\"does\":\"it\"}");
        assertThat(older.takeTexts()).isEmpty();
    }

    @Test
    void twoDevicesThatThrowEachOtherOutAreLeftToThemselves() {
        FakeConnection last = world.device();
        for (int i = 0; i < 6; i++) {
            FakeConnection next = world.device();
            assertThat(last.closedWith()).isEqualTo(SUPERSEDED);
            last = next;
        }

        FakeConnection seventh = world.device();

        assertThat(last.closedWith()).isNull();
        assertThat(seventh.isOpen()).isTrue();
        assertThat(world.sessions.statistics().takeOvers()).isEqualTo(7);
    }

    @Test
    void aMinuteLaterAnOlderSocketIsClosedAgain() {
        FakeConnection last = world.device();
        for (int i = 0; i < 7; i++) {
            last = world.device();
        }

        world.advanceSeconds(60);
        world.device();

        assertThat(last.closedWith()).isEqualTo(SUPERSEDED);
    }

    @Test
    void whoComesBackWithinTheGraceFindsTheSessionAsItWas() {
        world.knows("notes");
        FakeConnection device = world.device();
        FakeConnection notes = world.runs(device, "notes");
        world.says(notes, "subscribe button");
        world.says(device, "state model x");
        notes.takeTexts();

        device.vanishes();
        world.advance(Duration.ofMillis(59_999));
        FakeConnection back = world.device();
        world.advanceSeconds(120);
        world.says(back, "event button {}");

        assertThat(back.takeTexts()).first().isEqualTo("hello ann");
        assertThat(notes.takeTexts()).containsExactly("button {}");
        assertThat(world.sessions.count()).isEqualTo(1);
    }

    @Test
    void withoutItsDeviceASessionEndsAfterTheGrace() {
        FakeConnection device = world.device();
        world.takeEvents();

        device.vanishes();
        assertThat(world.sessions.statistics().devices()).isZero();
        assertThat(world.sessions.count()).isEqualTo(1);
        world.advanceSeconds(60);

        assertThat(world.sessions.count()).isZero();
        assertThat(world.takeEvents()).containsExactly("Detached", "Ended");
    }

    @Test
    void afterTheEndADeviceBeginsAnewOnTheLoopItComesOn() {
        world.device().vanishes();
        world.advanceSeconds(60);

        FakeConnection next = world.device(world.other, "owner=ann");

        assertThat(next.loop()).isSameAs(world.other);
        assertThat(world.takeEvents()).endsWith("Ended", "Opened");
    }

    @Test
    void ofTwoFirstSocketsOnTwoLoopsTheSecondIsToldToComeAgain() {
        var here = (Upgrade.Accept) world.handshake(world.home, "/device", "owner=ann");
        var there = (Upgrade.Accept) world.handshake(world.other, "/device", "owner=ann");
        FakeConnection first = new FakeConnection(world.home).open(here);
        FakeConnection second = new FakeConnection(world.other).open(there);
        world.settle();

        assertThat(second.closedWith()).isEqualTo(new Close(1013, "Try again later"));
        assertThat(second.takeTexts()).isEmpty();
        assertThat(first.isOpen()).isTrue();
        assertThat(world.sessions.statistics().devices()).isEqualTo(1);
        assertThat(world.device(world.other, "owner=ann").loop()).isSameAs(world.home);
    }

    @Test
    void twoOwnersShareNothing() {
        FakeConnection ann = world.device();
        FakeConnection bob = world.device(world.other, "owner=bob");
        world.knows("notes");
        FakeConnection notes = world.runs(ann, "notes");
        world.says(notes, "subscribe *");

        world.says(bob, "event button {}");

        assertThat(notes.takeTexts()).isEmpty();
        assertThat(world.sessions.count()).isEqualTo(2);
        assertThat(bob.loop()).isSameAs(world.other);
    }

    @Test
    void aDeviceIsGreetedAgainIfItAsks() {
        FakeConnection device = world.device();
        world.says(device, "hello");

        assertThat(device.takeTexts()).containsExactly("hello ann", "hello ann");
        assertThat(world.sessions.statistics().takeOvers()).isZero();
    }

    @Test
    void whatMakesNoSenseIsNoReasonToEnd() {
        FakeConnection device = world.device();
        world.says(device, "?");
        world.says(device, "pong");
        device.says(new byte[0]);
        world.says(device, "ping");

        assertThat(device.takeTexts()).containsExactly("hello ann", "pong");
        assertThat(world.sessions.statistics().deviceMedia()).isZero();
    }

    @Test
    void aTransformOfMediaIsASocketsOwn() {
        world.close();
        world =
                new World(
                        World.Where.ON_ANOTHER_LOOP,
                        new TestProfile(),
                        options -> options,
                        builder -> builder.media(device -> MediaTransform.wholeSamples()));
        world.knows("notes");
        FakeConnection device = world.device();
        FakeConnection notes = world.runs(device, "notes");
        world.says(notes, "subscribe media");
        int before = notes.frames().size();

        device.says("abc".getBytes(StandardCharsets.UTF_8));
        FakeConnection next = world.device();
        next.says("de".getBytes(StandardCharsets.UTF_8));
        FakeLoop.settle(world.home, world.other);

        assertThat(notes.frames().subList(before, notes.frames().size()))
                .extracting(frame -> new String(frame.payload(), StandardCharsets.UTF_8))
                .containsExactly("ab", "de");
    }
}
