package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.pusher.rest.Pusher;
import com.pusher.rest.data.Result;
import dev.resound.pusher.App;
import dev.resound.pusher.Dialect;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** The pages docs/coming-from-….md can be followed as they are written. */
@Timeout(60)
class ComingFromTest {
    private static final String SECRET = "0123456789abcdefghij";
    private static final ComingFromPage REVERB = ComingFromPage.named("reverb");
    private static final ComingFromPage SOKETI = ComingFromPage.named("soketi");
    private static final ComingFromPage PUSHER = ComingFromPage.named("pusher");

    /** As a new Laravel application has it after reverb:install. */
    private static final String LARAVEL =
            """
            APP_NAME=Laravel
            APP_ENV=local
            APP_KEY=base64:dGhpcyBpcyBub3QgYSBrZXkgb2YgYW55Ym9keQ==
            APP_DEBUG=true
            APP_URL=http://localhost

            APP_LOCALE=en
            # APP_MAINTENANCE_STORE=database

            # PHP_CLI_SERVER_WORKERS=4

            BCRYPT_ROUNDS=12

            LOG_CHANNEL=stack
            LOG_DEPRECATIONS_CHANNEL=null

            DB_CONNECTION=sqlite
            # DB_HOST=127.0.0.1
            # DB_PASSWORD=

            SESSION_DRIVER=database
            SESSION_DOMAIN=null

            BROADCAST_CONNECTION=reverb
            QUEUE_CONNECTION=database

            REDIS_CLIENT=phpredis
            REDIS_HOST=127.0.0.1
            REDIS_PASSWORD=null
            REDIS_PORT=6379

            MAIL_FROM_ADDRESS="hello@example.com"
            MAIL_FROM_NAME="${APP_NAME}"

            VITE_APP_NAME="${APP_NAME}"

            REVERB_APP_ID=256980
            REVERB_APP_KEY=f4l2tmwqf6eg0f6jz0mw
            REVERB_APP_SECRET=zioqeto9xrytlnlg7sj6
            REVERB_HOST="localhost"
            REVERB_PORT=8080
            REVERB_SCHEME=http

            VITE_REVERB_APP_KEY="${REVERB_APP_KEY}"
            VITE_REVERB_HOST="${REVERB_HOST}"
            VITE_REVERB_PORT="${REVERB_PORT}"
            VITE_REVERB_SCHEME="${REVERB_SCHEME}"
            """;

    /** What to write for settings that do not take a plain 7; as soketi writes it, and as we do. */
    private static final Map<String, List<String>> SAMPLES =
            Map.ofEntries(
                    Map.entry("server.host", List.of("10.0.0.7", "10.0.0.7")),
                    Map.entry("server.hostname", List.of("ws.example.com", "ws.example.com")),
                    Map.entry("server.path", List.of("/ws", "/ws")),
                    Map.entry("debug", List.of("true", "true")),
                    Map.entry("shutdown.grace", List.of("7000", "7s")),
                    Map.entry("webhooks.batch_time", List.of("70", "70ms")),
                    Map.entry("apps[].secret", List.of(SECRET, SECRET)),
                    Map.entry("apps[].enabled", List.of("false", "false")),
                    Map.entry("apps[].allowed_origins", List.of("*.example.com", "*.example.com")),
                    Map.entry("apps[].rate_limiting.enabled", List.of("true", "true")),
                    Map.entry("apps[].rate_limiting.terminate_on_limit", List.of("true", "true")),
                    Map.entry("apps[].users.sign_in", List.of("true", "true")),
                    Map.entry("apps[].users.authentication_timeout", List.of("7000", "7")),
                    Map.entry("apps[].presence.max_member_bytes", List.of("7", "7KB")),
                    Map.entry("apps[].event.max_payload_bytes", List.of("7", "7KB")),
                    Map.entry(
                            "apps[].webhooks",
                            List.of(
                                    "[{\"url\":\"http://h/\",\"event_types\":[\"member_added\"]}]",
                                    "[{\"url\":\"http://h/\",\"event_types\":[\"member_added\"]}]")));

    @TempDir Path directory;

    private RunningMain run(List<String> command, String... variables) {
        List<String> all = new ArrayList<>(List.of(variables));
        all.add("--");
        all.addAll(command);
        return RunningMain.run(directory, all.toArray(String[]::new));
    }

    /** Runs it where a test may listen, and ends without waiting for load balancers. */
    private RunningMain start(List<String> command, String... variables) {
        List<String> here = new ArrayList<>(command);
        int port = here.indexOf("--port");
        if (port >= 0) {
            here.subList(port, port + 2).clear();
        }
        here.addAll(List.of("--host", "127.0.0.1", "--port", "0"));
        List<String> all = new ArrayList<>(List.of(variables));
        all.add("RESOUND_SHUTDOWN_DRAIN_DELAY=0");
        all.add("RESOUND_SHUTDOWN_GRACE=0");
        return run(here, all.toArray(String[]::new));
    }

    private static void stop(RunningMain server) {
        server.signal(Signals.SIGTERM);
        assertThat(server.exitCode()).isEqualTo(Main.OK);
    }

    private void write(String file, String text) {
        try {
            Files.writeString(directory.resolve(file), text);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /** A client joins a channel, and the SDK of the back end reaches it. */
    @SuppressWarnings("try") // what the SDK's close() declares
    private static void talks(int port, App app, String channel) throws Exception {
        try (WireClient client = WireClient.open(port, "/app/" + app.key() + "?protocol=7");
                Pusher sdk = new Pusher(app.id(), app.key(), app.secret())) {
            sdk.setHost("127.0.0.1:" + port);
            assertThat(client.receiveText()).contains("pusher:connection_established");
            client.text(
                    "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"" + channel + "\"}}");
            assertThat(client.receiveText()).contains("subscription_succeeded");
            Result published = sdk.trigger(channel, "paid", Map.of("amount", 7));
            assertThat(published.getHttpStatus()).as(published.getMessage()).isEqualTo(200);
            assertThat(client.receiveText())
                    .isEqualTo(
                            "{\"event\":\"paid\",\"data\":\"{\\\"amount\\\":7}\",\"channel\":\""
                                    + channel
                                    + "\"}");
        }
    }

    // ---- Reverb

    @Test
    void besideALaravelProjectTheServerIsReverbs() throws Exception {
        write(".env", LARAVEL);
        assertThat(REVERB.commands()).containsExactly(List.of("start"));
        RunningMain check = run(List.of("check"));
        assertThat(check.exitCode()).isEqualTo(Main.OK);
        assertThat(check.out()).isEqualTo("OK: 4 REVERB_ variables in .env\n");
        RunningMain server = start(REVERB.commands().getFirst());
        int port = server.port();
        assertThat(server.out())
                .contains("1 app: 256980 (reverb); clients use localhost")
                .contains("4 REVERB_ variables in .env");
        App app = App.builder("256980", "f4l2tmwqf6eg0f6jz0mw", "zioqeto9xrytlnlg7sj6").build();
        // In Reverb this one is private; here it needs its hyphen.
        talks(port, app, "privateer");
        RunningMain doctor = run(List.of("doctor", "--url", "http://127.0.0.1:" + port));
        assertThat(doctor.exitCode()).as(doctor.out() + doctor.err()).isEqualTo(Main.OK);
        RunningMain trigger =
                run(
                        List.of(
                                "trigger",
                                "orders",
                                "paid",
                                "{}",
                                "--url",
                                "http://127.0.0.1:" + port));
        assertThat(trigger.exitCode()).as(trigger.err()).isEqualTo(Main.OK);
        stop(server);
        assertThat(Written.in(directory).read().listen().port()).isEqualTo(8080);
    }

    @Test
    void whatIsRecommendedAddsToReverbsVariables() {
        write(".env", LARAVEL);
        Configuration configuration =
                Written.in(directory).file(REVERB.blocks("yaml").getFirst()).read();
        App app = configuration.apps().list().getFirst();
        assertThat(app.id()).isEqualTo("256980");
        assertThat(app.dialect())
                .isEqualTo(
                        Dialect.REVERB
                                .with(Dialect.REVERB.sockets().withTerminateCode(4009))
                                .with(
                                        Dialect.REVERB
                                                .subscribing()
                                                .withRefusals(Dialect.RefusalFrames.BOTH)));
        assertThat(app.checksTimestamp()).isTrue();
        assertThat(configuration.limits().http().bodyBytes()).isEqualTo(1 << 20);
    }

    @Test
    void everyVariableOfReverbIsTheSettingBesideIt() {
        List<String> read = new ArrayList<>();
        for (ComingFromPage.Row row : REVERB.rows()) {
            Setting<?> setting = row.setting();
            if (setting == null || !row.names().getFirst().startsWith("REVERB_")) {
                continue;
            }
            String written = setting.name().contains("accept") ? "all" : sample(setting).getFirst();
            for (String name : row.names()) {
                Layer layer = environment(Map.of(name, written)).reverb();
                assertThat(values(layer)).containsExactly(Map.entry(setting.name(0), written));
                assertThat(setting.kind().read(written)).as(name).isNotNull();
                read.add(name);
            }
        }
        assertThat(read)
                .containsExactlyInAnyOrderElementsOf(
                        Settings.ALL.stream()
                                .map(Setting::reverb)
                                .filter(Objects::nonNull)
                                .toList());
    }

    private static Environment environment(Map<String, String> variables) {
        return new Environment(variables, new Problems(), new ArrayList<>());
    }

    private static List<String> sample(Setting<?> setting) {
        return SAMPLES.getOrDefault(setting.name(), List.of("7", "7"));
    }

    private static Map<String, String> values(Layer layer) {
        Map<String, String> values = new TreeMap<>();
        layer.values().forEach((name, given) -> values.put(name, given.text()));
        return values;
    }

    // ---- soketi

    @Test
    void underSoketisVariablesTheServerIsSoketis() throws Exception {
        String[] variables = {
            "SOKETI_DEFAULT_APP_ID=4711",
            "SOKETI_DEFAULT_APP_KEY=app-key",
            "SOKETI_DEFAULT_APP_SECRET=" + SECRET,
            "SOKETI_METRICS_SERVER_PORT=9601"
        };
        List<List<String>> commands = SOKETI.commands();
        RunningMain check = run(commands.get(1), variables);
        assertThat(check.exitCode()).as(check.err()).isEqualTo(Main.OK);
        RunningMain server = start(commands.get(2), variables);
        assertThat(server.out()).doesNotContain("warning");
        App app = App.builder("4711", "app-key", SECRET).build();
        talks(server.port(), app, "orders");
        stop(server);
    }

    @Test
    void soketisJsonIsTurnedIntoOurFileAsThePageSays() throws Exception {
        write(
                "soketi.json",
                """
                {
                  "debug": false,
                  "port": 6001,
                  "appManager.array.apps": [
                    {"id": "4711", "key": "app-key", "secret": "%s", "webhooks": []}
                  ]
                }
                """
                        .formatted(SECRET));
        List<String> command = SOKETI.commands().getFirst();
        assertThat(command).endsWith(">", "resound.yml");
        RunningMain imported = run(command.subList(0, command.size() - 2));
        assertThat(imported.exitCode()).as(imported.err()).isEqualTo(Main.OK);
        write(command.getLast(), imported.out());
        RunningMain check = run(List.of("check"));
        assertThat(check.exitCode()).as(check.err()).isEqualTo(Main.OK);
        assertThat(Written.in(directory).read().listen().port()).isEqualTo(6001);
        RunningMain server = start(List.of("start"));
        talks(server.port(), App.builder("4711", "app-key", SECRET).build(), "orders");
        stop(server);
    }

    @Test
    void theDatabaseOfThePageIsAskedOnSoketisPort() {
        Configuration configuration =
                Written.in(directory).file(SOKETI.blocks("yaml").getFirst()).read();
        AppTable table = configuration.apps().table();
        assertThat(table).isNotNull();
        assertThat(configuration.listen().port()).isEqualTo(6001);
        assertThat(configuration.apps().dialect()).isEqualTo(Dialect.SOKETI);
        assertThat(configuration.apps().list()).isEmpty();
    }

    @Test
    void everySettingOfSoketiIsTheOneBesideIt() {
        List<String> read = new ArrayList<>();
        for (ComingFromPage.Row row : SOKETI.rows()) {
            Setting<?> setting = row.setting();
            if (setting == null) {
                assertThat(row.right()).startsWith("warned of");
                row.names().forEach(this::isWarnedOf);
                continue;
            }
            List<String> sample =
                    setting == AppSettings.CLIENT_EVENTS
                            ? List.of("true", "members")
                            : sample(setting);
            Object wanted = setting.kind().read(sample.getLast());
            assertThat(wanted).as(setting.name()).isNotNull();
            for (String name : row.names()) {
                String text =
                        name.startsWith("SOKETI_")
                                ? fromVariable(name, sample.getFirst(), setting)
                                : fromJson(name, sample.getFirst(), setting);
                assertThat(text).as(name).isNotNull();
                Object value =
                        setting.kind().read(setting == Settings.MAX_REQUEST_SIZE ? "7" : text);
                assertThat(value).as(name).isEqualTo(wanted);
                read.add(name);
            }
        }
        assertThat(read)
                .containsAll(
                        Settings.ALL.stream()
                                .map(Setting::soketi)
                                .filter(Objects::nonNull)
                                .map(SoketiVariable::name)
                                .toList());
    }

    private static String fromVariable(String name, String text, Setting<?> setting) {
        Problems problems = new Problems();
        Map<String, String> variables = new HashMap<>();
        variables.put("SOKETI_DEFAULT_APP_USER_AUTHENTICATION", "true");
        variables.put(name, text);
        List<String> warnings = new ArrayList<>();
        Layer layer = SoketiEnvironment.read(variables, Map.of(), ".env", problems, warnings).set();
        assertThat(problems.found()).isEmpty();
        assertThat(warnings).isEmpty();
        return values(layer).getOrDefault(setting.name(0), "");
    }

    /** Written both where it counts for the server and where it counts for an app. */
    private static String fromJson(String name, String text, Setting<?> setting) {
        ObjectNode json = Output.object();
        ObjectNode app = json.putArray("appManager.array.apps").addObject();
        app.put("id", "1").put("key", "k").put("secret", SECRET);
        app.put("enableUserAuthentication", true);
        json.put(name, text);
        app.put(name, text);
        try {
            return SoketiImport.read(json).values().getOrDefault(setting.name(0), "");
        } catch (WrongUsage none) {
            throw new AssertionError(none);
        }
    }

    private void isWarnedOf(String variable) {
        List<String> warnings = new ArrayList<>();
        SoketiEnvironment.read(
                Map.of(variable, variable.endsWith("ENABLED") ? "1" : "other"),
                Map.of(),
                ".env",
                new Problems(),
                warnings);
        assertThat(warnings).singleElement().asString().startsWith(variable + ": ");
    }

    // ---- Pusher

    @Test
    void theFileForHostedPusherIsServed() throws Exception {
        String yaml = PUSHER.blocks("yaml").getFirst();
        write("resound.yml", yaml);
        RunningMain sample = run(PUSHER.commands().getFirst());
        assertThat(sample.exitCode()).isEqualTo(Main.WRONG);
        assertThat(sample.err()).contains("apps[0].secret is a sample that everybody knows");

        write("resound.yml", yaml.replace("your-secret", SECRET));
        RunningMain check = run(PUSHER.commands().getFirst());
        assertThat(check.exitCode()).as(check.err()).isEqualTo(Main.OK);
        assertThat(check.out()).isEqualTo("OK: resound.yml\n");
        List<String> command = PUSHER.commands().get(1);
        assertThat(command).containsExactly("start", "--port", "6001");
        RunningMain server = start(command);
        talks(server.port(), App.builder("256980", "your-key", SECRET).build(), "orders");
        RunningMain doctor = run(List.of("doctor", "--url", "ws://127.0.0.1:" + server.port()));
        assertThat(doctor.exitCode()).as(doctor.out() + doctor.err()).isEqualTo(Main.OK);
        stop(server);
    }

    @Test
    void hostedPushersLimitsAreTheDefaults() {
        App app = App.builder("1", "k", SECRET).dialect(Dialect.PUSHER).build();
        assertThat(app.presence().members()).isEqualTo(100);
        assertThat(app.publish()).isEqualTo(new Dialect.PublishLimits(100, 10, 10 << 10, 200));
        assertThat(app.rates().clientEventsPerConnection()).isEqualTo(10);
        assertThat(app.users().signIn()).isTrue();
        assertThat(app.users().authenticationSeconds()).isZero();
        assertThat(app.subscriptionCounts()).isFalse();
        assertThat(app.strictProtocol()).isFalse();
    }

    private static final Pattern SETTING_AND_VALUE =
            Pattern.compile("`([a-z_.]+): ([A-Za-z0-9]+)`");

    @Test
    void everyValueThePagesNameIsOneOfItsSetting() throws IOException {
        int found = 0;
        for (String page : List.of("reverb", "soketi", "pusher")) {
            String text = Files.readString(Path.of("..", "docs", "coming-from-" + page + ".md"));
            for (var match : SETTING_AND_VALUE.matcher(text).results().toList()) {
                String name = match.group(1);
                assertThat(Settings.ALL)
                        .as(match.group())
                        .anyMatch(it ->
                                (it.name().equals(name) || it.name().equals("apps[]." + name))
                                        && it.kind().read(match.group(2)) != null);
                found++;
            }
        }
        assertThat(found).isGreaterThanOrEqualTo(4);
    }

    // ---- what is different on purpose

    /** The test of each point that speaks of a difference, by the words it begins with. */
    private static final Map<String, String> DIFFERENCES =
            Map.ofEntries(
                    Map.entry(
                            "**Refused sockets are closed.**",
                            "pusher/QuotaTest oneTooManyIsToldSoAndClosed"),
                    Map.entry(
                            "**`#server-to-user-…` belongs",
                            "pusher/SignInTest nobodyElseMayListenInAnyDialect"),
                    Map.entry(
                            "**`private`, `presence` and `cache`",
                            "server/ComingFromTest besideALaravelProjectTheServerIsReverbs"),
                    Map.entry(
                            "**Client events are limited",
                            "pusher/RatesTest tenASecondIsTheDefaultInEveryDialect"),
                    Map.entry(
                            "**Cache channels keep",
                            "pusher/CacheChannelTest theEventOutlivesTheLastSubscriber"),
                    Map.entry(
                            "**Phones are not cut off.**",
                            "pusher/KeepAliveTest mobileClientsAnswerTheControlPingAndLive"),
                    Map.entry(
                            "**A restart is announced",
                            "server/wire/ShutdownTest everybodyIsClosedWith4200"),
                    Map.entry(
                            "A public subscription is answered",
                            "pusher/DialectTest aPublicSubscriptionIsConfirmedWithDataInEveryDialect"),
                    Map.entry(
                            "Webhooks are retried",
                            "pusher/WebhookDeliveryTest aReceiverThatRecoversGetsEverythingInOrder"),
                    Map.entry(
                            "A client that pings nobody",
                            "pusher/KeepAliveTest aSilentSocketIsPinged"),
                    Map.entry(
                            "Member counts are checked",
                            "pusher/RefusalTest whoIsNotAuthorisedLearnsNothingOfLimits"));

    @Test
    void everyDifferenceHasATest() throws IOException {
        List<String> points = new ArrayList<>(REVERB.points("What is different"));
        points.addAll(SOKETI.points("What is different"));
        assertThat(points).hasSameSizeAs(DIFFERENCES.keySet());
        for (String point : points) {
            String test =
                    DIFFERENCES.entrySet().stream()
                            .filter(it -> point.startsWith(it.getKey()))
                            .map(Map.Entry::getValue)
                            .findFirst()
                            .orElse("");
            assertThat(test).as(point).isNotEmpty();
            String[] parts = test.split(" ", 2);
            String module = parts[0].substring(0, parts[0].indexOf('/'));
            Path source =
                    Path.of("..", module, "src", "test", "java", "dev", "resound")
                            .resolve(parts[0] + ".java");
            assertThat(Files.readString(source)).as(point).contains("void " + parts[1] + "(");
        }
    }
}
