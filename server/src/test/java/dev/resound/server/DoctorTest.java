package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** {@code resound doctor} against a server that works, and against some that do not. */
@Timeout(60)
class DoctorTest {
    @TempDir Path directory;

    /** The results that are not ok, with a part of what is said, as {@code name result text}. */
    private static List<String> troubles(RunningMain main, int exitCode) {
        assertThat(main.exitCode()).as(main.out() + main.err()).isEqualTo(exitCode);
        return main.out()
                .lines()
                .filter(line -> !line.startsWith("ok "))
                .map(line -> line.replaceAll(" +", " "))
                .toList();
    }

    private static String failure(RunningMain main) {
        List<String> failures =
                troubles(main, Main.FAILED).stream()
                        .filter(line -> line.startsWith("failed "))
                        .toList();
        assertThat(failures).as(main.out()).hasSize(1);
        return failures.getFirst();
    }

    private RunningMain doctor(String url, String... others) {
        String[] all = new String[others.length + 10];
        String[] first = {
            "--", "doctor", "--url", url, "--app", "4711", "--key", "app-key", "--secret", "secret"
        };
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(others, 0, all, first.length, others.length);
        return RunningMain.run(directory, all);
    }

    // ---- what works

    @Test
    void aServerThatWorksPassesEveryCheck() {
        try (OperationsWorld world = OperationsWorld.start(directory)) {
            RunningMain main = world.run("doctor", "--origin", "https://example.com");
            assertThat(troubles(main, Main.OK))
                    .containsExactly(
                            "skipped configuration server and app are given, nothing is read",
                            "skipped tls the address says http or ws",
                            "skipped clock the server does not look at the time of signed"
                                    + " requests");
            assertThat(main.out())
                    .contains(
                            "accepts connections",
                            "GET /up is answered 200",
                            "https://example.com is allowed",
                            "came back in ");
        }
    }

    @Test
    void programsGetAList() {
        try (OperationsWorld world = OperationsWorld.start(directory)) {
            RunningMain main = world.run("doctor", "--json");
            assertThat(main.exitCode()).isEqualTo(Main.OK);
            assertThat(main.err()).isEmpty();
            List<String> names = new ArrayList<>();
            for (JsonNode check : Output.parsed(main.out())) {
                assertThat(check.propertyNames()).containsExactly("name", "result", "text");
                names.add(check.path("name").asString());
            }
            assertThat(names)
                    .containsExactly(
                            "configuration",
                            "dns",
                            "port",
                            "tls",
                            "http",
                            "path",
                            "upgrade",
                            "key",
                            "origin",
                            "clock",
                            "signature",
                            "round_trip");
        }
    }

    @Test
    void theConfiguredServerIsCheckedIfNoOtherIsGiven() throws IOException {
        Files.writeString(
                directory.resolve("resound.yml"),
                """
                server: {host: 127.0.0.1, port: 0, path: /ws}
                shutdown: {drain_delay: 0s, grace: 0s}
                apps: [{id: a, key: b, secret: 0123456789abcdefghij}]
                """);
        RunningMain server = RunningMain.run(directory, "--", "start");
        int port = server.port();
        assertThat(troubles(RunningMain.run(directory, "--", "doctor"), Main.OK))
                .noneMatch(line -> line.contains("configuration"));
        String wrong =
                failure(RunningMain.run(directory, "--", "doctor", "--url=ws://127.0.0.1:" + port));
        assertThat(wrong).startsWith("failed path with the prefix / /up is answered 404, with /ws");
        server.signal(Signals.SIGTERM);
        assertThat(server.exitCode()).isEqualTo(Main.OK);
    }

    // ---- the way to the server

    @Test
    void aConfigurationWithErrorsIsTheFirstFailure() throws IOException {
        Files.writeString(directory.resolve("resound.yml"), "debug: x\n");
        RunningMain main = RunningMain.run(directory, "--", "doctor");
        assertThat(failure(main)).startsWith("failed configuration resound.yml:1: debug is");
        assertThat(main.out().lines())
                .hasSize(12)
                .anyMatch(line -> line.endsWith("not looked at, because of: configuration"));
    }

    @Test
    void aNameThatNobodyKnowsIsTold() {
        assertThat(failure(doctor("http://nobody.invalid:1")))
                .startsWith("failed dns nobody knows the name nobody.invalid");
    }

    @Test
    void aClosedPortIsTold() throws IOException {
        int closed;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = taken.getLocalPort();
        }
        assertThat(failure(doctor("http://127.0.0.1:" + closed)))
                .startsWith("failed port 127.0.0.1:" + closed)
                .contains("start the server there");
    }

    @Test
    void aPortThatSpeaksSomethingElseIsTold() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerEveryone(server, "SSH-2.0-x\r\n"));
            assertThat(failure(doctor("http://127.0.0.1:" + server.getLocalPort())))
                    .startsWith("failed http the port does not speak HTTP");
        }
    }

    private static void answerEveryone(ServerSocket server, String text) {
        try {
            while (true) {
                try (Socket socket = server.accept()) {
                    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
                    socket.shutdownOutput();
                    try (InputStream in = socket.getInputStream()) {
                        in.skip(Long.MAX_VALUE);
                    }
                }
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    // ---- TLS

    private OperationsWorld withCertificate(String... options) throws Exception {
        Certificates.write(directory, options);
        return OperationsWorld.start(
                directory,
                "RESOUND_SERVER_TLS_CERTIFICATE=cert.pem",
                "RESOUND_SERVER_TLS_KEY=key.pem");
    }

    @Test
    void aSelfSignedCertificateIsTold() throws Exception {
        try (OperationsWorld world = withCertificate("-ext", "san=ip:127.0.0.1")) {
            assertThat(failure(doctor("wss://127.0.0.1:" + world.port())))
                    .startsWith("failed tls the certificate is self-signed");
        }
    }

    @Test
    void aCertificateForAnotherNameIsTold() throws Exception {
        try (OperationsWorld world = withCertificate("-ext", "san=dns:other.example")) {
            assertThat(failure(doctor("wss://127.0.0.1:" + world.port())))
                    .startsWith(
                            "failed tls the certificate is for other.example and not for"
                                    + " 127.0.0.1");
        }
    }

    @Test
    void anExpiredCertificateIsTold() throws Exception {
        try (OperationsWorld world =
                withCertificate(
                        "-ext", "san=ip:127.0.0.1", "-startdate", "-10d", "-validity", "5")) {
            assertThat(failure(doctor("wss://127.0.0.1:" + world.port())))
                    .startsWith("failed tls the certificate has expired on ");
        }
    }

    @Test
    void tlsToAPortWithoutAndNoTlsToAPortWithAreTold() throws Exception {
        try (OperationsWorld world = OperationsWorld.start(directory)) {
            assertThat(failure(doctor("wss://127.0.0.1:" + world.port())))
                    .startsWith("failed tls the port speaks no TLS");
        }
        try (OperationsWorld world = withCertificate("-ext", "san=ip:127.0.0.1")) {
            assertThat(failure(doctor("ws://127.0.0.1:" + world.port())))
                    .startsWith("failed http the port speaks TLS: use wss://");
        }
    }

    // ---- proxies

    /** Answers with these statuses, whatever else is in the request. */
    private static HttpServer http(Map<String, Integer> statuses, int otherwise)
            throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String path = exchange.getRequestURI().getPath();
                    int status = statuses.getOrDefault(path, otherwise);
                    exchange.getResponseHeaders().set("Server", "nginx");
                    if (status == 301) {
                        exchange.getResponseHeaders().set("Location", "https://example.com/up");
                    }
                    exchange.sendResponseHeaders(status, -1);
                    exchange.close();
                });
        server.start();
        return server;
    }

    private String failureAt(Map<String, Integer> statuses, int otherwise) throws IOException {
        HttpServer server = http(statuses, otherwise);
        try {
            return failure(doctor("http://127.0.0.1:" + server.getAddress().getPort()));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aProxyThatDropsUpgradeIsTold() throws IOException {
        Map<String, Integer> up = Map.of("/up", 200);
        assertThat(failureAt(up, 426))
                .startsWith("failed upgrade the handshake at /app/KEY is answered 426 by nginx: a")
                .contains("proxy_set_header Upgrade $http_upgrade");
        assertThat(failureAt(up, 200))
                .contains("answered 200 by nginx: the same as without the header Upgrade");
    }

    @Test
    void aProxyThatPassesRequestsOnWithoutUpgradeIsToldFromAServerThatRefuses() throws IOException {
        HttpServer proxy =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (OperationsWorld world = OperationsWorld.start(directory);
                HttpClient http = BackEnd.newHttp()) {
            proxy.createContext(
                    "/",
                    exchange -> {
                        URI uri = URI.create(world.url() + exchange.getRequestURI());
                        try (exchange) {
                            HttpResponse<byte[]> answer =
                                    http.send(
                                            HttpRequest.newBuilder(uri).build(),
                                            HttpResponse.BodyHandlers.ofByteArray());
                            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
                            exchange.getResponseBody().write(answer.body());
                        } catch (InterruptedException over) {
                            Thread.currentThread().interrupt();
                        }
                    });
            proxy.start();
            assertThat(failure(doctor("http://127.0.0.1:" + proxy.getAddress().getPort())))
                    .startsWith(
                            "failed upgrade the handshake at /app/KEY is answered 426 by Resound:"
                                    + " a proxy in between drops the header Upgrade");
        } finally {
            proxy.stop(0);
        }
    }

    @Test
    void whatElseAProxyMayAnswerIsTold() throws IOException {
        Map<String, Integer> up = Map.of("/up", 200);
        assertThat(failureAt(up, 404)).contains("a proxy passes /up on, but not /app");
        assertThat(failureAt(up, 403)).contains("a proxy or firewall refuses it");
        assertThat(failureAt(up, 502)).contains("a proxy does not reach the server behind it");
        assertThat(failureAt(up, 301)).contains("use the address it names: https://example.com/up");
        assertThat(failureAt(Map.of(), 502)).startsWith("failed http GET /up is answered 502");
        assertThat(failureAt(Map.of(), 503)).startsWith("failed http GET /up is answered 503");
        assertThat(failureAt(Map.of(), 301)).contains("to https://example.com/up: use that");
        assertThat(failureAt(Map.of(), 404))
                .startsWith("failed path 404 with the prefix / and without");
    }

    // ---- the prefix

    @Test
    void aWrongPrefixIsTold() {
        try (OperationsWorld world = OperationsWorld.start(directory, "RESOUND_SERVER_PATH=/ws")) {
            assertThat(failure(world.runWith(world.url(), "4711", "app-key", "x", "doctor")))
                    .startsWith("failed path 404 with the prefix / and without");
            assertThat(
                            troubles(
                                    world.runWith(
                                            world.url() + "/ws/",
                                            "4711",
                                            "app-key",
                                            OperationsWorld.SECRET,
                                            "doctor"),
                                    Main.OK))
                    .hasSize(4);
        }
        try (OperationsWorld world = OperationsWorld.start(directory)) {
            assertThat(failure(world.runWith(world.url() + "/x", "4711", "app-key", "x", "doctor")))
                    .startsWith("failed path with the prefix /x /up is answered 404, with / 200");
        }
    }

    // ---- the app

    @Test
    void aWrongKeyIsTold() {
        try (OperationsWorld world = OperationsWorld.start(directory)) {
            assertThat(failure(world.runWith(world.url(), "4711", "wrong", "x", "doctor")))
                    .startsWith("failed key there is no app with this key");
        }
    }

    @Test
    void aDisabledAppIsTold() {
        try (OperationsWorld world =
                OperationsWorld.start(
                        directory,
                        "RESOUND_APPS_0_ENABLED=false",
                        "RESOUND_APPS_0_DIALECT=pusher")) {
            assertThat(failure(world.run("doctor"))).startsWith("failed key the app is disabled");
        }
    }

    @Test
    void aRefusedOriginIsTold() {
        try (OperationsWorld world =
                OperationsWorld.start(directory, "REVERB_ALLOWED_ORIGINS=example.com")) {
            assertThat(failure(world.run("doctor", "--origin", "https://evil.example")))
                    .startsWith("failed origin https://evil.example is refused: add its host");
            assertThat(failure(world.run("doctor")))
                    .startsWith("failed origin connections without an origin are refused");
            assertThat(troubles(world.run("doctor", "--origin", "https://example.com"), Main.OK))
                    .noneMatch(line -> line.contains("origin"));
        }
    }

    @Test
    void aWrongSecretIsTold() {
        for (String dialect : new String[] {"reverb", "pusher", "soketi"}) {
            try (OperationsWorld world =
                    OperationsWorld.start(directory, "RESOUND_APPS_0_DIALECT=" + dialect)) {
                assertThat(failure(world.runWith(world.url(), "4711", "app-key", "x", "doctor")))
                        .startsWith(
                                "failed signature a signed request is answered 401: the server"
                                        + " has another secret");
            }
        }
    }

    @Test
    void aWrongIdIsTold() {
        try (OperationsWorld world = OperationsWorld.start(directory)) {
            assertThat(
                            failure(
                                    world.runWith(
                                            world.url(),
                                            "1",
                                            "app-key",
                                            OperationsWorld.SECRET,
                                            "doctor")))
                    .startsWith("failed signature GET /apps/ID/channels is answered 404")
                    .contains("there is no app of this id");
        }
    }

    @Test
    void withoutASecretTheBackEndIsNotChecked() {
        try (OperationsWorld world = OperationsWorld.start(directory)) {
            RunningMain main =
                    RunningMain.run(
                            directory, "--", "doctor", "--url=" + world.url(), "--key=app-key");
            assertThat(troubles(main, Main.OK))
                    .contains(
                            "skipped signature requests are signed: give --app and --secret beside"
                                    + " --key");
        }
    }

    // ---- the clock

    private RunningClock doctorAt(OperationsWorld world, Duration ahead) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        Surroundings surroundings = new Surroundings(Map.of(), directory, stream, stream, false);
        InstantSource clock = () -> Instant.now().plus(ahead);
        int exitCode =
                new CommandLine(new Doctor(surroundings, clock))
                        .execute(
                                "--url=" + world.url(),
                                "--app=4711",
                                "--key=app-key",
                                "--secret=" + OperationsWorld.SECRET);
        return new RunningClock(exitCode, out.toString(StandardCharsets.UTF_8));
    }

    private record RunningClock(int exitCode, String out) {}

    @Test
    void clocksAreCompared() {
        try (OperationsWorld world =
                OperationsWorld.start(directory, "RESOUND_APPS_0_CHECK_TIMESTAMP=true")) {
            RunningClock same = doctorAt(world, Duration.ZERO);
            assertThat(same.exitCode()).as(same.out()).isEqualTo(Main.OK);
            assertThat(same.out()).containsPattern("ok +clock +the server's clock is about [01] s");
            RunningClock near = doctorAt(world, Duration.ofMinutes(5));
            assertThat(near.exitCode()).as(near.out()).isEqualTo(Main.OK);
            assertThat(near.out()).containsPattern("ok +clock +[^\n]* about (299|30[01]) s behind");
            for (int seconds : new int[] {700, -3_600}) {
                RunningClock far = doctorAt(world, Duration.ofSeconds(seconds));
                assertThat(far.exitCode()).isEqualTo(Main.FAILED);
                int about = Math.abs(seconds);
                assertThat(far.out())
                        .containsPattern(
                                "failed +clock +the server's clock is about ("
                                        + (about - 1)
                                        + "|"
                                        + about
                                        + "|"
                                        + (about + 1)
                                        + ") s "
                                        + (seconds > 0 ? "behind" : "ahead of"))
                        .containsPattern("failed +signature +[^\n]*401: see clock");
            }
        }
    }

    @Test
    void theDateOfAnAnswerTellsTheTimeOfTheServer() {
        Instant now = Instant.parse("2026-01-02T03:04:05Z");
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC));
        assertThat(date).isEqualTo("Fri, 2 Jan 2026 03:04:05 GMT");
        assertThat(Checkup.skew(date, now.minusSeconds(5))).isEqualTo(5);
        assertThat(Checkup.skew(date, now.plusSeconds(5))).isEqualTo(-5);
        assertThat(Checkup.skew("Fri, 02 Jan 2026 03:04:05 GMT", now)).isEqualTo(0);
        assertThat(Checkup.skew("yesterday", now)).isNull();
    }
}
