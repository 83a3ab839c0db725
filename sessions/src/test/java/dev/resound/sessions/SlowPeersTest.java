package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import dev.resound.core.ProtocolSession;
import dev.resound.core.Upgrade;
import dev.resound.testkit.FakeConnection;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A companion or a device that is slow, as the others and the application see it. */
@Timeout(60)
@ParameterizedClass
@EnumSource(World.Where.class)
@SuppressWarnings("NullAway.Init")
class SlowPeersTest {
    @Parameter World.Where where;

    private World world;
    private FakeConnection device;
    private FakeConnection notes;
    private FakeConnection maps;

    @BeforeEach
    void begin() {
        world = new World(where);
        world.knows("notes");
        world.knows("maps");
        device = world.device();
        notes = world.runs(device, "notes");
        maps = world.runs(device, "maps");
        world.says(notes, "subscribe media newest a");
        world.says(maps, "subscribe media newest a");
        world.advanceSeconds(1);
        device.takeTexts();
        world.takeEvents();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void lags(FakeConnection peer) {
        peer.lags();
        world.says(device, "event a {}");
        notes.takeTexts();
        maps.takeTexts();
    }

    @Test
    void onlyTheNewestOfSomeStreamsWaits() {
        lags(notes);

        world.says(device, "event newest 1");
        world.says(device, "event newest 2");
        world.says(device, "event a 3");
        assertThat(notes.takeTexts()).containsExactly("a 3");
        assertThat(maps.takeTexts()).containsExactly("newest 1", "newest 2", "a 3");
        notes.drains();
        world.settle();

        assertThat(notes.takeTexts()).containsExactly("newest 2");
    }

    @Test
    void whatHasChangedOfTheDeviceIsToldTogether() {
        lags(notes);

        world.says(device, "state model x");
        world.says(device, "state level 1");
        world.says(device, "state level 2");
        assertThat(notes.takeTexts()).containsExactly("can x");
        assertThat(maps.takeTexts())
                .containsExactly(
                        "state+ {\"model\":\"x\"}",
                        "can x",
                        "state+ {\"level\":\"1\"}",
                        "state+ {\"level\":\"2\"}");
        notes.drains();
        world.settle();

        assertThat(notes.takeTexts()).containsExactly("state+ {\"model\":\"x\",\"level\":\"2\"}");
    }

    @Test
    void mediaWaitsForASlowOneAndGoesOnForTheOther() {
        lags(notes);
        int before = maps.frames().size();
        int slow = notes.frames().size();

        IntStream.range(0, 100)
                .forEach(i -> {
                    device.says(new byte[] {(byte) i, 0});
                    world.settle();
                });
        assertThat(maps.frames()).hasSize(before + 100);
        assertThat(notes.frames()).hasSize(slow);
        notes.drains();
        world.settle();

        assertThat(notes.frames()).hasSize(slow + 64);
        assertThat(notes.frames().get(slow).payload()[0]).isEqualTo((byte) 36);
        assertThat(world.events).containsExactly(new SessionEvent.Drained("ann", "notes", 36));
        assertThat(world.sessions.statistics().mediaDropped()).isEqualTo(36);
    }

    @Test
    void aDeviceThatHasCaughtUpIsNoted() {
        device.lags();
        world.says(notes, "do 1");
        world.says(device, "state model x");
        device.drains();
        world.settle();

        assertThat(world.events).contains(new SessionEvent.Drained("ann", null, 0));
    }

    @Test
    void ofWhatIsShownToASlowDeviceTheNewestOfEachViewWaits() {
        device.lags();
        world.says(notes, "do 1");
        device.takeTexts();
        for (int i = 0; i < 4; i++) {
            world.says(notes, "show corner c" + i);
            world.says(maps, "show corner m" + i);
        }
        device.drains();
        world.settle();

        assertThat(device.takeTexts()).containsExactly("{\"shows\":\"c3\"}", "{\"shows\":\"m3\"}");
    }

    @Test
    void whoIsClosedForBeingSlowIsCounted() {
        var accepted = (Upgrade.Accept) world.handshake(world.home, "/companion", "");
        FakeConnection raw = new FakeConnection(world.home);
        ProtocolSession session = world.home.call(() -> accepted.open().apply(raw));

        assertThat(session.closeFor(Close.Cause.OVERFLOW))
                .isEqualTo(new Close(1013, "Slow consumer"));
        assertThat(session.closeFor(Close.Cause.MESSAGE_TOO_BIG).code()).isEqualTo(1009);
        assertThat(session.closeFor(Close.Cause.SHUTDOWN))
                .isEqualTo(new Close(1001, "Server shutting down"));
        assertThat(world.sessions.statistics().slow()).isEqualTo(1);
    }
}
