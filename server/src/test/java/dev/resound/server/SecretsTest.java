package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets are good ones, and nobody gets to see them. */
class SecretsTest {
    private static final String SECRET = "s3cr3t-s3cr3t-s3cr3t";

    @TempDir Path directory;

    @Test
    void emptySecretsAreRefusedEverywhere() {
        String problem =
                ": apps[0].secret is empty; it must be 1 to 1000 characters without control"
                        + " characters";
        Written written = Written.in(directory).app().flag(Settings.HOST, "127.0.0.1");
        assertThat(written.variable("REVERB_APP_SECRET", "").problems())
                .containsExactly("REVERB_APP_SECRET" + problem);
        assertThat(written.variable("REVERB_APP_SECRET", "null").problems())
                .containsExactly("REVERB_APP_SECRET" + problem);
        assertThat(written.variable("RESOUND_APPS_0_SECRET", " ").problems())
                .containsExactly("RESOUND_APPS_0_SECRET" + problem);
        assertThat(
                        Written.in(directory)
                                .file("apps:\n  - {id: a, key: b, secret: ''}\n")
                                .problems())
                .containsExactly("resound.yml:2" + problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "resound-dev-secret",
                "app-secret",
                "reverb-secret",
                "secret",
                "SECRET",
                "changeme",
                "change_me",
                "REVERB_APP_SECRET",
                "your-app-secret",
                "your pusher app secret",
                "<secret>",
                "${REVERB_APP_SECRET}",
                "{{ secret }}",
                "xxxxxxxxxxxxxxxxxxxx"
            })
    void samplesAreRefusedUnlessOnlyThisMachineCanConnect(String sample) {
        Written written = Written.in(directory).app().variable("REVERB_APP_SECRET", sample);
        assertThat(written.flag(Settings.HOST, "0.0.0.0").problems())
                .containsExactly(
                        "REVERB_APP_SECRET: apps[0].secret is a sample that everybody knows, and"
                                + " 0.0.0.0 is not this machine alone; make one of your own, for"
                                + " example with: openssl rand -hex 20");
        for (String loopback : List.of("127.0.0.1", "127.8.8.8", "::1", "localhost")) {
            assertThat(written.flag(Settings.HOST, loopback).problems()).isEmpty();
        }
    }

    @Test
    void theLineToChangeIsNamed() {
        assertThat(
                        Written.in(directory)
                                .file("apps:\n  - id: a\n    key: b\n    secret: changeme\n")
                                .problems())
                .singleElement()
                .asString()
                .startsWith("resound.yml:4: apps[0].secret is a sample");
    }

    @Test
    void aSecretThatIsTheKeyIsNone() {
        assertThat(
                        Written.in(directory)
                                .app()
                                .variable("REVERB_APP_KEY", SECRET)
                                .variable("REVERB_APP_SECRET", SECRET)
                                .problems())
                .containsExactly(
                        "REVERB_APP_SECRET: apps[0].secret is the app's key or id, which every"
                                + " visitor gets to see");
    }

    @Test
    void shortSecretsAreWarnedOf() {
        assertThat(
                        Written.in(directory)
                                .app()
                                .variable("REVERB_APP_SECRET", "k9#fQ2")
                                .read()
                                .notes()
                                .warnings())
                .containsExactly("REVERB_APP_SECRET: apps[0].secret is shorter than 16 characters");
    }

    @Test
    void noMessageShowsASecret() {
        List<Written> wrong =
                List.of(
                        Written.in(directory).variable("REVERB_APP_SECRET", SECRET),
                        Written.in(directory).variable("REVERB_APP_SECRET", SECRET + "\u0007"),
                        Written.in(directory)
                                .app()
                                .variable("RESOUND_APPS_0_SECRET", SECRET)
                                .variable("RESOUND_APPS_0__SECRET", SECRET + "x"),
                        Written.in(directory).variable("RESOUND_APPS_0_SECRE", SECRET),
                        Written.in(directory).variable("RESOUND_SERVER_TLS_KEY_PASSWORD", SECRET));
        for (Written written : wrong) {
            assertThat(written.problems()).isNotEmpty().noneMatch(line -> line.contains("s3cr3t"));
        }
        for (String line :
                List.of(
                        "secret: [" + SECRET + "]",
                        "secret: {" + SECRET + ": 1}",
                        "secret: *" + SECRET,
                        "secret: &" + SECRET + " \u0001",
                        "secret: !" + SECRET + "!x y",
                        "secret: @" + SECRET,
                        "secret: `" + SECRET,
                        "secret: %" + SECRET,
                        "secret: \"" + SECRET,
                        "secret: \"" + SECRET + "\\q\"",
                        "secret: " + SECRET + ": x",
                        "secrte: " + SECRET,
                        "secret " + SECRET,
                        "- " + SECRET)) {
            List<String> problems =
                    Written.in(directory)
                            .file("apps:\n  - id: a\n    key: b\n    " + line + "\n")
                            .problems();
            assertThat(problems)
                    .as(line)
                    .isNotEmpty()
                    .noneMatch(problem -> problem.contains("s3cr3t"));
        }
    }

    @Test
    void printingTheConfigurationShowsNoSecret() {
        Written.in(directory).file("cert.pem", "").file("key.pem", "");
        Configuration configuration =
                Written.in(directory)
                        .app()
                        .variable("REVERB_APP_SECRET", SECRET)
                        .variable("RESOUND_SERVER_TLS_CERTIFICATE", "cert.pem")
                        .variable("RESOUND_SERVER_TLS_KEY", "key.pem")
                        .variable("RESOUND_SERVER_TLS_KEY_PASSWORD", SECRET)
                        .read();
        assertThat(configuration.apps().list().getFirst().secret()).isEqualTo(SECRET);
        assertThat(configuration.toString()).contains("4711").doesNotContain("s3cr3t");
        assertThat(new Given(SECRET, "here").toString()).doesNotContain("s3cr3t");
    }
}
