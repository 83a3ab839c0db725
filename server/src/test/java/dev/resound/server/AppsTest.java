package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.App;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code resound apps list}, {@code create} and {@code rotate}. */
@Timeout(60)
class AppsTest {
    private static final String FILE =
            """
            # ours
            server: {port: 9000, hostname: ws.example.com}
            apps:
              - id: "1"   # the first
                key: one
                # shared with billing
                secret: 0123456789abcdefghij

              - id: two
                key: "zwei"
                secret: 'abcdefghij0123456789'
                rates: {reads: 3}   # few

            # the end
            debug: false
            """;

    @TempDir Path directory;

    private RunningMain run(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "--";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return RunningMain.run(directory, all);
    }

    private String ok(String... arguments) {
        RunningMain main = run(arguments);
        assertThat(main.exitCode()).as(main.err()).isEqualTo(Main.OK);
        assertThat(main.err()).isEmpty();
        return main.out();
    }

    private String wrong(String... arguments) {
        RunningMain main = run(arguments);
        assertThat(main.exitCode()).as(main.out()).isEqualTo(Main.WRONG);
        assertThat(main.out()).isEmpty();
        return main.err();
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("resound.yml"), text);
    }

    private List<App> apps() {
        return Written.in(directory).read().apps().list();
    }

    // ---- list

    @Test
    void appsAreListedWithTheirPlacesAndWithoutSecrets() throws IOException {
        write(FILE);
        RunningMain list =
                RunningMain.run(
                        directory,
                        "RESOUND_APPS_2_ID=three",
                        "RESOUND_APPS_2_KEY=drei",
                        "RESOUND_APPS_2_SECRET=klmnopqrst0123456789",
                        "RESOUND_APPS_2_DIALECT=soketi",
                        "RESOUND_APPS_2_ENABLED=false",
                        "--",
                        "apps",
                        "list");
        assertThat(list.exitCode()).isEqualTo(Main.OK);
        assertThat(list.out().lines())
                .containsExactly(
                        "1  key one  reverb  enabled  resound.yml:4",
                        "two  key zwei  reverb  enabled  resound.yml:9",
                        "three  key drei  soketi  disabled  RESOUND_APPS_2_ID");
        assertThat(ok("apps", "list", "--json"))
                .isEqualToIgnoringNewLines(
                        "[{\"id\":\"1\",\"key\":\"one\",\"dialect\":\"reverb\",\"enabled\":true,"
                                + "\"where\":\"resound.yml:4\"},{\"id\":\"two\",\"key\":\"zwei\","
                                + "\"dialect\":\"reverb\",\"enabled\":true,"
                                + "\"where\":\"resound.yml:9\"}]");
    }

    @Test
    void theAppOfDevelopmentModeIsListedAsWhatItIs() {
        assertThat(ok("apps", "list"))
                .isEqualToIgnoringNewLines(
                        "resound-dev  key resound-dev-key  reverb  enabled  development mode");
    }

    @Test
    void errorsInTheConfigurationAreTold() throws IOException {
        write("debug: x\n");
        assertThat(wrong("apps", "list")).contains("resound.yml:1: debug is \"x\"");
        RunningMain json = run("apps", "list", "--json");
        assertThat(json.exitCode()).isEqualTo(Main.WRONG);
        assertThat(json.err()).isEmpty();
        assertThat(json.out())
                .startsWith("{\"error\":\"the configuration has an error\",\"problems\":[");
    }

    // ---- create

    @Test
    void aNewAppIsPrintedForTheFileAndForLaravel() throws IOException {
        write("server: {hostname: ws.example.com, port: 9000}\n");
        String out = ok("apps", "create", "--id", "shop");
        Matcher secret = Pattern.compile("secret: \"([a-z0-9]{40})\"").matcher(out);
        Matcher key = Pattern.compile("key: \"([a-z0-9]{20})\"").matcher(out);
        assertThat(secret.find() && key.find()).as(out).isTrue();
        assertThat(out.lines())
                .containsExactly(
                        "# resound.yml, below \"apps:\"",
                        "  - id: \"shop\"",
                        "    key: \"" + key.group(1) + "\"",
                        "    secret: \"" + secret.group(1) + "\"",
                        "",
                        "# .env of Laravel",
                        "REVERB_APP_ID=shop",
                        "REVERB_APP_KEY=" + key.group(1),
                        "REVERB_APP_SECRET=" + secret.group(1),
                        "REVERB_HOST=ws.example.com",
                        "REVERB_PORT=9000",
                        "REVERB_SCHEME=http",
                        "VITE_REVERB_APP_KEY=\"${REVERB_APP_KEY}\"",
                        "VITE_REVERB_HOST=\"${REVERB_HOST}\"",
                        "VITE_REVERB_PORT=\"${REVERB_PORT}\"",
                        "VITE_REVERB_SCHEME=\"${REVERB_SCHEME}\"");
        assertThat(ok("apps", "create")).isNotEqualTo(ok("apps", "create"));
    }

    @Test
    void aNewAppIsAddedToTheFileAndNothingElseChanges() throws IOException {
        write(FILE);
        ok("apps", "create", "--id", "three", "--key", "drei", "--write", "resound.yml");
        String changed = Files.readString(directory.resolve("resound.yml"));
        Matcher added =
                Pattern.compile("  - id: \"three\"\n    key: \"drei\"\n    secret: \"[a-z0-9]+\"\n")
                        .matcher(changed);
        assertThat(added.find()).as(changed).isTrue();
        assertThat(added.replaceFirst("")).isEqualTo(FILE);
        assertThat(apps()).extracting(App::id).containsExactly("1", "two", "three");
        assertThat(wrong("apps", "create", "--id", "three", "--write", "resound.yml"))
                .contains("there is an app of this id or key");
        assertThat(wrong("apps", "create", "--key", "zwei", "--write", "resound.yml"))
                .contains("there is an app of this id or key");
        assertThat(Files.readString(directory.resolve("resound.yml"))).isEqualTo(changed);
    }

    @Test
    void theListMayBeWrittenInManyWays() throws IOException {
        Map<String, String> app =
                Map.of("apps[0].id", "n", "apps[0].key", "k", "apps[0].secret", "s");
        String[][] cases = {
            {"", "apps:\n@"},
            {"# nothing yet", "# nothing yet\napps:\n@"},
            {"debug: true", "debug: true\napps:\n@"},
            {"apps:\n", "apps:\n@"},
            {"apps:   # none\ndebug: true\n", "apps:   # none\n@debug: true\n"},
            {"apps:", "apps:\n@"},
            {"apps:\n- id: a\n  key: b\n", "apps:\n- id: a\n  key: b\n#"},
            {"apps:\n  - {id: a, key: b} # c\n# d\n", "apps:\n  - {id: a, key: b} # c\n@# d\n"},
            {"apps:\r\n  - id: a\r\n", "apps:\r\n  - id: a\r\n$"},
            {
                "apps:\n  - id: a\n    key: |+\n      b\n\n",
                "apps:\n  - id: a\n    key: |+\n      b\n\n@"
            },
            {"apps:\n  - id: a\n    key: |\n      b\n", "apps:\n  - id: a\n    key: |\n      b\n@"},
            {
                "apps:\n  - id: \uD83D\uDE00\n    key:\n\n\n",
                "apps:\n  - id: \uD83D\uDE00\n    key:\n@\n\n"
            },
            {
                "apps:\n  - id: a\n    o:\n      - x\n      - y\nd: 1\n",
                "apps:\n  - id: a\n    o:\n      - x\n      - y\n@d: 1\n"
            },
        };
        String block = "  - id: \"n\"\n    key: \"k\"\n    secret: \"s\"\n";
        for (String[] one : cases) {
            Path file = write(one[0]);
            String expected = one[1].replace("@", block).replace("$", block.replace("\n", "\r\n"));
            if (expected.endsWith("#")) {
                expected =
                        expected.substring(0, expected.length() - 1)
                                + "- id: \"n\"\n  key: \"k\"\n  secret: \"s\"\n";
            }
            try {
                assertThat(YamlFile.read(file).withApp(app)).as(one[0]).isEqualTo(expected);
            } catch (WrongUsage refused) {
                throw new AssertionError(one[0], refused);
            }
        }
    }

    @Test
    void whatCannotBeChangedSafelyStaysAsItIs() throws IOException {
        String[] files = {
            "apps: []\n",
            "{apps: [{id: a, key: b}]}\n",
            "apps: &all\n  - &a {id: a, key: b}\n  - *a\n",
            "apps: text\n",
            "- 1\n",
            "debug: true\n...\n",
            "a: [\n",
            "a: 1\n---\nb: 2\n",
        };
        for (String text : files) {
            Path file = write(text);
            assertThat(wrong("apps", "create", "--write", "resound.yml"))
                    .as(text)
                    .containsAnyOf("cannot be changed safely", "is no YAML");
            assertThat(Files.readString(file)).isEqualTo(text);
        }
        Files.write(directory.resolve("resound.yml"), new byte[] {'a', ':', (byte) 0xff});
        assertThat(wrong("apps", "create", "--write", "resound.yml")).contains("no YAML in UTF-8");
    }

    @Test
    void aNewFileIsForItsUserOnlyAndAnOldOneKeepsItsPermissionsAndItsLink() throws IOException {
        ok("apps", "create", "--write", "resound.yml");
        Path file = directory.resolve("resound.yml");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Path link = Files.createSymbolicLink(directory.resolve("link.yml"), file);
        ok("apps", "create", "--write", "link.yml");
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        assertThat(apps()).hasSize(2);
        assertThat(directory).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void namesThatCannotStandInPathsAreRefused() {
        assertThat(wrong("apps", "create", "--id", "a/b")).contains("--id must be");
        assertThat(wrong("apps", "create", "--key", "")).contains("--key must be");
        assertThat(wrong("apps")).contains("say which");
    }

    // ---- rotate

    @Test
    void rotatingReplacesTheSecretAndNothingElse() throws IOException {
        write(FILE);
        for (App app : apps()) {
            String before = Files.readString(directory.resolve("resound.yml"));
            String out = ok("apps", "rotate", app.id(), "--write", "resound.yml");
            Matcher secret =
                    Pattern.compile("^written to resound.yml: ([a-z0-9]{40})\n").matcher(out);
            assertThat(secret.find()).as(out).isTrue();
            assertThat(out).contains("change every back end");
            assertThat(Files.readString(directory.resolve("resound.yml")))
                    .isEqualTo(before.replace(app.secret(), secret.group(1)));
            assertThat(apps()).extracting(App::secret).contains(secret.group(1));
        }
    }

    @Test
    void withoutWritingItSaysWhereTheSecretIs() throws IOException {
        write(FILE);
        assertThat(ok("apps", "rotate", "two")).startsWith("put into resound.yml:11: ");
        assertThat(ok("apps", "rotate", "two", "--json"))
                .contains("\"where\":\"resound.yml:11\",\"written\":false");
        assertThat(Files.readString(directory.resolve("resound.yml"))).isEqualTo(FILE);
        assertThat(wrong("apps", "rotate", "four")).contains("no app four is configured");
    }

    @Test
    void aSecretThatIsNotInTheFileOrIsSharedIsNotReplaced() throws IOException {
        String[][] cases = {
            {"apps:\n  - id: a\n    key: b\n", "is not in"},
            {"apps:\n  - id: a\n    secret:\n", "is not in"},
            {"apps:\n  - id: b\n    secret: c\n", "there is no app a"},
            {"debug: true\n", "has no list of apps"},
            {"apps:\n  - {id: a, secret: &s x}\n  - {id: b, secret: *s}\n", "safely"},
            {"apps:\n  - id: a\n    secret: |\n      x\n", "safely"},
        };
        for (String[] one : cases) {
            Path file = write(one[0]);
            assertThat(wrong("apps", "rotate", "a", "--write", "resound.yml")).contains(one[1]);
            assertThat(Files.readString(file)).isEqualTo(one[0]);
        }
    }
}
