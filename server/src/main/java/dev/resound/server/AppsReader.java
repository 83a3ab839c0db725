package dev.resound.server;

import dev.resound.pusher.App;
import dev.resound.pusher.ClientEvents;
import dev.resound.pusher.Dialect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The apps of a configuration. Goes on after a mistake, to find them all. */
final class AppsReader {
    private final List<Layer> layers;
    private final Values values;
    private final Problems problems;
    private final List<String> warnings;

    AppsReader(List<Layer> layers, Values values, Problems problems, List<String> warnings) {
        this.layers = layers;
        this.values = values;
        this.problems = problems;
        this.warnings = warnings;
    }

    /** Nobody has named an app, at most tuned the one that is there without asking. */
    boolean isDevelopment(Layer fromFile) {
        boolean named =
                Settings.ALL.stream()
                        .filter(Setting::isRequired)
                        .anyMatch(setting -> values.given(setting.name(0)) != null);
        return !named
                && fromFile.apps().isEmpty()
                && mentions().keySet().stream().allMatch(i -> i == 0);
    }

    /** The places of all apps anybody speaks of, and where first. */
    private NavigableMap<Integer, String> mentions() {
        NavigableMap<Integer, String> mentions = new TreeMap<>();
        layers.forEach(layer -> layer.apps().forEach(mentions::putIfAbsent));
        return mentions;
    }

    List<App> developmentApp(Dialect dialect) {
        App app =
                app(
                        0,
                        dialect,
                        Secrets.DEVELOPMENT_APP,
                        Secrets.DEVELOPMENT_KEY,
                        Secrets.DEVELOPMENT_SECRET,
                        ClientEvents.MEMBERS);
        return List.of(app);
    }

    List<App> apps(Dialect dialect) {
        NavigableMap<Integer, String> mentions = mentions();
        List<App> apps = new ArrayList<>();
        Map<String, String> ids = new HashMap<>();
        Map<String, String> keys = new HashMap<>();
        mentions.forEach((index, where) -> {
            if (index > 0 && !mentions.containsKey(index - 1)) {
                problems.add(
                        where,
                        "speaks of apps["
                                + index
                                + "], but there is no apps["
                                + (index - 1)
                                + "]; apps are counted from 0 without gaps");
            }
            String id = required(Settings.APP_ID, index, where);
            String key = required(Settings.APP_KEY, index, where);
            String secret = required(Settings.APP_SECRET, index, where);
            unique(Settings.APP_ID, index, id, ids);
            unique(Settings.APP_KEY, index, key, keys);
            apps.add(app(index, dialect, id, key, secret, null));
        });
        return apps;
    }

    /** Empty if it is missing or wrong, which is then noted. */
    private String required(Setting<String> setting, int app, String where) {
        if (values.given(setting.name(app)) == null) {
            String variables = setting.environment(app);
            if (app == 0 && setting.reverb() != null) {
                variables += " or " + setting.reverb();
            }
            problems.add(
                    where,
                    setting.name(app) + " is missing; set it in the file, or with " + variables);
        }
        return values.valueOr(setting, app, "");
    }

    private void unique(
            Setting<String> setting, int app, String value, Map<String, String> others) {
        String other = value.isEmpty() ? null : others.putIfAbsent(value, setting.name(app));
        if (other != null) {
            problems.add(
                    values.origin(setting, app),
                    setting.name(app) + " is " + Values.shown(value) + ", the same as " + other);
        }
    }

    private App app(
            int i,
            Dialect byDefault,
            String id,
            String key,
            String secret,
            @Nullable ClientEvents clientEventsByDefault) {
        Dialect dialect = values.valueOr(Settings.APP_DIALECT, i, byDefault);
        Dialect.Defaults defaults = dialect.defaults();
        App.Builder app = App.builder(id, key, secret);
        adapt(app, i);
        return app.enabled(values.value(Settings.APP_ENABLED, i))
                .dialect(dialect)
                .tlsOnly(values.value(Settings.APP_TLS_ONLY, i))
                .strictProtocol(values.value(Settings.APP_PROTOCOL_CHECK, i))
                .allowedOrigins(values.value(Settings.APP_ORIGINS, i))
                .clientEvents(
                        values.valueOr(
                                Settings.APP_CLIENT_EVENTS,
                                i,
                                Objects.requireNonNullElse(
                                        clientEventsByDefault, defaults.clientEvents())))
                .maxConnections(values.value(Settings.APP_MAX_CONNECTIONS, i))
                .maxMessageBytes(
                        values.valueOr(
                                Settings.APP_MAX_MESSAGE_SIZE, i, defaults.maxMessageBytes()))
                .activityTimeout(
                        values.valueOr(
                                Settings.APP_ACTIVITY_TIMEOUT, i, defaults.activityTimeout()))
                .pingInterval(
                        values.valueOr(Settings.APP_PING_INTERVAL, i, defaults.pingInterval()))
                .pongTimeout(values.value(Settings.APP_PONG_TIMEOUT, i))
                .maxChannelsPerConnection(values.value(Settings.APP_MAX_CHANNELS, i))
                .publish(publish(i, defaults.publish()))
                .presence(presence(i, defaults.presence()))
                .rateLimit(rateLimit(i))
                .rates(rates(i))
                .cacheSeconds(values.valueOr(Settings.APP_CACHE_TTL, i, defaults.cacheSeconds()))
                .subscriptionCounts(values.value(Settings.APP_SUBSCRIPTION_COUNTS, i))
                .signIn(values.valueOr(Settings.APP_SIGN_IN, i, defaults.signIn()))
                .watchlist(values.value(Settings.APP_WATCHLIST, i))
                .authenticationSeconds(values.value(Settings.APP_AUTHENTICATION_TIMEOUT, i))
                .extensions(extensions(i))
                .webhooks(values.value(Settings.APP_WEBHOOKS, i))
                .checksTimestamp(
                        values.valueOr(Settings.APP_CHECK_TIMESTAMP, i, defaults.checksTimestamp()))
                .build();
    }

    /** Rows of the dialect that the app has otherwise. */
    private void adapt(App.Builder app, int i) {
        change(
                Settings.APP_POWERED_BY,
                i,
                value ->
                        app.adapt(dialect -> dialect.with(dialect.sockets().withPoweredBy(value))));
        change(
                Settings.APP_OVER_QUOTA_CODE,
                i,
                code ->
                        app.adapt(dialect ->
                                dialect.with(dialect.sockets().withOverQuotaCode(code))));
        change(
                Settings.APP_TERMINATE_CODE,
                i,
                code ->
                        app.adapt(dialect ->
                                dialect.with(dialect.sockets().withTerminateCode(code))));
        change(
                Settings.APP_ERROR_DATA,
                i,
                object ->
                        app.adapt(dialect ->
                                dialect.with(dialect.errors().withDataAsObject(object))));
        change(
                Settings.APP_ERROR_FRAMES,
                i,
                told -> app.adapt(dialect -> dialect.with(dialect.errors().withBeforeClose(told))));
        change(
                Settings.APP_SUBSCRIPTION_ERRORS,
                i,
                frames ->
                        app.adapt(dialect ->
                                dialect.with(dialect.subscribing().withRefusals(frames))));
        change(
                Settings.APP_CHANNEL_NAMES,
                i,
                strict ->
                        app.adapt(dialect ->
                                dialect.with(dialect.subscribing().withStrictNames(strict))));
    }

    private <T> void change(Setting<T> setting, int app, Consumer<T> change) {
        T value = values.find(setting, app);
        if (value != null) {
            change.accept(value);
        }
    }

    private App.Rates rates(int i) {
        return new App.Rates(
                values.value(Settings.APP_RATE_CLIENT_EVENTS_EACH, i),
                values.value(Settings.APP_RATE_CLIENT_EVENTS, i),
                values.value(Settings.APP_RATE_BACK_END_EVENTS, i),
                values.value(Settings.APP_RATE_READS, i));
    }

    private App.Extensions extensions(int i) {
        App.History history =
                new App.History(
                        values.value(Settings.APP_HISTORY_EVENTS, i),
                        values.value(Settings.APP_HISTORY_BYTES, i),
                        values.value(Settings.APP_HISTORY_TIME, i));
        return new App.Extensions(
                values.value(Settings.APP_IDEMPOTENCY_WINDOW, i),
                values.value(Settings.APP_HISTORY_ENABLED, i) ? history : null);
    }

    private Dialect.PublishLimits publish(int i, Dialect.PublishLimits defaults) {
        return new Dialect.PublishLimits(
                values.valueOr(Settings.APP_EVENT_CHANNELS, i, defaults.channels()),
                values.valueOr(Settings.APP_EVENT_BATCH, i, defaults.batch()),
                values.valueOr(Settings.APP_EVENT_BYTES, i, defaults.dataBytes()),
                values.valueOr(Settings.APP_EVENT_NAME, i, defaults.nameChars()));
    }

    private Dialect.PresenceLimits presence(int i, Dialect.PresenceLimits defaults) {
        return new Dialect.PresenceLimits(
                values.valueOr(Settings.APP_PRESENCE_MEMBERS, i, defaults.members()),
                values.valueOr(Settings.APP_PRESENCE_MEMBER_BYTES, i, defaults.memberBytes()));
    }

    private App.@Nullable RateLimit rateLimit(int i) {
        var limit =
                new App.RateLimit(
                        values.value(Settings.APP_RATE_ATTEMPTS, i),
                        values.value(Settings.APP_RATE_SECONDS, i),
                        values.value(Settings.APP_RATE_TERMINATES, i));
        return values.value(Settings.APP_RATE_ENABLED, i) ? limit : null;
    }

    // ---- secrets

    /** On this machine alone anything goes; the rest of the world can read samples, too. */
    void checkSecrets(List<App> apps, String host) {
        if (ConfigurationReader.isLoopback(host)) {
            return;
        }
        for (int i = 0; i < apps.size(); i++) {
            App app = apps.get(i);
            String name = Settings.APP_SECRET.name(i);
            String where = values.origin(Settings.APP_SECRET, i);
            if (app.secret().isEmpty()) {
                continue; // noted already
            }
            if (Secrets.isSample(app.secret())) {
                problems.add(
                        where,
                        name
                                + " is a sample that everybody knows, and "
                                + host
                                + " is not this machine alone; make one of your own, for example"
                                + " with: openssl rand -hex 20");
            } else if (app.secret().equals(app.key()) || app.secret().equals(app.id())) {
                problems.add(
                        where, name + " is the app's key or id, which every visitor gets to see");
            } else if (app.secret().length() < Secrets.SHORT_CHARS) {
                warnings.add(
                        where
                                + ": "
                                + name
                                + " is shorter than "
                                + Secrets.SHORT_CHARS
                                + " characters");
            }
        }
    }
}
