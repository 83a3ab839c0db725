package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.sessions.Companion;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The apps of devices in the configuration: which are right, and what is told of the others. */
class DeviceAppsTest {
    private static final String LIST = "resound.yml:6: device_sessions.apps";
    private static final String KEY = "k3y-k3y-k3y";
    private static final String PERMISSIONS =
            "; it must be a list of ALL, MICROPHONE, LOCATION, BACKGROUND_LOCATION, CALENDAR,"
                    + " CAMERA, NOTIFICATIONS, READ_NOTIFICATIONS, POST_NOTIFICATIONS";

    @TempDir Path directory;

    /** With the list from line 6 on. */
    private Written written(String apps) {
        return Written.in(directory)
                .app()
                .file(
                        """
                        server: {host: 127.0.0.1}
                        device_sessions:
                          enabled: true
                          jwt_secret: s3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t
                          apps:
                        """
                                + apps.indent(4));
    }

    private List<String> problemsOf(String app) {
        return written("- {" + app + "}").problems();
    }

    private List<Companion> read(String apps) {
        return Objects.requireNonNull(written(apps).read().devices()).apps();
    }

    private Companion one(String app) {
        return read("- {" + app + "}").getFirst();
    }

    // ---- what is right

    @Test
    void anAppIsAllThatIsWrittenOfIt() {
        Companion app =
                one(
                        "package_name: com.example.app, name: Captions, public_url:"
                                + " 'https://app.example.com/base', api_key: "
                                + KEY
                                + ", type: Standard, permissions: [microphone, CAMERA],"
                                + " settings: [{key: size, type: slider, value: 3}]");
        assertThat(app.id()).isEqualTo("com.example.app");
        assertThat(app.name()).isEqualTo("Captions");
        assertThat(app.url()).hasToString("https://app.example.com/base");
        assertThat(app.isKey(KEY)).isTrue();
        assertThat(app.isKey(KEY + "x")).isFalse();
        assertThat(app.exclusive()).isTrue();
        assertThat(app.permissions()).containsExactlyInAnyOrder("MICROPHONE", "CAMERA");
        assertThat(app.settings())
                .hasToString("[{\"key\":\"size\",\"type\":\"slider\",\"value\":3}]");
    }

    @Test
    void mostNeedNotBeSaid() {
        Companion app = one("package_name: a, public_url: 'http://x', api_key: " + KEY);
        assertThat(app.name()).isEqualTo("a");
        assertThat(app.exclusive()).isFalse();
        assertThat(app.permissions()).isEmpty();
        assertThat(app.settings()).isEmpty();
    }

    @Test
    void theHashOfAKeyDoesAsWell() {
        String lower = Companion.sha256(KEY);
        for (String hash : List.of(lower, lower.toUpperCase(Locale.ROOT))) {
            Companion app = one("package_name: a, public_url: 'http://x', api_key_sha256: " + hash);
            assertThat(app.isKey(KEY)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"12345678", "1234567.10", "12345e67", "01234567", "-0.0000010", "1_0000000"})
    void aKeyThatLooksLikeANumberStaysWhatWasWritten(String key) {
        Companion app = one("package_name: a, public_url: 'http://x', api_key: " + key);
        assertThat(app.isKey(key)).isTrue();
    }

    @Test
    void settingsKeepTheirNumbersAndTruthsAndWhatIsQuotedIsText() {
        Companion app =
                one(
                        "package_name: a, public_url: 'http://x', api_key: "
                                + KEY
                                + ", settings: [3, -3, 0.5, true, false, '3', \"true\", 007, yes, ~,"
                                + " {a: [1]}, 2026-11-30]");
        assertThat(app.settings())
                .hasToString(
                        "[3,-3,0.5,true,false,\"3\",\"true\",\"007\",\"yes\",null,{\"a\":[1]},"
                                + "\"2026-11-30\"]");
    }

    @Test
    void inTheEnvironmentTheyAreJson() {
        Companion app =
                Objects.requireNonNull(
                                Written.in(directory)
                                        .app()
                                        .variable("RESOUND_DEVICE_SESSIONS_ENABLED", "true")
                                        .variable(
                                                "RESOUND_DEVICE_SESSIONS_JWT_SECRET",
                                                "s3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t")
                                        .variable(
                                                "RESOUND_DEVICE_SESSIONS_APPS",
                                                """
                                                [{"package_name": "a", "public_url": "http://x",
                                                  "api_key": "k3y-k3y-k3y", "settings": [1.5, "2"]}]
                                                """)
                                        .read()
                                        .devices())
                        .apps()
                        .getFirst();
        assertThat(app.isKey(KEY)).isTrue();
        assertThat(app.settings()).hasToString("[1.5,\"2\"]");
    }

    // ---- what is wrong

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    package_name: ~                    | package_name is missing
                    package_name: ''                   | package_name is empty; it must be 1 to 200 characters that can stand in a URL's path: letters, digits, - _ . ~
                    package_name: a b                  | package_name is "a b"; it must be 1 to 200 characters that can stand in a URL's path: letters, digits, - _ . ~
                    package_name: [a]                  | package_name must be 1 to 200 characters that can stand in a URL's path: letters, digits, - _ . ~
                    public_url: ~                      | public_url is missing
                    public_url: ftp://x                | public_url is "ftp://x"; it must be an http or https URL such as https://app.example.com, without a query
                    public_url: wss://x                | public_url is "wss://x"; it must be an http or https URL such as https://app.example.com, without a query
                    public_url: app.example.com        | public_url is "app.example.com"; it must be an http or https URL such as https://app.example.com, without a query
                    public_url: 'http://x?a=b'         | public_url is "http://x?a=b"; it must be an http or https URL such as https://app.example.com, without a query
                    public_url: {a: b}                 | public_url must be an http or https URL such as https://app.example.com, without a query
                    api_key: ~                         | api_key is missing, and so is api_key_sha256
                    api_key: ''                        | api_key is empty; it must be 8 characters or more
                    api_key: k3y-k3y                   | api_key is too short (and not shown here); it must be 8 characters or more
                    api_key: [k3y-k3y-k3y]             | api_key is too short (and not shown here); it must be 8 characters or more
                    name: ''                           | name is empty; it must be 1 to 200 characters without control characters
                    name: [a]                          | name must be 1 to 200 characters without control characters
                    type: system                       | type is "system"; it must be standard or background
                    type: {}                           | type must be standard or background
                    settings: 3                        | settings must be a list, of what the app is told
                    settings: {a: 1}                   | settings must be a list, of what the app is told
                    """)
    void everythingHasItsKind(String entry, String problem) {
        String key = entry.substring(0, entry.indexOf(':'));
        StringBuilder app = new StringBuilder(entry);
        for (String other :
                List.of("package_name: a", "public_url: 'http://x'", "api_key: " + KEY)) {
            if (!other.startsWith(key + ":")) {
                app.append(", ").append(other);
            }
        }
        assertThat(problemsOf(app.toString())).containsExactly(LIST + "[0]." + problem);
    }

    @Test
    void permissionsAreThoseThereAre() {
        String app = "package_name: a, public_url: 'http://x', api_key: " + KEY + ", permissions: ";
        assertThat(problemsOf(app + "[MICROPHONE, CAM, {a: 1}]"))
                .containsExactly(
                        LIST + "[0].permissions has \"CAM\"" + PERMISSIONS,
                        LIST + "[0].permissions has \"\"" + PERMISSIONS);
        assertThat(problemsOf(app + "MICROPHONE"))
                .containsExactly(LIST + "[0].permissions must be" + PERMISSIONS.substring(12));
    }

    @Test
    void aKeyIsGivenInOneOfTwoWays() {
        String app = "package_name: a, public_url: 'http://x'";
        assertThat(problemsOf(app))
                .containsExactly(LIST + "[0].api_key is missing, and so is api_key_sha256");
        assertThat(
                        problemsOf(
                                app
                                        + ", api_key: k3y-k3y-k3y, api_key_sha256: "
                                        + Companion.sha256(KEY)))
                .containsExactly(
                        LIST + "[0] has api_key and api_key_sha256; it must be one of them");
        assertThat(problemsOf(app + ", api_key_sha256: k3y-k3y-k3y"))
                .containsExactly(
                        LIST
                                + "[0].api_key_sha256 is wrong (and not shown here); it must be the"
                                + " key's SHA-256 in 64 hexadecimal digits");
    }

    @Test
    void unknownKeysAreErrorsAndTheNearestKnownOneIsNamed() {
        String app = "package_name: a, public_url: 'http://x', api_key: k3y-k3y-k3y, ";
        assertThat(problemsOf(app + "permission: [ALL], colour: blue"))
                .containsExactly(
                        "resound.yml:6: there is no setting device_sessions.apps[0].permission; did"
                                + " you mean device_sessions.apps[0].permissions?",
                        "resound.yml:6: there is no setting device_sessions.apps[0].colour");
    }

    @Test
    void twoAppsCannotHaveOneName() {
        assertThat(
                        written(
                                        """
                                        - {package_name: a, public_url: 'http://x', api_key: k3y-k3y-k3y}
                                        - {package_name: b, public_url: 'http://x', api_key: k3y-k3y-k3y}
                                        - {package_name: a, public_url: 'http://y', api_key: k3y-k3y-k3y}
                                        """)
                                .problems())
                .containsExactly(
                        LIST
                                + "[2].package_name is \"a\", the same as"
                                + " device_sessions.apps[0].package_name");
    }

    @Test
    void allThatIsWrongIsToldAtOnceAndOfWhichApp() {
        assertThat(
                        written(
                                        """
                                        - {package_name: a, public_url: 'http://x', api_key: k3y-k3y-k3y}
                                        - {package_name: a b, api_key: k3y}
                                        - com.example.app
                                        - {package_name: c, public_url: 'http://x', api_key: k3y-k3y-k3y, type: x}
                                        """)
                                .problems())
                .containsExactly(
                        LIST
                                + "[1].package_name is \"a b\"; it must be 1 to 200 characters that"
                                + " can stand in a URL's path: letters, digits, - _ . ~",
                        LIST + "[1].public_url is missing",
                        LIST
                                + "[1].api_key is too short (and not shown here); it must be 8"
                                + " characters or more",
                        LIST
                                + "[2] must be a section with package_name, name, public_url, api_key,"
                                + " api_key_sha256, type, permissions, settings",
                        LIST + "[3].type is \"x\"; it must be standard or background");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "{a: 1}", "3"})
    void whatIsNoListIsNotShown(String apps) {
        assertThat(written(apps).problems())
                .containsExactly(
                        LIST + " is wrong (and not shown here); it must be " + DeviceApps.EXPECTED);
    }

    @Test
    void whatIsNestedTooDeepOrThereTwiceIsNotDroppedSilently() {
        String app = "- package_name: a\n  public_url: 'http://x'\n  api_key: k3y-k3y-k3y\n";
        assertThat(written(app + "  settings: [[[[[[[[1]]]]]]]]\n").problems()).isEmpty();
        assertThat(written(app + "  settings: [[[[[[[[[1]]]]]]]]]\n").problems())
                .containsExactly("resound.yml:9: is nested deeper than 10 levels");
        assertThat(written(app + "  settings: &a [*a]\n").problems())
                .containsExactly("resound.yml:9: is nested deeper than 10 levels");
        assertThat(written(app + "  name: A\n  api_key: other-k3y\n").problems())
                .containsExactly("resound.yml:10: a key is there twice");
        assertThat(written(app + "  settings: [{[k3y]: 1}]\n").problems())
                .containsExactly("resound.yml:9: a key must be a word");
    }

    @Test
    void theVariableIsNamedWhereItIsWrong() {
        assertThat(
                        Written.in(directory)
                                .app()
                                .variable("RESOUND_DEVICE_SESSIONS_APPS", "[{\"package_name\": 3}]")
                                .problems())
                .containsExactly(
                        "RESOUND_DEVICE_SESSIONS_APPS: device_sessions.apps[0].public_url is missing",
                        "RESOUND_DEVICE_SESSIONS_APPS: device_sessions.apps[0].api_key is missing, and"
                                + " so is api_key_sha256");
        assertThat(
                        Written.in(directory)
                                .app()
                                .variable("RESOUND_DEVICE_SESSIONS_APPS", "[{")
                                .problems())
                .containsExactly(
                        "RESOUND_DEVICE_SESSIONS_APPS: device_sessions.apps is wrong (and not shown"
                                + " here); it must be "
                                + DeviceApps.EXPECTED);
    }

    @Test
    void noMessageShowsAKey() {
        String rest = "package_name: a, public_url: 'http://x', ";
        for (String line :
                List.of(
                        "api_key: k3y",
                        "api_key: [" + KEY + "]",
                        "api_key: {" + KEY + ": 1}",
                        "api_key_sha256: " + KEY,
                        "api_key_sha256: [" + KEY + "]",
                        "api_key: " + KEY + ", api_key_sha256: " + KEY,
                        "api_kye: " + KEY,
                        "api_key: " + KEY + ", settings: " + KEY,
                        "api_key: " + KEY + ", settings: {" + KEY + ": 1}")) {
            assertThat(problemsOf(rest + line))
                    .as(line)
                    .isNotEmpty()
                    .noneMatch(problem -> problem.contains("k3y"));
        }
    }
}
