package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What somebody is told who got something wrong. */
class ConfigurationErrorsTest {
    @TempDir Path directory;

    private static final String APP =
            """
            apps:
              - id: a
                key: key-a
                secret: 0123456789abcdefghij
            """;

    private List<String> problemsOf(String yaml) {
        return Written.in(directory).file(yaml).problems();
    }

    /** Indented below the app. */
    private List<String> problemsOfApp(String yaml) {
        return problemsOf(APP + yaml.indent(4));
    }

    @Test
    void valuesOfTheWrongKindNameTheSettingTheValueTheLineAndWhatWouldBeRight() {
        assertThat(problemsOf("server:\n  port: 80a\n"))
                .containsExactly(
                        "resound.yml:2: server.port is \"80a\"; it must be a whole number from 0 to"
                                + " 65535");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    server: {host: 'http://x'}      | server.host is "http://x"; it must be an address or a host name, without scheme and port
                    server: {host: 'localhost:80'}  | server.host is "localhost:80"; it must be an address or a host name, without scheme and port
                    server: {port: 65536}           | server.port is "65536"; it must be a whole number from 0 to 65535
                    server: {port: -1}              | server.port is "-1"; it must be a whole number from 0 to 65535
                    server: {path: 'a b'}           | server.path is "a b"; it must be a path such as /ws
                    server: {path: '/a//b'}         | server.path is "/a//b"; it must be a path such as /ws
                    server: {hostname: 'a/b'}       | server.hostname is "a/b"; it must be an address or a host name, without scheme and port
                    server: {fallback: perhaps}     | server.fallback is "perhaps"; it must be true or false
                    server: {fallback_hostname: '[::1]'} | server.fallback_hostname is "[::1]"; it must be a host name or an IPv4 address, without scheme and port
                    limits: {fallback_sessions: 0}  | limits.fallback_sessions is "0"; it must be a whole number from 1 to 1000000000
                    limits: {fallback_patience: 0}  | limits.fallback_patience is "0"; it must be a time from 1ms to 24h such as 500ms, 30s or 2m
                    server: {loops: 0}              | server.loops is "0"; it must be a whole number from 1 to 1024
                    debug: perhaps                  | debug is "perhaps"; it must be true or false
                    dialect: laravel                | dialect is "laravel"; it must be reverb, pusher or soketi
                    limits: {max_request_size: 0}   | limits.max_request_size is "0"; it must be a size from 1 to 1GB such as 10000 (bytes), 10KB or 1MB
                    limits: {max_request_size: 1XB} | limits.max_request_size is "1XB"; it must be a size from 1 to 1GB such as 10000 (bytes), 10KB or 1MB
                    limits: {log: 99999999999GB}    | limits.log is "99999999999GB"; it must be a size from 1KB to 1GB such as 10000 (bytes), 10KB or 1MB
                    limits: {max_header_fields: 9}  | limits.max_header_fields is "9"; it must be a whole number from 10 to 10000
                    limits: {keep_alive_time: 1d}   | limits.keep_alive_time is "1d"; it must be a time from 1ms to 24h such as 500ms, 30s or 2m
                    limits: {keep_alive_time: 0}    | limits.keep_alive_time is "0"; it must be a time from 1ms to 24h such as 500ms, 30s or 2m
                    limits: {messages_per_second: -2} | limits.messages_per_second is "-2"; it must be a whole number from 0 (no limit) to 1000000
                    limits: {max_connections: 0}    | limits.max_connections is "0"; it must be a whole number from 1 to 1000000000
                    shutdown: {grace: 25h}          | shutdown.grace is "25h"; it must be a time from 0s to 24h such as 500ms, 30s or 2m
                    """)
    void everyServerSettingHasItsKind(String yaml, String problem) {
        assertThat(problemsOf(yaml)).contains("resound.yml:1: " + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    enabled: 2                          | enabled is "2"; it must be true or false
                    dialect: rever                      | dialect is "rever"; it must be reverb, pusher or soketi
                    allowed_origins: ['https://a.b/']   | allowed_origins is "https://a.b/"; it must be hosts (*.example.com), origins (https://example.com) or *, without path and blanks
                    allowed_origins: []                 | allowed_origins is empty; it must be hosts (*.example.com), origins (https://example.com) or *, without path and blanks
                    accept_client_events_from: nobody   | accept_client_events_from is "nobody"; it must be all, members or none
                    max_connections: many               | max_connections is "many"; it must be a whole number from 0 (no limit) to 1000000000
                    max_message_size: -1                | max_message_size is "-1"; it must be a size from 1 to 1GB such as 10000 (bytes), 10KB or 1MB
                    activity_timeout: 500ms             | activity_timeout is "500ms"; it must be whole seconds from 1 to 86400 such as 30, 30s or 2m
                    ping_interval: 0                    | ping_interval is "0"; it must be whole seconds from 1 to 86400 such as 30, 30s or 2m
                    pong_timeout: 25h                   | pong_timeout is "25h"; it must be whole seconds from 1 to 86400 such as 30, 30s or 2m
                    max_channels_per_connection: x      | max_channels_per_connection is "x"; it must be a whole number from 0 (no limit) to 1000000000
                    check_timestamp: never              | check_timestamp is "never"; it must be true or false
                    rate_limiting: {enabled: maybe}     | rate_limiting.enabled is "maybe"; it must be true or false
                    rate_limiting: {max_attempts: 0}    | rate_limiting.max_attempts is "0"; it must be a whole number from 1 to 1000000000
                    rate_limiting: {decay_seconds: 0}   | rate_limiting.decay_seconds is "0"; it must be whole seconds from 1 to 86400 such as 30, 30s or 2m
                    rate_limiting: {terminate_on_limit: x} | rate_limiting.terminate_on_limit is "x"; it must be true or false
                    presence: {max_members: few}        | presence.max_members is "few"; it must be a whole number from 0 (no limit) to 1000000000
                    presence: {max_member_bytes: 2TB}   | presence.max_member_bytes is "2TB"; it must be a size from 0 to 1GB such as 10000 (bytes), 10KB or 1MB
                    event: {max_channels: x}            | event.max_channels is "x"; it must be a whole number from 0 (no limit) to 1000000000
                    event: {max_batch: x}               | event.max_batch is "x"; it must be a whole number from 0 (no limit) to 1000000000
                    event: {max_payload_bytes: x}       | event.max_payload_bytes is "x"; it must be a size from 0 to 1GB such as 10000 (bytes), 10KB or 1MB
                    event: {max_name_length: x}         | event.max_name_length is "x"; it must be a whole number from 0 (no limit) to 1000000000
                    """)
    void everyAppSettingHasItsKind(String yaml, String problem) {
        assertThat(problemsOfApp(yaml)).containsExactly("resound.yml:5: apps[0]." + problem);
    }

    @Test
    void allErrorsAreToldAtOnceFromAllSources() {
        List<String> problems =
                Written.in(directory)
                        .file("server:\n  port: 80a\n  prot: 1\n" + APP + "    enabled: perhaps\n")
                        .variable("RESOUND_LIMITS_LOG", "lots")
                        .variable("REVERB_APP_PING_INTERVAL", "often")
                        .flag(Settings.PATH, "a b")
                        .problems();
        assertThat(problems)
                .hasSize(6)
                .anyMatch(problem -> problem.startsWith("resound.yml:2: server.port"))
                .anyMatch(problem -> problem.startsWith("resound.yml:3: there is no setting"))
                .anyMatch(problem -> problem.startsWith("resound.yml:8: apps[0].enabled"))
                .anyMatch(problem -> problem.startsWith("RESOUND_LIMITS_LOG: limits.log"))
                .anyMatch(problem -> problem.startsWith("REVERB_APP_PING_INTERVAL: apps[0].ping"))
                .anyMatch(problem -> problem.startsWith("--path: server.path"));
    }

    @Test
    void longValuesAreShortenedAndControlCharactersEscaped() {
        assertThat(problemsOf("dialect: \"" + "x".repeat(61) + "\"\n"))
                .containsExactly(
                        "resound.yml:1: dialect is \""
                                + "x".repeat(60)
                                + "…\"; it must be reverb, pusher or soketi");
        assertThat(problemsOf("dialect: \"a\\nb\\e[31m\"\n"))
                .containsExactly(
                        "resound.yml:1: dialect is \"a\\nb\\u001b[31m\"; it must be reverb, pusher or"
                                + " soketi");
    }

    // ---- keys

    @Test
    void unknownKeysAreErrorsAndTheNearestKnownOneIsNamed() {
        assertThat(problemsOf("server:\n  prot: 1\n"))
                .containsExactly(
                        "resound.yml:2: there is no setting server.prot; did you mean server.port?");
        assertThat(problemsOf("sever:\n  port: 1\n"))
                .containsExactly("resound.yml:1: there is no setting sever; did you mean server?");
        assertThat(problemsOfApp("max_connection: 3"))
                .containsExactly(
                        "resound.yml:5: there is no setting apps[0].max_connection; did you mean"
                                + " apps[0].max_connections?");
    }

    @Test
    void theRightKeyInTheWrongPlaceIsSentToItsPlace() {
        assertThat(problemsOf("port: 1\n"))
                .containsExactly(
                        "resound.yml:1: there is no setting port; did you mean server.port?");
        assertThat(problemsOfApp("max_members: 3"))
                .containsExactly(
                        "resound.yml:5: there is no setting apps[0].max_members; did you mean"
                                + " apps[0].presence.max_members?");
    }

    @Test
    void unknownKeysThatResembleNothingGetNoSuggestion() {
        assertThat(problemsOf("colour: blue\n"))
                .containsExactly("resound.yml:1: there is no setting colour");
    }

    @Test
    void keysThatAreThereTwiceAreErrors() {
        assertThat(problemsOf("debug: true\ndialect: reverb\ndebug: false\n"))
                .containsExactly("resound.yml:3: debug is there twice, first at resound.yml:1");
    }

    @Test
    void unknownVariablesInOurSectionsAreErrors() {
        assertThat(Written.in(directory).variable("RESOUND_SERVER_PROT", "1").problems())
                .containsExactly(
                        "RESOUND_SERVER_PROT: there is no such setting; did you mean"
                                + " RESOUND_SERVER_PORT?");
        assertThat(
                        Written.in(directory)
                                .app()
                                .variable("RESOUND_APPS_0_ALLOWED_ORIGIN", "a")
                                .problems())
                .containsExactly(
                        "RESOUND_APPS_0_ALLOWED_ORIGIN: there is no such setting; did you mean"
                                + " RESOUND_APPS_0_ALLOWED_ORIGINS?");
    }

    @Test
    void otherVariablesThatBeginWithOurNameAreOnlyWarnedOfWhenTheyResembleASetting() {
        Configuration configuration =
                Written.in(directory)
                        .variable("RESOUND_DIALEKT", "pusher")
                        .variable("RESOUND_JAVA_OPTS", "-Xmx1g")
                        .variable("RESOUND_DATABASE_URL", "x")
                        .read();
        assertThat(configuration.notes().warnings())
                .containsExactly(
                        "RESOUND_DIALEKT: there is no such setting; did you mean RESOUND_DIALECT?");
    }

    @Test
    void serviceLinksOfKubernetesAreNoSettings() {
        Written written =
                Written.in(directory)
                        .variable("RESOUND_SERVER_SERVICE_HOST", "10.0.0.1")
                        .variable("RESOUND_SERVER_SERVICE_PORT_HTTP", "8080")
                        .variable("RESOUND_SERVER_PORT_8080_TCP", "tcp://10.0.0.1:8080");
        assertThat(written.problems()).isEmpty();
        assertThat(written.variable("RESOUND_SERVER_PORT", "tcp://10.0.0.1:8080").problems())
                .containsExactly(
                        "RESOUND_SERVER_PORT: server.port is \"tcp://10.0.0.1:8080\", a service link"
                                + " of Kubernetes (enableServiceLinks); it must be a whole number"
                                + " from 0 to 65535");
    }

    // ---- shape

    @Test
    void sectionsAndListsAreToldFromValues() {
        assertThat(problemsOf("server: 8080\n"))
                .containsExactly(
                        "resound.yml:1: server must be a section with host, port, path, hostname,"
                                + " fallback, fallback_hostname, loops, tls");
        assertThat(problemsOf("apps: 3\n"))
                .containsExactly(
                        "resound.yml:1: apps must be a list: every app begins with \"- id: …\"");
        assertThat(problemsOf("server: {port: {a: 1}}\n"))
                .containsExactly(
                        "resound.yml:1: server.port must be a whole number from 0 to 65535");
        assertThat(problemsOf("server: {port: [8080]}\n"))
                .containsExactly(
                        "resound.yml:1: server.port must be a whole number from 0 to 65535");
        assertThat(problemsOf("just text\n"))
                .containsExactly(
                        "resound.yml:1: the file must be a section with server, dialect, debug,"
                                + " metrics, limits, shutdown, socketio, webhooks, app_source,"
                                + " restart_signal, cluster, device_sessions, apps");
        assertThat(problemsOf("? [a]\n: b\n"))
                .containsExactly("resound.yml:1: a key must be a word");
    }

    @Test
    void malformedFilesNameTheLine() {
        assertThat(problemsOf("server:\n  port: 1: 2\n"))
                .containsExactly(
                        "resound.yml:2: is no YAML from here on: mapping values are not allowed"
                                + " here");
        assertThat(problemsOf("debug: true\n---\ndebug: true\n"))
                .containsExactly("resound.yml:2: is no YAML from here on: one document is enough");
        assertThat(problemsOf("debug: \u0007\n"))
                .containsExactly("resound.yml: is no YAML: control characters, or nested too deep");
        assertThat(problemsOf("[".repeat(10_000)))
                .containsExactly("resound.yml: is no YAML: control characters, or nested too deep");
    }

    @Test
    void filesThatContainThemselvesAreNoTrap() {
        assertThat(problemsOf("server: &a\n  tls: *a\n")).isNotEmpty();
        assertThat(problemsOf("apps: &a\n  - *a\n")).isNotEmpty();
    }

    @Test
    void filesThatCannotBeReadAreErrors() {
        assertThat(Written.in(directory).named("other.yml").problems())
                .containsExactly("other.yml: there is no such file");
        assertThat(Written.in(directory).variable("RESOUND_CONFIG", "other.yml").problems())
                .containsExactly("other.yml: there is no such file");
        assertThat(Written.in(directory).named(".").problems())
                .singleElement()
                .asString()
                .startsWith(".: cannot be read");
    }

    @Test
    void aFileOfTheWrongNameIsPointedOut() {
        assertThat(
                        Written.in(directory)
                                .file("resound.yaml", "debug: true\n")
                                .read()
                                .notes()
                                .warnings())
                .containsExactly("resound.yaml is not read: the name is resound.yml");
    }

    // ---- what belongs together

    @Test
    void appsWithoutIdKeyOrSecretAreErrors() {
        assertThat(problemsOf("debug: false\napps:\n  - id: a\n"))
                .containsExactly(
                        "resound.yml:3: apps[0].key is missing; set it in the file, or with"
                                + " RESOUND_APPS_0_KEY or REVERB_APP_KEY",
                        "resound.yml:3: apps[0].secret is missing; set it in the file, or with"
                                + " RESOUND_APPS_0_SECRET or REVERB_APP_SECRET");
    }

    @Test
    void appsThatShareIdOrKeyAreErrors() {
        assertThat(
                        problemsOf(
                                APP
                                        + """
                                          - id: a
                                            key: key-a
                                            secret: abcdefghij0123456789
                                        """))
                .containsExactly(
                        "resound.yml:5: apps[1].id is \"a\", the same as apps[0].id",
                        "resound.yml:6: apps[1].key is \"key-a\", the same as apps[0].key");
    }

    @Test
    void appsAreCountedWithoutGaps() {
        assertThat(
                        Written.in(directory)
                                .file(APP)
                                .variable("RESOUND_APPS_2_ID", "c")
                                .variable("RESOUND_APPS_2_KEY", "key-c")
                                .variable("RESOUND_APPS_2_SECRET", "abcdefghij0123456789")
                                .problems())
                .containsExactly(
                        "RESOUND_APPS_2_ID: speaks of apps[2], but there is no apps[1]; apps are"
                                + " counted from 0 without gaps");
    }

    @Test
    void oneSettingInTwoSpellingsIsAnErrorWhenTheyDiffer() {
        Written written = Written.in(directory).app().variable("RESOUND_APPS_0_ID", "a");
        assertThat(written.variable("RESOUND_APPS_0__ID", "a").problems()).isEmpty();
        assertThat(written.variable("RESOUND_APPS_0__ID", "b").problems())
                .containsExactly(
                        "RESOUND_APPS_0__ID: sets apps[0].id to something else than"
                                + " RESOUND_APPS_0_ID");
    }

    @Test
    void namesThatCannotStandInAUrlAreErrors() {
        assertThat(Written.in(directory).app().variable("REVERB_APP_KEY", "a/b").problems())
                .containsExactly(
                        "REVERB_APP_KEY: apps[0].key is \"a/b\"; it must be 1 to 200 characters that"
                                + " can stand in a URL's path: letters, digits, - _ . ~");
    }

    @Test
    void certificateAndKeyBelongTogetherAndMustExist() {
        Written written = Written.in(directory).file("cert.pem", "").file("key.pem", "");
        assertThat(written.file("server: {tls: {certificate: cert.pem}}\n").problems())
                .containsExactly("resound.yml:1: server.tls.key is missing beside it");
        assertThat(written.file("server: {tls: {key: key.pem}}\n").problems())
                .containsExactly("resound.yml:1: server.tls.certificate is missing beside it");
        assertThat(written.file("server: {tls: {key_password: x}}\n").problems())
                .containsExactly(
                        "resound.yml:1: server.tls.certificate and server.tls.key are missing beside"
                                + " it");
        assertThat(
                        written.file("server: {tls: {certificate: cert.pem, key: gone.pem}}\n")
                                .problems())
                .containsExactly(
                        "resound.yml:1: server.tls.key is \"gone.pem\", and there is no such file; it"
                                + " must be a PEM file");
        assertThat(
                        written.file("server: {tls: {certificate: cert.pem, key: key.pem}}\n")
                                .problems())
                .isEmpty();
    }

    @Test
    void theBacklogCannotBeAboveTheLog() {
        assertThat(problemsOf("limits:\n  backlog: 8MB\n"))
                .containsExactly(
                        "resound.yml:2: limits.backlog (8MB) must not be above limits.log (4MB)");
        assertThat(problemsOf("limits:\n  log: 512KB\n"))
                .containsExactly(
                        "resound.yml:2: limits.backlog (1MB) must not be above limits.log (512KB)");
        assertThat(problemsOf("limits:\n  backlog: 4MB\n")).isEmpty();
    }

    @Test
    void theShutdownCannotTakeLongerThanItsTimeout() {
        Written written = Written.in(directory).app();
        assertThat(written.variable("RESOUND_SHUTDOWN_TIMEOUT", "29s").problems())
                .containsExactly(
                        "RESOUND_SHUTDOWN_TIMEOUT: shutdown.timeout (29s) must be at least"
                                + " shutdown.drain_delay and shutdown.grace together (30s)");
        assertThat(written.variable("RESOUND_SHUTDOWN_TIMEOUT", "30s").problems()).isEmpty();
    }
}
