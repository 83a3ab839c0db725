package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code restart_signal} in the configuration. */
class RestartSignalSettingsTest {
    private static final String STORE = "RESOUND_RESTART_SIGNAL_STORE";
    private static final String SECRET = "never-to-be-shown";

    @TempDir Path directory;

    private Written written() {
        return Written.in(directory).app();
    }

    private static Configuration.RestartSettings restart(Written written) {
        return Objects.requireNonNull(written.read().restart());
    }

    @Test
    void nothingIsWatchedUnlessAStoreIsNamed() {
        assertThat(written().read().restart()).isNull();
        assertThat(
                        written()
                                .variable("RESOUND_RESTART_SIGNAL_KEY", "k")
                                .variable("RESOUND_RESTART_SIGNAL_INTERVAL", "1s")
                                .read()
                                .restart())
                .isNull();
    }

    @Test
    void theSectionOfTheFileIsRead() {
        var restart =
                restart(
                        written()
                                .file(
                                        """
                                        restart_signal:
                                          store: redis://10.0.0.7:6379/1
                                          key: shop_database_shop_cache_laravel:reverb:restart
                                          interval: 2s
                                        """));
        assertThat(restart.key()).isEqualTo("shop_database_shop_cache_laravel:reverb:restart");
        assertThat(restart.interval()).isEqualTo(Duration.ofSeconds(2));
        assertThat(restart)
                .hasToString(
                        "shop_database_shop_cache_laravel:reverb:restart in"
                                + " redis://10.0.0.7:6379/1");
    }

    @ParameterizedTest
    @CsvSource({
        "redis://127.0.0.1, redis://127.0.0.1",
        "rediss://me:never-to-be-shown@cache:6380/3, rediss://cache:6380/3",
        "redis://:never-to-be-shown@cache/?timeout=1s, redis://cache/",
        "jdbc:postgresql://me:never-to-be-shown@db/app,"
                + " table cache of jdbc:postgresql://db/app",
        "jdbc:mariadb://db:3306/app?user=me&password=never-to-be-shown,"
                + " table cache of jdbc:mariadb://db:3306/app",
        "jdbc:mysql://db/app, table cache of jdbc:mysql://db/app",
    })
    void aStoreIsShownWithoutItsSecrets(String text, String shown) {
        var restart =
                restart(
                        written()
                                .variable(STORE, text)
                                .variable("RESOUND_RESTART_SIGNAL_USER", "somebody")
                                .variable("RESOUND_RESTART_SIGNAL_PASSWORD", SECRET));
        assertThat(restart).hasToString("laravel:reverb:restart in " + shown);
        assertThat(restart.interval()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aDirectoryBelongsToTheOneOfTheConfiguration() throws Exception {
        Path data = Files.createDirectories(directory.resolve("storage/framework/cache/data"));
        var restart = restart(written().variable(STORE, "storage/framework/cache/data"));
        assertThat(restart).hasToString("laravel:reverb:restart in " + data);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://never-to-be-shown/",
                "redis:never-to-be-shown",
                "redis://",
                "redis://host/never-to-be-shown",
                "redis://ho st/never-to-be-shown",
                "redis-sentinel://never-to-be-shown@a,b/0#x",
                "jdbc:sqlite:never-to-be-shown",
                "jdbc:postgresql:never-to-be-shown",
                "a\u0000never-to-be-shown",
            })
    void whatIsNoStoreIsRefusedAndNotShown(String text) {
        assertThat(written().variable(STORE, text).problems())
                .singleElement()
                .asString()
                .startsWith(
                        STORE
                                + ": restart_signal.store is wrong (and not shown here); it must be"
                                + " a URL such as redis://127.0.0.1:6379/1")
                .doesNotContain(SECRET);
    }

    @Test
    void aDirectoryThatIsMissingIsRefusedAndNotShownForItMayBeAUrl() {
        assertThat(written().variable(STORE, "me:never-to-be-shown@cache/1").problems())
                .singleElement()
                .asString()
                .startsWith(STORE + ": ")
                .doesNotContain(SECRET);
        assertThat(written().variable(STORE, "//me:never-to-be-shown@cache/1").problems())
                .singleElement()
                .asString()
                .startsWith(STORE + ": restart_signal.store (not shown here) is no URL and no")
                .doesNotContain(SECRET);
    }

    @Test
    void userAndPasswordWithoutAStoreThatTakesThemAreMistakes() {
        Written alone =
                written()
                        .variable("RESOUND_RESTART_SIGNAL_USER", "me")
                        .variable("RESOUND_RESTART_SIGNAL_PASSWORD", SECRET);
        assertThat(alone.problems())
                .containsExactlyInAnyOrder(
                        "RESOUND_RESTART_SIGNAL_USER: restart_signal.store is missing beside it",
                        "RESOUND_RESTART_SIGNAL_PASSWORD: restart_signal.store is missing beside"
                                + " it");
        assertThat(alone.variable(STORE, ".").problems())
                .containsExactlyInAnyOrder(
                        "RESOUND_RESTART_SIGNAL_USER: is of no use: a directory is read as the"
                                + " server's own user",
                        "RESOUND_RESTART_SIGNAL_PASSWORD: is of no use: a directory is read as the"
                                + " server's own user");
    }

    @Test
    void aMisspeltVariableIsAMistake() {
        assertThat(written().variable("RESOUND_RESTART_SIGNAL_STROE", "x").problems())
                .containsExactly(
                        "RESOUND_RESTART_SIGNAL_STROE: there is no such setting; did you mean"
                                + " RESOUND_RESTART_SIGNAL_STORE?");
    }
}
