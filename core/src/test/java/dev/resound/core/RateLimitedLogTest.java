package dev.resound.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

class RateLimitedLogTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // clocks may wrap around
    private final Lines lines = new Lines();
    private final RateLimitedLog log = new RateLimitedLog(lines, nanos::get);

    /** A logger that keeps what it is told. */
    @SuppressWarnings("serial") // loggers are serializable; nobody does it
    private static final class Lines extends LegacyAbstractLogger {
        final List<String> all = Collections.synchronizedList(new ArrayList<>());
        boolean enabled = true;

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String message,
                Object @Nullable [] arguments,
                @Nullable Throwable failure) {
            String text = MessageFormatter.basicArrayFormat(message, arguments);
            all.add(level + " " + text + (failure == null ? "" : " " + failure.getMessage()));
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public boolean isInfoEnabled() {
            return false;
        }

        @Override
        public boolean isWarnEnabled() {
            return enabled;
        }

        @Override
        public boolean isErrorEnabled() {
            return enabled;
        }

        List<String> take() {
            List<String> taken = List.copyOf(all);
            all.clear();
            return taken;
        }
    }

    private void failures(int count) {
        for (int i = 0; i < count; i++) {
            log.error("failed", new IllegalStateException("" + i));
        }
    }

    private void passesMillis(long millis) {
        nanos.addAndGet(millis * 1_000_000);
    }

    @Test
    void fewLinesAreWrittenAsTheyCome() {
        failures(2);
        log.warn("careful");
        assertThat(lines.take())
                .containsExactly("ERROR failed 0", "ERROR failed 1", "WARN careful");
    }

    @Test
    void whatIsMoreThanASecondTakesIsCountedAndToldWithTheNextLine() {
        failures(1_000);
        assertThat(lines.take()).hasSize(5).endsWith("ERROR failed 4");
        passesMillis(999);
        failures(1);
        assertThat(lines.take()).isEmpty();
        passesMillis(1);
        failures(2);
        assertThat(lines.take())
                .containsExactly(
                        "ERROR 996 more were left out: failed", "ERROR failed 0", "ERROR failed 1");
    }

    @Test
    void everySecondHasItsLines() {
        for (int second = 0; second < 3; second++) {
            failures(5);
            assertThat(lines.take()).hasSize(5).startsWith("ERROR failed 0");
            passesMillis(1_000);
        }
        passesMillis(60_000);
        failures(6);
        assertThat(lines.take()).hasSize(5);
    }

    @Test
    void whatTheLoggerWouldNotWriteIsNotCounted() {
        lines.enabled = false;
        failures(10);
        lines.enabled = true;
        failures(1);
        assertThat(lines.take()).containsExactly("ERROR failed 0");
    }

    @Test
    void linesOfManyThreadsAreCountedTogether() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofPlatform().start(() -> failures(1_000)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(lines.take()).hasSize(5);
        passesMillis(1_000);
        failures(1);
        assertThat(lines.take())
                .containsExactly("ERROR 3995 more were left out: failed", "ERROR failed 0");
    }
}
