package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.FakeConnection;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a device is told that is away, if there is room for that. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class ReplayTest {
    private World world;
    private FakeConnection device;

    private void begin(int replayed) {
        world =
                new World(
                        World.Where.ON_THE_SESSIONS_LOOP,
                        new TestProfile(),
                        options -> {
                            DeviceSessionOptions.Bounds most = options.bounds();
                            return options.with(
                                    new DeviceSessionOptions.Bounds(
                                            most.messageBytes(),
                                            most.textBytes(),
                                            most.mediaFrames(),
                                            most.mediaBytes(),
                                            most.companions(),
                                            most.subscriptions(),
                                            most.pending(),
                                            replayed));
                        },
                        builder -> {});
        device = world.device();
        device.takeTexts();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void isTold(int count) {
        OpenSession open = world.sessions.session("ann").orElseThrow();
        IntStream.range(0, count).forEach(i -> open.start("c" + i)); // whom nobody knows
        world.settle();
    }

    @Test
    void byDefaultNothingIsKept() {
        begin(0);
        device.vanishes();
        isTold(3);

        assertThat(world.device().takeTexts()).containsExactly("hello ann");
    }

    @Test
    void theNewestAreToldInOrderWhenItComesBackAndOnce() {
        begin(2);
        device.vanishes();
        isTold(4);

        device = world.device();
        assertThat(device.takeTexts()).containsExactly("hello ann", "gone c2", "gone c3");
        device.vanishes();
        assertThat(world.device().takeTexts()).containsExactly("hello ann");
    }

    @Test
    void whatItWasToldWhileItWasThereIsNotToldAgain() {
        begin(2);
        isTold(1);
        assertThat(device.takeTexts()).containsExactly("gone c0");

        assertThat(world.device().takeTexts()).containsExactly("hello ann");
    }

    @Test
    void anotherSessionKnowsNothingOfIt() {
        begin(2);
        device.vanishes();
        isTold(1);
        world.advanceSeconds(60);

        assertThat(world.device().takeTexts()).containsExactly("hello ann");
    }
}
