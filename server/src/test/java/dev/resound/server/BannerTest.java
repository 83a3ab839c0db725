package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BannerTest {
    private static final int MAX_LINES = 8;

    @TempDir Path directory;

    private static List<String> lines(Written written) {
        return new Banner(written.read(), 4242, false).lines();
    }

    @Test
    void aConfiguredServerTellsWhereItListensForWhomAndWhatToldItSo() {
        assertThat(lines(Written.in(directory).app().variable("RESOUND_SERVER_LOOPS", "2")))
                .containsExactly(
                        "Resound " + Version.current(),
                        "listening on http://0.0.0.0:4242",
                        "1 app: 4711 (reverb)",
                        "2 event loops; configuration: 3 REVERB_ variables, 1 RESOUND_ variable");
    }

    @Test
    void schemePathAndHostnameAreThoseOfTheConfiguration() {
        Written.in(directory).file("cert.pem", "").file("key.pem", "");
        assertThat(
                        lines(
                                Written.in(directory)
                                        .app()
                                        .file(
                                                """
                                                server:
                                                  host: ::1
                                                  path: /ws
                                                  hostname: ws.example.com
                                                  loops: 1
                                                  tls: {certificate: cert.pem, key: key.pem}
                                                debug: true
                                                """)))
                .containsExactly(
                        "Resound " + Version.current(),
                        "listening on https://[::1]:4242/ws",
                        "1 app: 4711 (reverb); clients use ws.example.com",
                        "1 event loop, every message is printed; configuration: resound.yml, 3"
                                + " REVERB_ variables");
    }

    @Test
    void severalAppsAreCountedByDialect() {
        assertThat(
                        lines(
                                Written.in(directory)
                                        .app()
                                        .file(
                                                """
                                                apps:
                                                  - {}
                                                  - {id: b, key: k1, secret: 0123456789abcdefghij}
                                                  - {id: c, key: k2, secret: 0123456789abcdefghij, dialect: pusher}
                                                """)))
                .contains("3 apps: 1 pusher, 2 reverb");
    }

    @Test
    void theDevelopmentAppIsShownWithAllItTakesToUseIt() {
        assertThat(lines(Written.in(directory).variable("RESOUND_SERVER_LOOPS", "2")))
                .containsExactly(
                        "Resound "
                                + Version.current()
                                + ", development mode: no app is configured, here is one to try",
                        "listening on http://127.0.0.1:4242",
                        "id resound-dev, key resound-dev-key, secret resound-dev-secret",
                        "new Pusher('resound-dev-key', { cluster: '', wsHost: '127.0.0.1', wsPort:"
                                + " 4242, forceTLS: false, enabledTransports: ['ws', 'wss'] })",
                        "2 event loops; configuration: 1 RESOUND_ variable");
    }

    @Test
    void theSnippetGoesThroughThePrefix() {
        assertThat(lines(Written.in(directory).variable("REVERB_SERVER_PATH", "/ws")))
                .anyMatch(line -> line.contains("wsPort: 4242, wsPath: '/ws', forceTLS"));
    }

    @Test
    void devicesAndTheirAppsAreToldWhereToGo() {
        String one = "{package_name: %s, public_url: 'http://x', api_key: k3y-k3y-k3y}";
        String devices =
                """
                server: {host: 127.0.0.1, path: %s, loops: 1}
                device_sessions:
                  enabled: %s
                  jwt_secret: s3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t
                  apps: [%s]
                """;
        Written written = Written.in(directory).app();
        String two = one.formatted("a") + ", " + one.formatted("b");
        assertThat(lines(written.file(devices.formatted("/", "true", two))))
                .containsExactly(
                        "Resound " + Version.current(),
                        "listening on http://127.0.0.1:4242",
                        "1 app: 4711 (reverb)",
                        "devices at /glasses-ws, apps at /app-ws (2 apps)",
                        "1 event loop; configuration: resound.yml, 3 REVERB_ variables");
        assertThat(lines(written.file(devices.formatted("/in", "true", one.formatted("a")))))
                .contains("devices at /in/glasses-ws, apps at /in/app-ws (1 app)");
        assertThat(lines(written.file(devices.formatted("/", "false", two))))
                .noneMatch(line -> line.contains("devices"));
        assertThat(lines(withWarnings(written.file(devices.formatted("/", "true", two)), 6)))
                .hasSize(MAX_LINES)
                .endsWith("warning: 4 more, see: resound check");
        Written development = Written.in(directory).file(devices.formatted("/", "true", two));
        assertThat(lines(withWarnings(development, 6)))
                .hasSize(MAX_LINES)
                .endsWith("warning: 5 more, see: resound check");
    }

    @Test
    void secretsOfConfiguredAppsAreNotShown() {
        assertThat(lines(Written.in(directory).app()))
                .noneMatch(line -> line.contains("0123456789abcdefghij"));
    }

    @Test
    void fewWarningsAreShownAll() {
        List<String> lines = lines(withWarnings(Written.in(directory).app(), 4));
        assertThat(lines).hasSize(MAX_LINES);
        assertThat(lines.subList(4, 8)).allMatch(line -> line.startsWith("warning: RESOUND_"));
    }

    @Test
    void ofManyWarningsTheRestIsCounted() {
        assertThat(lines(withWarnings(Written.in(directory).app(), 6)))
                .hasSize(MAX_LINES)
                .endsWith("warning: 3 more, see: resound check");
        assertThat(lines(withWarnings(Written.in(directory), 6)))
                .hasSize(MAX_LINES)
                .endsWith("warning: 4 more, see: resound check");
    }

    private static Written withWarnings(Written written, int count) {
        for (int i = 0; i < count; i++) {
            written.variable("RESOUND_DIALEC" + i, "x");
        }
        return written;
    }

    @Test
    void colourIsForTerminalsOnly() {
        Configuration configuration = Written.in(directory).app().read();
        assertThat(new Banner(configuration, 1, false).lines())
                .noneMatch(line -> line.contains("\u001b"));
        assertThat(new Banner(configuration, 1, true).lines().get(1))
                .isEqualTo("listening on \u001b[1mhttp://0.0.0.0:1\u001b[0m");
    }
}
