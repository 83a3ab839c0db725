package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.sessions.DeviceSessionOptions;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The configuration of device sessions, but for their apps. */
class DeviceSettingsTest {
    private static final String SECRET = "s3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t";

    @TempDir Path directory;

    private Written written(String settings) {
        return Written.in(directory)
                .app()
                .file("device_sessions:\n" + settings.indent(2))
                .flag(Settings.HOST, "127.0.0.1");
    }

    /** With the settings from line 2 on. */
    private List<String> problemsOf(String settings) {
        return written(settings).problems();
    }

    private List<String> problemsOfKey(String algorithm, String pem) {
        Written.in(directory).file("key.pem", pem);
        return problemsOf(
                "enabled: true\njwt_algorithm: " + algorithm + "\njwt_public_key: key.pem\n");
    }

    static String pem(PublicKey key) {
        return pem("PUBLIC KEY", key.getEncoded());
    }

    private static String pem(String label, byte[] der) {
        String base64 = Base64.getMimeEncoder().encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    static KeyPair keys(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    // ---- whether

    @Test
    void thereAreNoneUnlessSomebodyWantsThem() {
        assertThat(Written.in(directory).app().read().devices()).isNull();
        assertThat(written("jwt_secret: " + SECRET).read().devices()).isNull();
        assertThat(written("enabled: true\njwt_secret: " + SECRET).read().devices()).isNotNull();
    }

    @Test
    void defaultsAreThoseOfTheSessions() {
        DeviceConfiguration devices =
                Objects.requireNonNull(
                        written("enabled: true\njwt_secret: " + SECRET).read().devices());
        assertThat(devices.options()).isEqualTo(DeviceSessionOptions.defaults());
        assertThat(devices.publicUrl()).isNull();
        assertThat(devices.running()).isNull();
        assertThat(devices.webhookTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(devices.webhookAttempts()).isEqualTo(2);
        assertThat(devices.capabilities()).isEmpty();
        assertThat(devices.dashboard()).isTrue();
    }

    @Test
    void withoutAppsThereIsLittleToDo() {
        assertThat(written("enabled: true\njwt_secret: " + SECRET).read().notes().warnings())
                .containsExactly("device_sessions.apps has no app that could be started");
    }

    @Test
    void everySettingHasItsVariable() {
        Written written = Written.in(directory).app();
        for (String[] variable :
                new String[][] {
                    {"ENABLED", "true"},
                    {"PROFILE", "MentraOS"},
                    {"JWT_SECRET", SECRET},
                    {"JWT_ISSUER", "me"},
                    {"JWT_AUDIENCE", "you"},
                    {"CLOSE_ON_EXPIRY", "true"},
                    {"PUBLIC_URL", "wss://ws.example.com/a/"},
                    {"WEBHOOK_TIMEOUT", "3s"},
                    {"WEBHOOK_ATTEMPTS", "4"},
                    {"STOP_BEFORE_RESTART", "false"},
                    {"RUNNING_APPS", "running.json"},
                    {"CAPABILITIES", "{\"Even Realities G1\": {\"hasCamera\": false, \"x\": 1}}"},
                    {"DASHBOARD", "false"},
                    {"DEVICE_GRACE", "1s"},
                    {"APP_GRACE", "2s"},
                    {"APP_CONNECT_TIMEOUT", "3s"},
                    {"APP_JOIN_TIMEOUT", "4s"},
                    {"PING_INTERVAL", "5s"},
                    {"PONG_TIMEOUT", "0"},
                    {"IDLE_TIMEOUT", "6s"},
                    {"EMPTY_SUBSCRIPTION_WINDOW", "7s"},
                    {"DISPLAY_MIN_INTERVAL", "8s"},
                    {"STATE_COALESCE", "9s"},
                    {"SUPERSEDE", "detach"},
                    {"MAX_MESSAGE_SIZE", "1MB"},
                    {"MAX_TEXT_SIZE", "2KB"},
                    {"MEDIA_QUEUE_FRAMES", "10"},
                    {"MEDIA_QUEUE_SIZE", "11KB"},
                    {"MAX_APPS", "12"},
                    {"MAX_SUBSCRIPTIONS", "13"},
                    {"MAX_PENDING", "14"},
                    {"REPLAY_MESSAGES", "15"},
                }) {
            written.variable("RESOUND_DEVICE_SESSIONS_" + variable[0], variable[1]);
        }
        DeviceConfiguration devices = Objects.requireNonNull(written.read().devices());
        assertThat(devices.options())
                .isEqualTo(
                        new DeviceSessionOptions(
                                new DeviceSessionOptions.Grace(
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(2),
                                        Duration.ofSeconds(3),
                                        Duration.ofSeconds(4)),
                                new DeviceSessionOptions.Liveness(
                                        Duration.ofSeconds(5),
                                        Duration.ZERO,
                                        Duration.ofSeconds(6)),
                                new DeviceSessionOptions.Pace(
                                        Duration.ofSeconds(7),
                                        Duration.ofSeconds(8),
                                        Duration.ofSeconds(9)),
                                new DeviceSessionOptions.Bounds(
                                        1 << 20, 2 << 10, 10, 11 << 10, 12, 13, 14, 15),
                                false,
                                true,
                                false));
        assertThat(devices.publicUrl()).hasToString("wss://ws.example.com/a");
        assertThat(devices.webhookTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(devices.webhookAttempts()).isEqualTo(4);
        assertThat(devices.running()).isEqualTo(directory.resolve("running.json").toAbsolutePath());
        assertThat(devices.capabilities()).containsOnlyKeys("Even Realities G1");
        assertThat(devices.capabilities().get("Even Realities G1"))
                .hasToString("{\"hasCamera\":false,\"x\":1}");
        assertThat(devices.dashboard()).isFalse();
    }

    @Test
    void unknownKeysAreErrorsAndTheNearestKnownOneIsNamed() {
        assertThat(problemsOf("device_garce: 3s"))
                .containsExactly(
                        "resound.yml:2: there is no setting device_sessions.device_garce; did you"
                                + " mean device_sessions.device_grace?");
        assertThat(problemsOf("jwt_public_kye: a.pem"))
                .containsExactly(
                        "resound.yml:2: there is no setting device_sessions.jwt_public_kye; did you"
                                + " mean device_sessions.jwt_public_key?");
        assertThat(
                        Written.in(directory)
                                .file("")
                                .app()
                                .variable("RESOUND_DEVICE_SESSIONS_ENABLE", "true")
                                .problems())
                .containsExactly(
                        "RESOUND_DEVICE_SESSIONS_ENABLE: there is no such setting; did you mean"
                                + " RESOUND_DEVICE_SESSIONS_ENABLED?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    enabled: perhaps               | enabled is "perhaps"; it must be true or false
                    profile: androidos             | profile is "androidos"; it must be mentraos
                    jwt_algorithm: none            | jwt_algorithm is "none"; it must be HS256, RS256 or ES256
                    jwt_algorithm: HS512           | jwt_algorithm is "HS512"; it must be HS256, RS256 or ES256
                    jwt_issuer: ''                 | jwt_issuer is empty; it must be 1 to 500 characters without control characters
                    jwt_audience: ''               | jwt_audience is empty; it must be 1 to 500 characters without control characters
                    close_on_expiry: 3             | close_on_expiry is "3"; it must be true or false
                    device_grace: -1s              | device_grace is "-1s"; it must be a time from 0s to 24h such as 500ms, 30s or 2m
                    app_grace: 25h                 | app_grace is "25h"; it must be a time from 0s to 24h such as 500ms, 30s or 2m
                    ping_interval: 0               | ping_interval is "0"; it must be a time from 100ms to 1h such as 500ms, 30s or 2m
                    max_message_size: 1            | max_message_size is "1"; it must be a size from 1KB to 256MB such as 10000 (bytes), 10KB or 1MB
                    max_text_size: 1               | max_text_size is "1"; it must be a size from 1KB to 256MB such as 10000 (bytes), 10KB or 1MB
                    media_queue_frames: 0          | media_queue_frames is "0"; it must be a whole number from 1 to 100000
                    media_queue_size: 1            | media_queue_size is "1"; it must be a size from 1KB to 256MB such as 10000 (bytes), 10KB or 1MB
                    max_apps: 0                    | max_apps is "0"; it must be a whole number from 1 to 10000
                    replay_messages: -1            | replay_messages is "-1"; it must be a whole number from 0 to 10000
                    supersede: kill                | supersede is "kill"; it must be close or detach
                    webhook_timeout: 0             | webhook_timeout is "0"; it must be a time from 1ms to 10m such as 500ms, 30s or 2m
                    webhook_attempts: 11           | webhook_attempts is "11"; it must be a whole number from 1 to 10
                    stop_before_restart: x         | stop_before_restart is "x"; it must be true or false
                    dashboard: x                   | dashboard is "x"; it must be true or false
                    capabilities: [a]              | capabilities is wrong (and not shown here); it must be an object with what each model of glasses can do, by its name
                    public_url: https://a          | public_url is "https://a"; it must be a URL such as wss://ws.example.com, without a query
                    public_url: wss://             | public_url is "wss://"; it must be a URL such as wss://ws.example.com, without a query
                    public_url: 'wss://a?b'        | public_url is "wss://a?b"; it must be a URL such as wss://ws.example.com, without a query
                    public_url: 'wss://a#b'        | public_url is "wss://a#b"; it must be a URL such as wss://ws.example.com, without a query
                    public_url: ws.example.com     | public_url is "ws.example.com"; it must be a URL such as wss://ws.example.com, without a query
                    """)
    void everySettingHasItsKind(String yaml, String problem) {
        assertThat(problemsOf(yaml)).containsExactly("resound.yml:2: device_sessions." + problem);
    }

    // ---- secrets

    @Test
    void aSecretMustBeThere() {
        assertThat(problemsOf("enabled: true"))
                .containsExactly(
                        "resound.yml:2: device_sessions.jwt_secret is missing; set it in the file, or"
                                + " with RESOUND_DEVICE_SESSIONS_JWT_SECRET");
        assertThat(
                        Written.in(directory)
                                .app()
                                .variable("RESOUND_DEVICE_SESSIONS_ENABLED", "true")
                                .problems())
                .containsExactly(
                        "RESOUND_DEVICE_SESSIONS_ENABLED: device_sessions.jwt_secret is missing; set"
                                + " it in the file, or with RESOUND_DEVICE_SESSIONS_JWT_SECRET");
    }

    @Test
    void aSecretMustBeLong() {
        assertThat(problemsOf("enabled: true\njwt_secret: ''"))
                .containsExactly(
                        "resound.yml:3: device_sessions.jwt_secret is empty; it must be 1 to 1000"
                                + " characters without control characters");
        String tooShort =
                "resound.yml:3: device_sessions.jwt_secret is too short (and not shown here); it"
                        + " must have 32 bytes or more";
        assertThat(problemsOf("enabled: true\njwt_secret: " + SECRET.substring(0, 31)))
                .containsExactly(tooShort);
        assertThat(problemsOf("enabled: false\njwt_secret: " + SECRET.substring(0, 31)))
                .containsExactly(tooShort);
        assertThat(problemsOf("enabled: true\njwt_secret: " + SECRET.substring(0, 32))).isEmpty();
        assertThat(problemsOf("enabled: true\njwt_secret: äöüäöüäöüäöüäöüä")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a secret of thirty-two bytes or more>",
                "${RESOUND_DEVICE_SESSIONS_JWT_SECRET}",
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            })
    void samplesAreRefusedUnlessOnlyThisMachineCanConnect(String sample) {
        Written written = written("enabled: true\njwt_secret: \"" + sample + "\"");
        assertThat(written.problems()).isEmpty();
        assertThat(written.flag(Settings.HOST, "0.0.0.0").problems())
                .containsExactly(
                        "resound.yml:3: device_sessions.jwt_secret is a sample that everybody knows,"
                                + " and 0.0.0.0 is not this machine alone");
    }

    @Test
    void keysAreForOtherAlgorithms() {
        Written.in(directory).file("key.pem", pem(keys("RSA", 2_048).getPublic()));
        assertThat(
                        problemsOf(
                                "enabled: true\njwt_secret: "
                                        + SECRET
                                        + "\njwt_public_key: key.pem\njwks_url: 'https://x/keys'"))
                .containsExactly(
                        "resound.yml:4: device_sessions.jwt_public_key is for"
                                + " device_sessions.jwt_algorithm RS256 or ES256 only",
                        "resound.yml:5: device_sessions.jwks_url is for"
                                + " device_sessions.jwt_algorithm RS256 or ES256 only");
        assertThat(
                        problemsOf(
                                "enabled: true\njwt_algorithm: rs256\njwt_public_key:"
                                        + " key.pem\njwt_secret: "
                                        + SECRET))
                .containsExactly(
                        "resound.yml:5: device_sessions.jwt_secret is for"
                                + " device_sessions.jwt_algorithm HS256 only");
    }

    // ---- keys

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "ES256"})
    void aKeyMustBeThere(String algorithm) {
        assertThat(problemsOf("enabled: true\njwt_algorithm: " + algorithm))
                .containsExactly(
                        "resound.yml:2: device_sessions.jwt_public_key is missing; set it in the file,"
                                + " or with RESOUND_DEVICE_SESSIONS_JWT_PUBLIC_KEY");
    }

    @Test
    void keysComeFromOnePlace() {
        Written.in(directory).file("key.pem", pem(keys("RSA", 2_048).getPublic()));
        assertThat(
                        problemsOf(
                                "enabled: true\njwt_algorithm: RS256\njwt_public_key:"
                                        + " key.pem\njwks_url: 'https://x/keys'"))
                .containsExactly(
                        "resound.yml:5: device_sessions.jwt_public_key is there as well; keys come"
                                + " from one of them");
    }

    @Test
    void aKeyIsAnUrlOfHttp() {
        assertThat(problemsOf("enabled: true\njwt_algorithm: RS256\njwks_url: file:///keys"))
                .singleElement()
                .asString()
                .startsWith(
                        "resound.yml:4: device_sessions.jwks_url is \"file:///keys\"; it must be");
    }

    @Test
    void aKeyMustBeReadable() throws IOException {
        String file = "resound.yml:4: device_sessions.jwt_public_key names a file that ";
        assertThat(problemsOf("enabled: true\njwt_algorithm: RS256\njwt_public_key: gone.pem"))
                .containsExactly(file + "cannot be read (NoSuchFileException)");
        assertThat(problemsOf("enabled: true\njwt_algorithm: RS256\njwt_public_key: ."))
                .singleElement()
                .asString()
                .startsWith(file + "cannot be read (");
        Files.write(directory.resolve("key.der"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThat(problemsOf("enabled: true\njwt_algorithm: RS256\njwt_public_key: key.der"))
                .singleElement()
                .asString()
                .startsWith(file + "cannot be read (");
    }

    @Test
    void aKeyMustFitTheAlgorithm() {
        KeyPair rsa = keys("RSA", 2_048);
        KeyPair ec = keys("EC", 256);
        assertThat(problemsOfKey("RS256", pem(rsa.getPublic()))).isEmpty();
        assertThat(problemsOfKey("ES256", pem(ec.getPublic()))).isEmpty();
        String file =
                "resound.yml:4: device_sessions.jwt_public_key names a file that cannot be used: ";
        assertThat(problemsOfKey("RS256", "no key"))
                .containsExactly(
                        file
                                + "no PEM: there is no line -----BEGIN PUBLIC KEY----- or of a"
                                + " CERTIFICATE");
        assertThat(problemsOfKey("RS256", pem(ec.getPublic())))
                .containsExactly(file + "the PEM holds an EC key, RS256 needs an RSA key");
        assertThat(problemsOfKey("ES256", pem(rsa.getPublic())))
                .containsExactly(file + "the PEM holds an RSA key, ES256 needs an EC key");
        assertThat(problemsOfKey("RS256", pem(keys("RSA", 1_024).getPublic())))
                .containsExactly(
                        file + "an RSA key for RS256 has 2,048 to 8,192 bits, this one has 1,024");
        assertThat(problemsOfKey("ES256", pem(keys("EC", 384).getPublic())))
                .containsExactly(
                        file + "an EC key for ES256 is of the curve P-256, this one is of another");
        assertThat(problemsOfKey("RS256", pem("PRIVATE KEY", rsa.getPrivate().getEncoded())))
                .containsExactly(
                        file
                                + "the PEM holds a private key; what verifies needs the public one, and"
                                + " no more");
        assertThat(problemsOfKey("RS256", pem("PUBLIC KEY", BigInteger.TEN.toByteArray())))
                .containsExactly(file + "the PEM's key is none of RSA or EC, or it cannot be read");
    }

    // ---- files

    @Test
    void whatRunsIsRememberedInADirectoryThatThereIs() throws IOException {
        String rest = "enabled: true\njwt_secret: " + SECRET + "\nrunning_apps: ";
        assertThat(problemsOf(rest + "running.json")).isEmpty();
        assertThat(problemsOf(rest + "gone/running.json"))
                .containsExactly(
                        "resound.yml:4: device_sessions.running_apps is \"gone/running.json\"; it"
                                + " must be a file, which need not exist, in a directory that does");
        assertThat(problemsOf(rest + "\"running\\u0007.json\""))
                .containsExactly(
                        "resound.yml:4: device_sessions.running_apps is \"running\\u0007.json\"; it"
                                + " must be a file, which need not exist, in a directory that does");
        Files.createDirectory(directory.resolve("there"));
        assertThat(problemsOf(rest + "there"))
                .containsExactly(
                        "resound.yml:4: device_sessions.running_apps is \"there\"; it must be a file,"
                                + " which need not exist, in a directory that does");
    }

    // ---- nobody gets to see

    @Test
    void noMessageShowsASecret() {
        for (String line :
                List.of(
                        "jwt_secret: s3cr3t",
                        "jwt_secret: [" + SECRET + "]",
                        "jwt_secret: {" + SECRET + ": 1}",
                        "jwt_secret: \"" + SECRET + "\\u0007\"",
                        "jwt_secrte: " + SECRET,
                        "jwt_algorithm: RS256\njwt_secret: " + SECRET)) {
            assertThat(problemsOf("enabled: true\n" + line))
                    .as(line)
                    .isNotEmpty()
                    .noneMatch(problem -> problem.contains("s3cr3t"));
        }
    }

    @Test
    void printingTheConfigurationShowsNeitherSecretNorKey() {
        Written written =
                written(
                        "enabled: true\njwt_secret: "
                                + SECRET
                                + "\napps: [{package_name: a, public_url: 'http://x', api_key:"
                                + " k3y-k3y-k3y}]");
        Configuration configuration = written.read();
        assertThat(configuration.devices()).hasToString("DeviceConfiguration[1 apps]");
        assertThat(configuration.toString()).doesNotContain("s3cr3t").doesNotContain("k3y");
        assertThat(new Banner(configuration, 1, false).lines())
                .noneMatch(line -> line.contains("s3cr3t") || line.contains("k3y"));
        RunningMain check = RunningMain.run(directory, "--", "check");
        assertThat(check.exitCode()).isEqualTo(Main.OK);
        assertThat(check.out() + check.err()).doesNotContain("s3cr3t").doesNotContain("k3y");
    }

    @Test
    void checkingASecretThatIsTooShortDoesNotShowIt() {
        written("enabled: true\njwt_secret: s3cr3t");
        RunningMain check = RunningMain.run(directory, "--", "check");
        assertThat(check.exitCode()).isEqualTo(Main.WRONG);
        assertThat(check.err())
                .contains("resound.yml:3: device_sessions.jwt_secret is too short")
                .doesNotContain("s3cr3t");
    }
}
