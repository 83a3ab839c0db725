package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.App;
import dev.resound.pusher.ClientEvents;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The environment of a Laravel application, as it is. */
class ReverbEnvironmentTest {
    @TempDir Path directory;

    @Test
    void whatLaravelsInstallerWritesIsEnough() {
        Configuration configuration =
                Written.in(directory)
                        .variable("REVERB_APP_ID", "256980")
                        .variable("REVERB_APP_KEY", "f4l2tmwqf6eg0f6jz0mw")
                        .variable("REVERB_APP_SECRET", "zioqeto9xrytlnlg7sj6")
                        .variable("REVERB_HOST", "localhost")
                        .variable("REVERB_PORT", "8080")
                        .variable("REVERB_SCHEME", "http")
                        .variable("VITE_REVERB_APP_KEY", "f4l2tmwqf6eg0f6jz0mw")
                        .read();
        assertThat(configuration.apps().list())
                .containsExactly(
                        App.builder("256980", "f4l2tmwqf6eg0f6jz0mw", "zioqeto9xrytlnlg7sj6")
                                .build());
        assertThat(configuration.listen().host()).isEqualTo("0.0.0.0");
        assertThat(configuration.listen().port()).isEqualTo(8080);
        assertThat(configuration.listen().hostname()).isEqualTo("localhost");
        assertThat(configuration.limits().http().bodyBytes()).isEqualTo(10_000);
        assertThat(configuration.notes().warnings()).isEmpty();
    }

    @Test
    void thePublicAddressIsNotTheOneToListenOn() {
        Configuration configuration =
                Written.in(directory)
                        .app()
                        .variable("REVERB_HOST", "ws.example.com")
                        .variable("REVERB_PORT", "443")
                        .variable("REVERB_SCHEME", "https")
                        .variable("REVERB_SERVER_HOST", "127.0.0.1")
                        .variable("REVERB_SERVER_PORT", "9999")
                        .variable("REVERB_SERVER_PATH", "/reverb")
                        .read();
        assertThat(configuration.listen())
                .isEqualTo(
                        new Configuration.Listen(
                                "127.0.0.1",
                                9999,
                                "/reverb",
                                "ws.example.com",
                                Runtime.getRuntime().availableProcessors(),
                                null));
    }

    @Test
    void everyVariableAboutTheAppIsRead() {
        App app =
                Written.in(directory)
                        .app()
                        .variable("REVERB_MAX_REQUEST_SIZE", "20000")
                        .variable("REVERB_ALLOWED_ORIGINS", "laravel.com, *.localhost")
                        .variable("REVERB_APP_PING_INTERVAL", "61")
                        .variable("REVERB_APP_ACTIVITY_TIMEOUT", "31")
                        .variable("REVERB_APP_MAX_CONNECTIONS", "100")
                        .variable("REVERB_APP_MAX_MESSAGE_SIZE", "12345")
                        .variable("REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM", "none")
                        .variable("REVERB_APP_RATE_LIMITING_ENABLED", "true")
                        .variable("REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS", "3")
                        .variable("REVERB_APP_RATE_LIMIT_DECAY_SECONDS", "5")
                        .variable("REVERB_APP_RATE_LIMIT_TERMINATE", "(true)")
                        .read()
                        .apps()
                        .list()
                        .getFirst();
        assertThat(app)
                .isEqualTo(
                        App.builder("4711", "key-of-4711", "0123456789abcdefghij")
                                .allowedOrigins(List.of("laravel.com", "*.localhost"))
                                .pingInterval(61)
                                .activityTimeout(31)
                                .maxConnections(100)
                                .maxMessageBytes(12_345)
                                .clientEvents(ClientEvents.NONE)
                                .rateLimit(new App.RateLimit(3, 5, true))
                                .build());
    }

    @Test
    void laravelsWordsForNothingCountAsNotSet() {
        for (String nothing : List.of("", "null", "(null)", "empty", "(empty)")) {
            App app =
                    Written.in(directory)
                            .app()
                            .variable("REVERB_APP_MAX_CONNECTIONS", nothing)
                            .read()
                            .apps()
                            .list()
                            .getFirst();
            assertThat(app.maxConnections()).isZero();
        }
    }

    @Test
    void rateLimitsHaveReverbsDefaults() {
        App app =
                Written.in(directory)
                        .app()
                        .variable("REVERB_APP_RATE_LIMITING_ENABLED", "true")
                        .read()
                        .apps()
                        .list()
                        .getFirst();
        assertThat(app.rateLimit()).isEqualTo(new App.RateLimit(60, 60, false));
    }

    @Test
    void scalingIsWarnedOfBecauseEveryNodeIsOnItsOwn() {
        Written written = Written.in(directory).app();
        assertThat(written.variable("REVERB_SCALING_ENABLED", "false").read().notes().warnings())
                .isEmpty();
        assertThat(written.variable("REVERB_SCALING_ENABLED", "true").read().notes().warnings())
                .containsExactly(
                        "REVERB_SCALING_ENABLED: this server shares nothing with others, every node"
                                + " is on its own");
    }
}
