package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What counts as a signal to restart, and what is said about it. */
@Timeout(60)
class RestartWatchTest {
    private static final String KEY = "laravel:reverb:restart";
    private static final long NOW = 1_795_000_000L;
    private static final String WATCHING = "INFO Watching for a restart signal (the place)";

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(RestartWatch.class);
    private Path directory;
    private Path file;
    private RestartSignal signal;
    private RestartWatch watch;

    @BeforeEach
    void open(@TempDir Path temporary) throws IOException {
        directory = Files.createDirectory(temporary.resolve("data"));
        signal = signal();
        signal.write(NOW);
        try (var all = Files.walk(directory)) {
            file = all.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        watch = new RestartWatch(signal, "the place");
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void detach() {
        logger.detachAppender(log);
    }

    private RestartSignal signal() {
        return RestartSignal.in(
                new DirectoryStore(directory), KEY, () -> Instant.ofEpochSecond(NOW));
    }

    private void put(String value) throws IOException {
        Files.writeString(file, "9999999999" + value);
    }

    private List<String> said() {
        return log.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    @Test
    void whatWasThereAtTheStartIsAnEarlierRestart() {
        for (int i = 0; i < 3; i++) {
            assertThat(watch.isTold()).isFalse();
        }
        assertThat(said()).containsExactly(WATCHING);
    }

    @Test
    void anotherValueIsASignal() throws IOException {
        assertThat(watch.isTold()).isFalse();
        signal.write(NOW + 1);
        assertThat(watch.isTold()).isTrue();
        assertThat(said())
                .containsExactly(
                        WATCHING,
                        "INFO Restart signal 1795000001 (the place): ending, as after SIGTERM");
    }

    @Test
    void anEarlierTimeIsASignalToo() throws IOException {
        assertThat(watch.isTold()).isFalse();
        signal.write(NOW - 100);
        assertThat(watch.isTold()).isTrue();
    }

    @Test
    void theFirstValueThereEverIsIsASignal() throws IOException {
        Files.delete(file);
        assertThat(watch.isTold()).isFalse();
        assertThat(watch.isTold()).isFalse();
        signal.write(NOW);
        assertThat(watch.isTold()).isTrue();
    }

    @Test
    void thatTheValueGoesIsNoSignalNorIsThatItComesBack() throws IOException {
        assertThat(watch.isTold()).isFalse();
        Files.delete(file);
        assertThat(watch.isTold()).isFalse();
        signal.write(NOW);
        assertThat(watch.isTold()).isFalse();
        Files.delete(file);
        assertThat(watch.isTold()).isFalse();
        signal.write(NOW + 1);
        assertThat(watch.isTold()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1795000000", "i:1795000000;", "s:10:\"1795000000\";"})
    void theSameTimeInAnotherFormIsTheSame(String form) throws IOException {
        assertThat(watch.isTold()).isFalse();
        put(form);
        assertThat(watch.isTold()).isFalse();
        put(form.replace('5', '6'));
        assertThat(watch.isTold()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "b:1;",
                "N;",
                "d:1795000001.5;",
                "a:1:{i:0;i:1795000001;}",
                "i:-1;",
                "i:1795000001",
                "i:1795000001;x",
                "s:9:\"1795000001\";",
                "s:99999999999:\"1\";",
                "1795000001x",
                "9999999999999999999999999",
                "\u0663\u0664",
            })
    void anythingElseIsNoSignalAndToldOnce(String value) throws IOException {
        assertThat(watch.isTold()).isFalse();
        put(value);
        for (int i = 0; i < 3; i++) {
            assertThat(watch.isTold()).isFalse();
        }
        assertThat(said())
                .containsExactly(
                        WATCHING,
                        "WARN No restart signal, but something else than a time is there"
                                + " (the place)");
        put("i:" + NOW + ";");
        assertThat(watch.isTold()).isFalse();
        put("i:" + (NOW + 1) + ";");
        assertThat(watch.isTold()).isTrue();
    }

    @Test
    void aStoreThatIsAwayChangesNothingAndIsToldOnceEachTime() throws IOException {
        Path away = directory.resolveSibling("away");
        assertThat(watch.isTold()).isFalse();
        for (int outage = 0; outage < 2; outage++) {
            Files.move(directory, away);
            for (int i = 0; i < 3; i++) {
                assertThat(watch.isTold()).isFalse();
            }
            Files.move(away, directory);
            assertThat(watch.isTold()).isFalse();
            assertThat(watch.isTold()).isFalse();
        }
        String failed =
                "WARN The restart signal cannot be read (the place): there is no file " + directory;
        String back = "INFO The restart signal can be read again (the place)";
        assertThat(said()).containsExactly(WATCHING, failed, back, failed, back);
    }

    @Test
    void aSignalThatWasGivenWhileTheStoreWasAwayIsHeardAfterwards() throws IOException {
        Path away = directory.resolveSibling("away");
        assertThat(watch.isTold()).isFalse();
        Files.move(directory, away);
        assertThat(watch.isTold()).isFalse();
        Files.move(away, directory);
        signal.write(NOW + 1);
        assertThat(watch.isTold()).isTrue();
    }

    @Test
    void whatIsThereWhenTheStoreIsReachedAtLastIsAnEarlierRestart() throws IOException {
        Path away = directory.resolveSibling("away");
        Files.move(directory, away);
        assertThat(watch.isTold()).isFalse();
        Files.move(away, directory);
        assertThat(watch.isTold()).isFalse();
        signal.write(NOW + 1);
        assertThat(watch.isTold()).isTrue();
    }

    @Test
    void whoEndsTheWatchIsToldOfNoRestart() throws InterruptedException {
        AtomicBoolean told = new AtomicBoolean();
        Thread watching =
                RestartWatch.start(
                        new Configuration.RestartSettings(
                                new DirectoryStore(directory), KEY, Duration.ofHours(1)),
                        () -> told.set(true));
        assertThat(watching.isVirtual()).isTrue();
        watching.interrupt();
        watching.join();
        assertThat(told).isFalse();
    }
}
