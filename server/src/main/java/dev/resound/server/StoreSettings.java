package dev.resound.server;

import dev.resound.pusher.Dialect;
import java.time.Duration;
import java.util.List;

/**
 * The rows of the table of settings that say where apps and signals are kept: {@code app_source.…},
 * {@code restart_signal.…}.
 */
final class StoreSettings {

    private StoreSettings() {}

    // ---- the table of apps

    static final Setting<String> APP_SOURCE_URL =
            Setting.of(
                    "app_source.url",
                    new Kind<>(
                            "a JDBC URL of a database such as jdbc:postgresql://127.0.0.1/soketi,"
                                    + " jdbc:mariadb://… or jdbc:mysql://…",
                            Kind.Form.SECRET, // it may have a password in it
                            text -> Database.isUrl(text) ? text : null),
                    "(none: no table)",
                    "The database that has a table of apps; see [Apps](apps.md).");

    static final Setting<String> APP_SOURCE_USER =
            Setting.of(
                    "app_source.user",
                    Kind.line(200),
                    "(none)",
                    "The user of the database; it only has to read the table.");

    static final Setting<String> APP_SOURCE_PASSWORD =
            Setting.of(
                    "app_source.password", Kind.secret(), "(none)", "The password of that user.");

    static final Setting<String> APP_SOURCE_TABLE =
            Setting.of(
                    "app_source.table",
                    table(),
                    "apps",
                    "The table, perhaps with its schema: `tenants.apps`.");

    static final Setting<Integer> APP_SOURCE_POOL =
            Setting.of(
                    "app_source.pool",
                    Kind.count(1, 100),
                    "4",
                    "Connections to the database, at most.");

    static final Setting<Duration> APP_SOURCE_CACHE_TTL =
            Setting.of(
                    "app_source.cache_ttl",
                    Kind.duration(Duration.ofSeconds(1), Duration.ofHours(24)),
                    "60s",
                    "For how long an app is not read again: so late a change is seen.");

    static final Setting<Duration> APP_SOURCE_NEGATIVE_TTL =
            Setting.of(
                    "app_source.negative_ttl",
                    Kind.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
                    "5s",
                    "For how long the database is not asked again for an app it does not have.");

    static final Setting<Duration> APP_SOURCE_STALE_TTL =
            Setting.of(
                    "app_source.stale_ttl",
                    Kind.duration(Duration.ofSeconds(1), Duration.ofDays(365)),
                    "24h",
                    "For how long apps are served as they were while the database is away.");

    static final Setting<Dialect> APP_SOURCE_DIALECT =
            Setting.of(
                    "app_source.dialect",
                    Kind.choice(AppSettings.DIALECTS, Dialect::name),
                    "soketi",
                    "The dialect of the apps in the table.");

    // ---- a restart of several servers

    static final Setting<String> RESTART_SIGNAL_STORE =
            Setting.of(
                    "restart_signal.store",
                    new Kind<>(
                            "a URL such as redis://127.0.0.1:6379/1, rediss://…,"
                                    + " jdbc:postgresql://127.0.0.1/app, jdbc:mariadb://… or"
                                    + " jdbc:mysql://…, or a directory such as"
                                    + " storage/framework/cache/data",
                            Kind.Form.SECRET, // it may have a password in it
                            text -> SignalStore.read(text, null, null, "") == null ? null : text),
                    "(none: no signal is watched)",
                    "The cache of a Laravel application that is watched for a signal to restart: a"
                            + " URL of Redis or a database, or a directory; see"
                            + " [Operations](operations.md#several-servers).");

    static final Setting<String> RESTART_SIGNAL_USER =
            Setting.of(
                    "restart_signal.user",
                    Kind.line(200),
                    "(none)",
                    "The user of Redis or the database, if not in the URL; writing is for"
                            + " `resound restart --shared` only.");

    static final Setting<String> RESTART_SIGNAL_PASSWORD =
            Setting.of(
                    "restart_signal.password",
                    Kind.secret(),
                    "(none)",
                    "The password of that user, or of Redis without users.");

    static final Setting<String> RESTART_SIGNAL_TABLE =
            Setting.of(
                    "restart_signal.table",
                    table(),
                    "cache",
                    "The table of a database, perhaps with its schema.");

    static final Setting<String> RESTART_SIGNAL_KEY =
            Setting.of(
                    "restart_signal.key",
                    Kind.line(255),
                    "laravel:reverb:restart",
                    "The whole key, with the application's prefixes before it.");

    static final Setting<Duration> RESTART_SIGNAL_INTERVAL =
            Setting.of(
                    "restart_signal.interval",
                    Kind.duration(Duration.ofMillis(100), Duration.ofHours(1)),
                    "5s",
                    "How often it is looked at.");

    /** All of them, in the order in which they are explained. */
    static final List<Setting<?>> ALL =
            List.of(
                    APP_SOURCE_URL,
                    APP_SOURCE_USER,
                    APP_SOURCE_PASSWORD,
                    APP_SOURCE_TABLE,
                    APP_SOURCE_POOL,
                    APP_SOURCE_CACHE_TTL,
                    APP_SOURCE_NEGATIVE_TTL,
                    APP_SOURCE_STALE_TTL,
                    APP_SOURCE_DIALECT,
                    RESTART_SIGNAL_STORE,
                    RESTART_SIGNAL_USER,
                    RESTART_SIGNAL_PASSWORD,
                    RESTART_SIGNAL_TABLE,
                    RESTART_SIGNAL_KEY,
                    RESTART_SIGNAL_INTERVAL);

    private static Kind<String> table() {
        return new Kind<>(
                "letters, digits and _, perhaps with the name of the schema and a dot before it",
                Kind.Form.PLAIN,
                text -> AppTable.isTable(text) ? text : null);
    }
}
