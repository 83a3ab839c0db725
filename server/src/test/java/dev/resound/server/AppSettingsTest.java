package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.http.Header;
import dev.resound.pusher.App;
import dev.resound.pusher.Dialect;
import dev.resound.pusher.Webhook;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an app's settings make of the app. */
class AppSettingsTest {
    @TempDir Path directory;

    private static final String APP =
            """
            apps:
              - id: a
                key: key-a
                secret: 0123456789abcdefghij
            """;

    private App app(String yaml) {
        return Written.in(directory).file(APP + yaml.indent(4)).read().apps().list().getFirst();
    }

    private List<String> problems(String yaml) {
        return Written.in(directory).file(APP + yaml.indent(4)).problems();
    }

    @Test
    void rowsOfTheDialectCanBeSetOneByOne() {
        App app =
                app(
                        """
                        powered_by: Resound
                        over_quota_code: 4100
                        terminate_code: 4009
                        error_data: object
                        error_frames: false
                        subscription_errors: both
                        channel_names: strict
                        """);
        Dialect dialect = app.dialect();
        assertThat(dialect.name()).isEqualTo("reverb");
        assertThat(dialect.sockets().poweredBy()).isEqualTo("Resound");
        assertThat(dialect.sockets().overQuotaCode()).isEqualTo(4100);
        assertThat(dialect.sockets().terminateCode()).isEqualTo(4009);
        assertThat(dialect.errors().dataIsObject()).isTrue();
        assertThat(dialect.errors().beforeClose()).isFalse();
        assertThat(dialect.subscribing().refusals()).isEqualTo(Dialect.RefusalFrames.BOTH);
        assertThat(dialect.subscribing().strictNames()).isTrue();
        assertThat(dialect.answers()).isEqualTo(Dialect.REVERB.answers());
    }

    @Test
    void whatIsNotSetIsTheDialects() {
        for (Dialect dialect : List.of(Dialect.REVERB, Dialect.PUSHER, Dialect.SOKETI)) {
            App app = app("dialect: " + dialect.name());
            assertThat(app)
                    .isEqualTo(
                            App.builder("a", "key-a", "0123456789abcdefghij")
                                    .dialect(dialect)
                                    .build());
        }
    }

    @Test
    void ratesUsersCachesAndExtensions() {
        App app =
                app(
                        """
                        tls_only: true
                        protocol_check: strict
                        rates:
                          client_events_per_connection: 1
                          client_events: 2
                          back_end_events: 3
                          reads: 4
                        users:
                          sign_in: false
                          max_watchlist: 7
                          authentication_timeout: 30s
                        subscription_count_events: true
                        cache_ttl: 2m
                        idempotency_window: 5m
                        history:
                          enabled: true
                          max_events: 10
                          max_bytes: 64KB
                          time: 1m
                        """);
        assertThat(app.tlsOnly()).isTrue();
        assertThat(app.strictProtocol()).isTrue();
        assertThat(app.rates()).isEqualTo(new App.Rates(1, 2, 3, 4));
        assertThat(app.users()).isEqualTo(new App.Users(false, 7, 30));
        assertThat(app.subscriptionCounts()).isTrue();
        assertThat(app.cacheSeconds()).isEqualTo(120);
        assertThat(app.extensions())
                .isEqualTo(new App.Extensions(300, new App.History(10, 65_536, 60)));
    }

    @Test
    void minusOneIsNoLimitAsInSoketi() {
        App app = app("rates: {back_end_events: -1, reads: -1}\n");
        assertThat(app.rates()).isEqualTo(App.Rates.DEFAULT);
    }

    @Test
    void webhooksAreWrittenAsInSoketi() {
        App app =
                app(
                        """
                        webhooks:
                          - url: https://example.com/all
                          - url: http://10.0.0.1:8000/some
                            event_types: [channel_occupied, client_event]
                            filter:
                              channel_name_starts_with: private-
                              channel_name_ends_with: [-a, -b]
                            headers:
                              X-Token: "secret: 1"
                        """);
        assertThat(app.webhooks())
                .containsExactly(
                        new Webhook(URI.create("https://example.com/all")),
                        new Webhook(
                                URI.create("http://10.0.0.1:8000/some"),
                                Set.of(Webhook.Event.CHANNEL_OCCUPIED, Webhook.Event.CLIENT_EVENT),
                                List.of("private-"),
                                List.of("-a", "-b"),
                                List.of(new Header("X-Token", "secret: 1")),
                                true));
    }

    @Test
    void whatLooksLikeANumberInWebhooksStaysWhatWasWritten() {
        App app =
                app(
                        """
                        webhooks:
                          - url: http://a.b/c
                            filter: {channel_name_starts_with: [7, 1.10, true], channel_name_ends_with: -0}
                            headers: {A: 7, B: 1.10, C: true, D: 1e5, E: 007, F: 12345678901234567890}
                        """);
        Webhook webhook = app.webhooks().getFirst();
        assertThat(webhook.prefixes()).containsExactly("7", "1.10", "true");
        assertThat(webhook.suffixes()).containsExactly("-0");
        assertThat(webhook.headers())
                .containsExactly(
                        new Header("A", "7"),
                        new Header("B", "1.10"),
                        new Header("C", "true"),
                        new Header("D", "1e5"),
                        new Header("E", "007"),
                        new Header("F", "12345678901234567890"));
    }

    @Test
    void webhooksInTheEnvironmentAreJson() {
        App app =
                Written.in(directory)
                        .app()
                        .variable("RESOUND_APPS_0_WEBHOOKS", "[{\"url\":\"http://a.b/c\"}]")
                        .read()
                        .apps()
                        .list()
                        .getFirst();
        assertThat(app.webhooks()).containsExactly(new Webhook(URI.create("http://a.b/c")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "webhooks: 7",
                "webhooks: {url: http://a.b}",
                "webhooks: [http://a.b]",
                "webhooks: [{}]",
                "webhooks: [{url: ftp://a.b}]",
                "webhooks: [{url: http://a.b, event_types: [everything]}]",
                "webhooks: [{url: http://a.b, lambda_function: f}]",
                "webhooks: [{url: http://a.b, filter: {channel: x}}]",
                "webhooks: [{url: http://a.b, headers: {'a b': c}}]",
                "webhooks: [{url: http://a.b, headers: {a: \"b\\r\\nc: d\"}}]",
                "webhooks: [{url: http://a.b, headers: {Token: [s3cr3t]}}]"
            })
    void malformedWebhooksAreToldWithoutWhatTheyHold(String yaml) {
        assertThat(problems(yaml))
                .singleElement()
                .asString()
                .startsWith(
                        "resound.yml:5: apps[0].webhooks is wrong (and not shown here); it must be"
                                + " a list of targets")
                .doesNotContain("s3cr3t");
    }

    @ParameterizedTest
    @CsvSource({
        "over_quota_code: 4301, 4004 or 4100",
        "terminate_code: 4200, 0 or 4009",
        "error_data: text, object or string",
        "subscription_errors: none, 'error, subscription_error or both'",
        "channel_names: any, strict or lenient",
        "protocol_check: on, strict or off",
        "cache_ttl: 0, 'whole seconds from 1 to 86400 such as 30, 30s or 2m'"
    })
    void everySettingHasItsKind(String yaml, String expected) {
        assertThat(problems(yaml))
                .singleElement()
                .asString()
                .startsWith("resound.yml:5: apps[0].")
                .endsWith("it must be " + expected);
    }
}
