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
            String id = required(AppSettings.ID, index, where);
            String key = required(AppSettings.KEY, index, where);
            String secret = required(AppSettings.SECRET, index, where);
            unique(AppSettings.ID, index, id, ids);
            unique(AppSettings.KEY, index, key, keys);
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
        Dialect dialect = values.valueOr(AppSettings.DIALECT, i, byDefault);
        Dialect.Defaults defaults = dialect.defaults();
        App.Builder app = App.builder(id, key, secret);
        adapt(app, i);
        return app.enabled(values.value(AppSettings.ENABLED, i))
                .dialect(dialect)
                .tlsOnly(values.value(AppSettings.TLS_ONLY, i))
                .strictProtocol(values.value(AppSettings.PROTOCOL_CHECK, i))
                .allowedOrigins(values.value(AppSettings.ORIGINS, i))
                .clientEvents(
                        values.valueOr(
                                AppSettings.CLIENT_EVENTS,
                                i,
                                Objects.requireNonNullElse(
                                        clientEventsByDefault, defaults.clientEvents())))
                .maxConnections(values.value(AppSettings.MAX_CONNECTIONS, i))
                .maxMessageBytes(
                        values.valueOr(AppSettings.MAX_MESSAGE_SIZE, i, defaults.maxMessageBytes()))
                .activityTimeout(
                        values.valueOr(AppSettings.ACTIVITY_TIMEOUT, i, defaults.activityTimeout()))
                .pingInterval(values.valueOr(AppSettings.PING_INTERVAL, i, defaults.pingInterval()))
                .pongTimeout(values.value(AppSettings.PONG_TIMEOUT, i))
                .maxChannelsPerConnection(values.value(AppSettings.MAX_CHANNELS, i))
                .publish(publish(i, defaults.publish()))
                .presence(presence(i, defaults.presence()))
                .rateLimit(rateLimit(i))
                .rates(rates(i))
                .cacheSeconds(values.valueOr(AppSettings.CACHE_TTL, i, defaults.cacheSeconds()))
                .subscriptionCounts(values.value(AppSettings.SUBSCRIPTION_COUNTS, i))
                .signIn(values.valueOr(AppSettings.SIGN_IN, i, defaults.signIn()))
                .watchlist(values.value(AppSettings.WATCHLIST, i))
                .authenticationSeconds(values.value(AppSettings.AUTHENTICATION_TIMEOUT, i))
                .extensions(extensions(i))
                .webhooks(values.value(AppSettings.WEBHOOKS, i))
                .checksTimestamp(
                        values.valueOr(AppSettings.CHECK_TIMESTAMP, i, defaults.checksTimestamp()))
                .build();
    }

    /** Rows of the dialect that the app has otherwise. */
    private void adapt(App.Builder app, int i) {
        change(
                AppSettings.POWERED_BY,
                i,
                value ->
                        app.adapt(dialect -> dialect.with(dialect.sockets().withPoweredBy(value))));
        change(
                AppSettings.OVER_QUOTA_CODE,
                i,
                code ->
                        app.adapt(dialect ->
                                dialect.with(dialect.sockets().withOverQuotaCode(code))));
        change(
                AppSettings.TERMINATE_CODE,
                i,
                code ->
                        app.adapt(dialect ->
                                dialect.with(dialect.sockets().withTerminateCode(code))));
        change(
                AppSettings.ERROR_DATA,
                i,
                object ->
                        app.adapt(dialect ->
                                dialect.with(dialect.errors().withDataAsObject(object))));
        change(
                AppSettings.ERROR_FRAMES,
                i,
                told -> app.adapt(dialect -> dialect.with(dialect.errors().withBeforeClose(told))));
        change(
                AppSettings.SUBSCRIPTION_ERRORS,
                i,
                frames ->
                        app.adapt(dialect ->
                                dialect.with(dialect.subscribing().withRefusals(frames))));
        change(
                AppSettings.CHANNEL_NAMES,
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
                values.value(AppSettings.RATE_CLIENT_EVENTS_EACH, i),
                values.value(AppSettings.RATE_CLIENT_EVENTS, i),
                values.value(AppSettings.RATE_BACK_END_EVENTS, i),
                values.value(AppSettings.RATE_READS, i));
    }

    private App.Extensions extensions(int i) {
        App.History history =
                new App.History(
                        values.value(AppSettings.HISTORY_EVENTS, i),
                        values.value(AppSettings.HISTORY_BYTES, i),
                        values.value(AppSettings.HISTORY_TIME, i));
        return new App.Extensions(
                values.value(AppSettings.IDEMPOTENCY_WINDOW, i),
                values.value(AppSettings.HISTORY_ENABLED, i) ? history : null);
    }

    private Dialect.PublishLimits publish(int i, Dialect.PublishLimits defaults) {
        return new Dialect.PublishLimits(
                values.valueOr(AppSettings.EVENT_CHANNELS, i, defaults.channels()),
                values.valueOr(AppSettings.EVENT_BATCH, i, defaults.batch()),
                values.valueOr(AppSettings.EVENT_BYTES, i, defaults.dataBytes()),
                values.valueOr(AppSettings.EVENT_NAME, i, defaults.nameChars()));
    }

    private Dialect.PresenceLimits presence(int i, Dialect.PresenceLimits defaults) {
        return new Dialect.PresenceLimits(
                values.valueOr(AppSettings.PRESENCE_MEMBERS, i, defaults.members()),
                values.valueOr(AppSettings.PRESENCE_MEMBER_BYTES, i, defaults.memberBytes()));
    }

    private App.@Nullable RateLimit rateLimit(int i) {
        var limit =
                new App.RateLimit(
                        values.value(AppSettings.RATE_ATTEMPTS, i),
                        values.value(AppSettings.RATE_SECONDS, i),
                        values.value(AppSettings.RATE_TERMINATES, i));
        return values.value(AppSettings.RATE_ENABLED, i) ? limit : null;
    }

    // ---- secrets

    /** On this machine alone anything goes; the rest of the world can read samples, too. */
    void checkSecrets(List<App> apps, String host) {
        if (ConfigurationReader.isLoopback(host)) {
            return;
        }
        for (int i = 0; i < apps.size(); i++) {
            App app = apps.get(i);
            String name = AppSettings.SECRET.name(i);
            String where = values.origin(AppSettings.SECRET, i);
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
