package dev.resound.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The signal in a file. */
class FileRestartSignalTest extends RestartSignalContract {
    private final Path directory;

    FileRestartSignalTest(@TempDir Path temporary) {
        directory = temporary.resolve("data");
    }

    @Override
    SignalStore store() {
        return new DirectoryStore(directory);
    }

    @Override
    void empty() {
        stop();
        startAgain();
    }

    private Path file(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(key.getBytes(UTF_8));
            String hex = HexFormat.of().formatHex(hash);
            return directory.resolve(hex.substring(0, 2)).resolve(hex.substring(2, 4)).resolve(hex);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private void writeFile(String key, String content) {
        try {
            Files.createDirectories(file(key).getParent());
            Files.writeString(file(key), content);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    void laravelPuts(String key, long number) {
        writeFile(key, "9999999999i:" + number + ";");
    }

    @Override
    void put(String value) {
        writeFile(KEY, "9999999999" + value);
    }

    @Override
    String stored(String key) {
        try {
            return Files.readString(file(key));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    String inLaravelsForm(long number) {
        return "9999999999i:" + number + ";";
    }

    @Override
    void stop() {
        try (Stream<Path> all = Files.exists(directory) ? Files.walk(directory) : Stream.empty()) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    void startAgain() {
        try {
            Files.createDirectories(directory);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void theHashOfTheKeyIsTheName() throws IOException {
        try (RestartSignal plain = open("laravel:reverb:restart")) {
            plain.write(NOW);
        }
        // printf laravel:reverb:restart | sha1sum
        assertThat(
                        directory
                                .resolve("4f")
                                .resolve("e4")
                                .resolve("4fe44729b03e0a0a2586ebe0d445f50c083d0ff3"))
                .isRegularFile();
    }

    @Test
    void whatIsNoLongerValidIsNotThere() throws IOException {
        writeFile(KEY, NOW + "i:" + NOW + ";");
        assertThat(signal().read()).isNull();
        writeFile(KEY, (NOW + 1) + "i:" + NOW + ";");
        assertThat(signal().read()).isEqualTo("i:" + NOW + ";");
    }

    @Test
    void aFileThatIsBeingWrittenIsNotThere() throws IOException {
        writeFile(KEY, "");
        assertThat(signal().read()).isNull();
    }

    @Test
    void aFileWithoutATimeIsHandedOnAsItIs() throws IOException {
        writeFile(KEY, "99999");
        assertThat(signal().read()).isEqualTo("99999");
    }

    @Test
    void theApplicationsFileStaysItsFile() throws IOException {
        writeFile(KEY, "9999999999s:10:\"1795000000\";");
        Object before = Files.getAttribute(file(KEY), "unix:ino");
        signal().write(NOW + 1);
        assertThat(Files.getAttribute(file(KEY), "unix:ino")).isEqualTo(before);
        assertThat(stored(KEY)).isEqualTo(inLaravelsForm(NOW + 1));
    }

    @Test
    void nothingIsLeftBesideTheFile() throws IOException {
        signal().write(NOW);
        signal().write(NOW + 1);
        try (Stream<Path> files = Files.list(file(KEY).getParent())) {
            assertThat(files).containsExactly(file(KEY));
        }
    }
}
