package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.FakeConnection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Code of others that fails in the middle of a session's affairs: the session goes on. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class ForeignCodeTest {
    private final TestProfile profile = new TestProfile();
    private final AtomicBoolean fails = new AtomicBoolean();
    private World world;
    private FakeConnection device;

    private void begin(Consumer<DeviceSessions.Builder> more) {
        world = new World(World.Where.ON_ANOTHER_LOOP, profile, options -> options, more);
        world.knows("notes");
        for (String id : List.of("shy", "shyer", "shyest")) {
            world.knows(World.companion(id, null, false)); // whom nobody can invite
        }
        device = world.device();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void failIfAsked() {
        if (fails.get()) {
            throw new IllegalStateException("foreign code that fails");
        }
    }

    @Test
    void anObserverThatFailsStopsNothing() {
        fails.set(true);
        begin(builder -> builder.observe(event -> failIfAsked()));
        FakeConnection notes = world.runs(device, "notes");
        world.says(notes, "subscribe a");
        notes.vanishes();
        world.settle();
        world.advanceSeconds(5);

        FakeConnection back = world.joins("notes");
        world.says(device, "stop notes");
        device.vanishes();
        world.advanceSeconds(60);

        assertThat(back.takeTexts()).containsExactly("welcome []", "state {}", "stopped");
        assertThat(world.sessions.count()).isZero();
        assertThat(world.sessions.statistics().companions()).isZero();
    }

    @Test
    void aMemoryThatFailsStopsNothing() {
        fails.set(true);
        begin(builder -> builder.running(new FailingMemory()));
        FakeConnection notes = world.runs(device, "notes");

        world.says(device, "stop notes");

        assertThat(device.isOpen()).isTrue();
        assertThat(notes.takeTexts()).containsExactly("stopped");
    }

    private final class FailingMemory implements RunningCompanions {
        @Override
        public Set<String> of(String owner) {
            failIfAsked();
            return Set.of();
        }

        @Override
        public void add(String owner, String companion) {
            failIfAsked();
        }

        @Override
        public void remove(String owner, String companion) {
            failIfAsked();
        }

        @Override
        public void close() {}
    }

    @Test
    void aMemoryMayChangeWhatItHasHandedOut() {
        Set<String> live = new HashSet<>(Set.of("shy", "shyer", "shyest"));
        begin(builder -> builder.running(new LiveMemory(live)));

        assertThat(device.takeTexts())
                .contains("hello ann", "gone shy", "gone shyer", "gone shyest");
        assertThat(live).isEmpty();
    }

    private record LiveMemory(Set<String> live) implements RunningCompanions {
        @Override
        public Set<String> of(String owner) {
            return live;
        }

        @Override
        public void add(String owner, String companion) {
            live.add(companion);
        }

        @Override
        public void remove(String owner, String companion) {
            live.remove(companion);
        }

        @Override
        public void close() {}
    }

    @Test
    void aDirectoryThatFailsIsNoFaultOfTheCompanion() {
        profile.joinUnasked = true;
        begin(builder ->
                builder.companions(id -> {
                    failIfAsked();
                    return World.companion(id, null, false);
                }));
        fails.set(true);

        FakeConnection notes = world.joins("notes");
        world.says(device, "start notes");
        assertThat(notes.takeTexts()).containsExactly("refused INTERNAL");
        assertThat(device.takeTexts()).containsExactly("hello ann", "gone notes");

        fails.set(false);
        assertThat(world.joins("notes").takeTexts()).first().isEqualTo("welcome []");
    }

    @Test
    void aRuleForUrlsThatFailsAllowsNothing() {
        begin(builder ->
                builder.callable(
                        url -> {
                            failIfAsked();
                            return true;
                        },
                        true));
        profile.dismisses = true;
        FakeConnection notes = world.runs(device, "notes");
        fails.set(true);

        world.says(device, "stop notes");
        world.until(() -> !notes.isOpen());
        world.says(device, "start notes");
        world.until(() -> device.texts().contains("gone notes"));

        assertThat(world.sessions.statistics().invitationsFailed()).isEqualTo(1);
    }

    @Test
    void aUrlThatIsNotAllowedIsNotCalled() {
        begin(builder -> builder.callable(url -> false, true));

        world.says(device, "start notes");
        world.until(() -> device.texts().contains("gone notes"));

        assertThat(world.calls()).isEmpty();
    }
}
