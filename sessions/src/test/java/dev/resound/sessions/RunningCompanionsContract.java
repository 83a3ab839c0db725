package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every memory of what runs must do. */
abstract class RunningCompanionsContract {

    /** A memory that is empty. */
    protected abstract RunningCompanions empty() throws IOException;

    @Test
    void ofWhomNothingWasSaidNothingIsKnown() throws IOException {
        try (RunningCompanions running = empty()) {
            assertThat(running.of("ann")).isEmpty();
        }
    }

    @Test
    void whatIsAddedIsThereOnceAndInOrder() throws IOException {
        try (RunningCompanions running = empty()) {
            running.add("ann", "notes");
            running.add("ann", "maps");
            running.add("ann", "notes");
            running.add("bob", "mail");

            assertThat(running.of("ann")).containsExactly("notes", "maps");
            assertThat(running.of("bob")).containsExactly("mail");
        }
    }

    @Test
    void whatIsRemovedIsGone() throws IOException {
        try (RunningCompanions running = empty()) {
            running.add("ann", "notes");
            running.add("ann", "maps");
            running.remove("ann", "notes");
            running.remove("ann", "never");
            running.remove("nobody", "notes");

            assertThat(running.of("ann")).containsExactly("maps");
            running.remove("ann", "maps");
            assertThat(running.of("ann")).isEmpty();
        }
    }

    @Test
    void whatWasHandedOutStaysAsItIs() throws IOException {
        try (RunningCompanions running = empty()) {
            running.add("ann", "notes");
            Set<String> before = running.of("ann");

            for (String each : before) {
                running.remove("ann", each);
                running.add("ann", each + "-again");
            }

            assertThat(before).containsExactly("notes");
            assertThat(running.of("ann")).containsExactly("notes-again");
        }
    }

    @Test
    void manyOwnersAtOnce() throws Exception {
        try (RunningCompanions running = empty()) {
            List<Thread> threads =
                    List.of("a", "b", "c", "d").stream()
                            .map(owner -> Thread.ofVirtual().start(() -> many(running, owner)))
                            .toList();
            for (Thread thread : threads) {
                thread.join();
            }

            assertThat(running.of("a")).containsExactly("kept");
            assertThat(running.of("d")).containsExactly("kept");
        }
    }

    private static void many(RunningCompanions running, String owner) {
        running.add(owner, "kept");
        for (int i = 0; i < 200; i++) {
            running.add(owner, "c" + i);
            running.remove(owner, "c" + i);
        }
    }
}
