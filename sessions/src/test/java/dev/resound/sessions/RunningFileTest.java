package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The memory that outlives the process. */
@Timeout(60)
class RunningFileTest extends RunningCompanionsContract {
    @TempDir Path folder;

    @Override
    protected RunningCompanions empty() throws IOException {
        return RunningFile.open(file());
    }

    private Path file() {
        return folder.resolve("running.json");
    }

    private String written() throws IOException {
        return Files.exists(file()) ? Files.readString(file()) : "";
    }

    @Test
    void whatRanIsKnownAfterARestart() throws IOException {
        try (RunningCompanions running = empty()) {
            running.add("ann", "notes");
            running.add("ann", "maps");
            running.add("bob", "mail");
            running.remove("bob", "mail");
        }

        try (RunningCompanions again = empty()) {
            assertThat(again.of("ann")).containsExactly("notes", "maps");
            assertThat(again.of("bob")).isEmpty();
        }
        assertThat(written()).isEqualTo("{\"ann\":[\"notes\",\"maps\"]}");
    }

    @Test
    void aChangeIsWrittenWithoutAClose() throws IOException {
        try (RunningCompanions running = empty()) {
            running.add("ann", "notes");
            await().until(() -> written().contains("notes"));
        }
    }

    @Test
    void aMissingFileIsAnEmptyOneAndIsNotMadeForNothing() throws IOException {
        empty().close();

        assertThat(file()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "7",
                "{\"ann\":\"notes\"}",
                "{\"ann\":{\"a\":\"b\"}}"
            })
    void aFileThatHoldsSomethingElseIsRefusedAndLeftAsItIs(String content) throws IOException {
        Files.writeString(file(), content);

        assertThatThrownBy(this::empty)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file().toString());
        assertThat(Files.readString(file())).isEqualTo(content);
    }

    @Test
    void entriesThatAreNoNamesAreLeftOut() throws IOException {
        Files.writeString(file(), "{\"ann\":[\"notes\",\"\",null,{}],\"bob\":[]}");

        try (RunningCompanions running = empty()) {
            assertThat(running.of("ann")).containsExactly("notes");
            assertThat(running.of("bob")).isEmpty();
        }
    }

    @Test
    void manyChangesAreFewWrites() throws IOException {
        try (RunningCompanions running = empty()) {
            for (int i = 0; i < 1_000; i++) {
                running.add("ann", "c" + i);
            }
        }

        try (RunningCompanions again = empty()) {
            assertThat(again.of("ann")).hasSize(1_000).startsWith("c0").endsWith("c999");
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(file());
        }
    }

    /** One whose folder is missing, after it has tried to write twice, and said so. */
    private RunningCompanions failed(Path file) throws IOException {
        var log = (Logger) LoggerFactory.getLogger(RunningFile.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        log.addAppender(lines);
        try {
            RunningCompanions running = RunningFile.open(file);
            running.add("ann", "notes");
            running.close();
            await().until(() -> lines.list.size() == 2);
            assertThat(lines.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsOnly("What runs could not be written to " + file);
            assertThat(file).doesNotExist();
            return running;
        } finally {
            log.detachAppender(lines);
        }
    }

    @Test
    void whatCouldNotBeWrittenIsTriedAgainWithTheNextChange() throws IOException {
        Path file = folder.resolve("missing").resolve("running.json");
        RunningCompanions running = failed(file);
        Files.createDirectory(file.getParent());

        running.add("ann", "maps");
        await().until(() -> Files.exists(file) && Files.readString(file).contains("maps"));

        assertThat(Files.readString(file)).contains("notes");
    }

    @Test
    void whatCouldNotBeWrittenIsTriedAgainAtTheEnd() throws IOException {
        Path file = folder.resolve("missing").resolve("running.json");
        RunningCompanions running = failed(file);
        Files.createDirectory(file.getParent());

        running.close();

        assertThat(Files.readString(file)).isEqualTo("{\"ann\":[\"notes\"]}");
    }

    @Test
    void aFileIsReplacedAsAWhole() throws IOException {
        Files.writeString(file(), "{\"ann\":[\"notes\"],\"zoe\":[\"a\",\"b\",\"c\"]}");
        Object before = Files.getAttribute(file(), "unix:ino");

        try (RunningCompanions running = empty()) {
            running.remove("zoe", "a");
        }

        assertThat(Files.getAttribute(file(), "unix:ino")).isNotEqualTo(before);
        assertThat(written()).contains("\"zoe\":[\"b\",\"c\"]");
    }
}
