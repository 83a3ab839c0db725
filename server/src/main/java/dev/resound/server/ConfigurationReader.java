package dev.resound.server;

import dev.resound.netty.HttpLimits;
import dev.resound.netty.Limits;
import dev.resound.netty.Tls;
import dev.resound.pusher.App;
import dev.resound.pusher.ClientEvents;
import dev.resound.pusher.Dialect;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Configuration} of the layers: the file, Reverb's environment, our own, the flags,
 * of which the last one that says something wins. Goes on after a mistake, to find them all. Used
 * once.
 */
final class ConfigurationReader {
    static final String FILE = "resound.yml";

    private static final int MIN_JWT_SECRET_BYTES = 32; // RFC 7518, section 3.2
    private static final int SHOWN_CHARS = 60;
    private static final int DEFAULT_PORT = 8_080;
    private static final int SOKETI_PORT = 6_001;
    private static final int REVERB_REQUEST_BYTES = 10_000;

    private final Path directory;
    private final Map<String, String> variables;
    private final Problems problems = new Problems();
    private final List<String> warnings = new ArrayList<>();
    private List<Layer> layers = List.of();

    /**
     * Prepares.
     *
     * @param directory where {@code resound.yml} is looked for
     */
    ConfigurationReader(Path directory, Map<String, String> variables) {
        this.directory = directory;
        this.variables = variables;
    }

    /**
     * Reads all of it.
     *
     * @param file null if none was named
     * @param flags by the name of the setting
     * @throws ConfigurationException with everything that is wrong
     */
    Configuration read(@Nullable String file, Map<String, String> flags)
            throws ConfigurationException {
        Environment environment = new Environment(variables, problems, warnings);
        Layer fromFile = file(file);
        layers = List.of(fromFile, environment.reverb(), environment.resound(), flagLayer(flags));
        Dialect dialect = value(Settings.DIALECT);
        boolean development = isDevelopment(fromFile);
        String host = host(development);
        List<App> apps = development ? developmentApp(dialect) : apps(dialect);
        if (!development) {
            checkSecrets(apps, host);
        }
        Configuration configuration =
                new Configuration(
                        listen(host, dialect),
                        limits(apps),
                        shutdown(development),
                        socketIo(),
                        new Configuration.Apps(apps, dialect, development),
                        value(Settings.DEBUG),
                        new Configuration.Notes(sources(), warnings));
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems.found());
        }
        return configuration;
    }

    // ---- layers

    private Layer file(@Nullable String named) {
        String variable = variables.get(Environment.CONFIG);
        if (named == null && variable != null && !variable.isBlank()) {
            named = variable.strip();
        }
        if (named == null) {
            if (Files.notExists(directory.resolve(FILE))) {
                if (Files.exists(directory.resolve("resound.yaml"))) {
                    warnings.add("resound.yaml is not read: the name is " + FILE);
                }
                return new Layer("no file", Map.of(), new TreeMap<>());
            }
            named = FILE;
        }
        return ConfigurationFile.read(directory.resolve(named), named, problems);
    }

    private static Layer flagLayer(Map<String, String> flags) {
        Map<String, Given> values = new HashMap<>();
        for (Setting<?> setting : Settings.ALL) {
            String text = flags.get(setting.name());
            if (text != null && setting.flag() != null) {
                values.put(setting.name(), new Given(text.strip(), setting.flag()));
            }
        }
        return new Layer("flags", values, new TreeMap<>());
    }

    private List<String> sources() {
        List<String> sources =
                layers.stream()
                        .filter(layer -> !layer.values().isEmpty())
                        .map(Layer::name)
                        .toList();
        return sources.isEmpty() ? List.of("defaults") : sources;
    }

    private @Nullable Given given(String name) {
        Given found = null;
        for (Layer layer : layers) {
            Given here = layer.values().get(name);
            found = here == null ? found : here;
        }
        return found;
    }

    // ---- values

    private <T> @Nullable T find(Setting<T> setting) {
        return find(setting, 0);
    }

    /** The value that is set; null if there is none, or it is wrong. */
    private <T> @Nullable T find(Setting<T> setting, int app) {
        Given given = given(setting.name(app));
        if (given == null) {
            return null;
        }
        T value = setting.kind().read(given.text());
        if (value == null) {
            problems.add(given.origin(), wrong(setting, setting.name(app), given.text()));
        }
        return value;
    }

    private static String wrong(Setting<?> setting, String name, String text) {
        String is;
        if (text.isEmpty()) {
            is = " is empty";
        } else if (setting.kind().form() == Kind.Form.SECRET) {
            is = " is wrong (and not shown here)";
        } else if (text.startsWith("tcp://")) {
            is = " is " + shown(text) + ", a service link of Kubernetes (enableServiceLinks)";
        } else {
            is = " is " + shown(text);
        }
        return name + is + "; it must be " + setting.kind().expected();
    }

    private static String shown(String text) {
        return "\""
                + Printable.of(text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS))
                + (text.length() <= SHOWN_CHARS ? "\"" : "…\"");
    }

    private <T> T value(Setting<T> setting) {
        return value(setting, 0);
    }

    private <T> T value(Setting<T> setting, int app) {
        T value = find(setting, app);
        return value == null ? setting.defaultValue() : value;
    }

    private <T> T valueOr(Setting<T> setting, T byDefault) {
        T value = find(setting);
        return value == null ? byDefault : value;
    }

    private <T> T valueOr(Setting<T> setting, int app, T byDefault) {
        T value = find(setting, app);
        return value == null ? byDefault : value;
    }

    /** Where a setting comes from, for messages about values that are fine by themselves. */
    private String origin(Setting<?> setting, int app) {
        Given given = given(setting.name(app));
        return given == null ? setting.name(app) + " (default)" : given.origin();
    }

    private String origin(Setting<?> setting) {
        return origin(setting, 0);
    }

    // ---- the port

    private String host(boolean development) {
        String host = valueOr(Settings.HOST, development ? "127.0.0.1" : "0.0.0.0");
        if (development && !isLoopback(host)) {
            problems.add(
                    origin(Settings.HOST),
                    "no app is configured, and the development app, whose secret everybody knows,"
                            + " is not served on "
                            + host
                            + ", but on 127.0.0.1 only; set apps[0].id, key and secret in "
                            + FILE
                            + ", or RESOUND_APPS_0_ID, _KEY and _SECRET");
        }
        return host;
    }

    /** Without asking any name server: a name other than localhost might be anywhere. */
    static boolean isLoopback(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException name) {
            return false;
        }
    }

    private Configuration.Listen listen(String host, Dialect dialect) {
        return new Configuration.Listen(
                host,
                valueOr(
                        Settings.PORT_NUMBER,
                        dialect == Dialect.SOKETI ? SOKETI_PORT : DEFAULT_PORT),
                value(Settings.PATH),
                find(Settings.HOSTNAME),
                valueOr(Settings.LOOPS, Runtime.getRuntime().availableProcessors()),
                tls());
    }

    private @Nullable Tls tls() {
        Path certificate = pemFile(Settings.CERTIFICATE);
        Path key = pemFile(Settings.KEY);
        String password = find(Settings.KEY_PASSWORD);
        boolean hasCertificate = given(Settings.CERTIFICATE.name()) != null;
        boolean hasKey = given(Settings.KEY.name()) != null;
        if (hasCertificate && !hasKey) {
            problems.add(origin(Settings.CERTIFICATE), "server.tls.key is missing beside it");
        } else if (hasKey && !hasCertificate) {
            problems.add(origin(Settings.KEY), "server.tls.certificate is missing beside it");
        } else if (password != null && !hasKey) {
            problems.add(
                    origin(Settings.KEY_PASSWORD),
                    "server.tls.certificate and server.tls.key are missing beside it");
        }
        return certificate == null || key == null ? null : new Tls(certificate, key, password);
    }

    private @Nullable Path pemFile(Setting<Path> setting) {
        Path written = find(setting);
        if (written == null) {
            return null;
        }
        Path file = directory.resolve(written);
        if (Files.isRegularFile(file) && Files.isReadable(file)) {
            return file;
        }
        problems.add(
                origin(setting),
                setting.name()
                        + " is "
                        + shown(written.toString())
                        + (Files.exists(file)
                                ? ", which cannot be read by this user"
                                : ", and there is no such file")
                        + "; it must be a PEM file");
        return null;
    }

    private Limits limits(List<App> apps) {
        boolean allReverb = apps.stream().allMatch(app -> app.dialect() == Dialect.REVERB);
        int backlog = value(Settings.BACKLOG);
        int log = value(Settings.LOG);
        if (backlog > log) {
            boolean fromLog = given(Settings.BACKLOG.name()) == null;
            problems.add(
                    origin(fromLog ? Settings.LOG : Settings.BACKLOG),
                    "limits.backlog ("
                            + Units.size(backlog)
                            + ") must not be above limits.log ("
                            + Units.size(log)
                            + ")");
            backlog = log;
        }
        return new Limits(
                new HttpLimits(
                        value(Settings.MAX_REQUEST_LINE),
                        value(Settings.MAX_HEADER_SIZE),
                        value(Settings.MAX_HEADER_FIELDS),
                        valueOr(
                                Settings.MAX_REQUEST_SIZE,
                                allReverb ? REVERB_REQUEST_BYTES : 1 << 20),
                        value(Settings.MAX_CHUNK_HEADER),
                        value(Settings.MAX_TRAILER_SIZE)),
                value(Settings.REQUEST_HEAD_TIME),
                value(Settings.REQUEST_BODY_TIME),
                value(Settings.KEEP_ALIVE_TIME),
                backlog,
                log,
                value(Settings.MESSAGES_PER_SECOND),
                value(Settings.CONTROL_FRAMES_PER_SECOND),
                valueOr(Settings.MAX_CONNECTIONS, Limits.defaults().connections()));
    }

    private Configuration.SocketIoSettings socketIo() {
        String jwtSecret = find(Settings.SOCKETIO_JWT_SECRET);
        if (jwtSecret != null
                && jwtSecret.getBytes(StandardCharsets.UTF_8).length < MIN_JWT_SECRET_BYTES) {
            problems.add(
                    origin(Settings.SOCKETIO_JWT_SECRET),
                    "socketio.jwt_secret is too short (and not shown here); it must have 32 bytes"
                            + " or more");
        }
        return new Configuration.SocketIoSettings(
                value(Settings.SOCKETIO_ENABLED),
                value(Settings.SOCKETIO_PATH),
                value(Settings.SOCKETIO_EIO3),
                value(Settings.SOCKETIO_PING_INTERVAL),
                value(Settings.SOCKETIO_PING_TIMEOUT),
                value(Settings.SOCKETIO_MAX_MESSAGE),
                jwtSecret,
                find(Settings.SOCKETIO_AUTH_ENDPOINT),
                value(Settings.SOCKETIO_AUTH_TIMEOUT));
    }

    private Configuration.Shutdown shutdown(boolean development) {
        Duration delay = valueOr(Settings.DRAIN_DELAY, Duration.ofSeconds(development ? 0 : 5));
        Duration grace = valueOr(Settings.GRACE, Duration.ofSeconds(development ? 1 : 25));
        Duration timeout = value(Settings.TIMEOUT);
        if (timeout.compareTo(delay.plus(grace)) < 0) {
            problems.add(
                    origin(Settings.TIMEOUT),
                    "shutdown.timeout ("
                            + Units.time(timeout)
                            + ") must be at least shutdown.drain_delay and shutdown.grace together ("
                            + Units.time(delay.plus(grace))
                            + ")");
        }
        return new Configuration.Shutdown(delay, grace, timeout);
    }

    // ---- apps

    /** Nobody has named an app, at most tuned the one that is there without asking. */
    private boolean isDevelopment(Layer fromFile) {
        boolean named =
                Settings.ALL.stream()
                        .filter(Setting::isRequired)
                        .anyMatch(setting -> given(setting.name(0)) != null);
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

    private List<App> developmentApp(Dialect dialect) {
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

    private List<App> apps(Dialect dialect) {
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
        if (given(setting.name(app)) == null) {
            String variables = setting.environment(app);
            if (app == 0 && setting.reverb() != null) {
                variables += " or " + setting.reverb();
            }
            problems.add(
                    where,
                    setting.name(app) + " is missing; set it in the file, or with " + variables);
        }
        return valueOr(setting, app, "");
    }

    private void unique(
            Setting<String> setting, int app, String value, Map<String, String> others) {
        String other = value.isEmpty() ? null : others.putIfAbsent(value, setting.name(app));
        if (other != null) {
            problems.add(
                    origin(setting, app),
                    setting.name(app) + " is " + shown(value) + ", the same as " + other);
        }
    }

    private App app(
            int i,
            Dialect byDefault,
            String id,
            String key,
            String secret,
            @Nullable ClientEvents clientEventsByDefault) {
        Dialect dialect = valueOr(Settings.APP_DIALECT, i, byDefault);
        Dialect.Defaults defaults = dialect.defaults();
        return App.builder(id, key, secret)
                .enabled(value(Settings.APP_ENABLED, i))
                .dialect(dialect)
                .allowedOrigins(value(Settings.APP_ORIGINS, i))
                .clientEvents(
                        valueOr(
                                Settings.APP_CLIENT_EVENTS,
                                i,
                                Objects.requireNonNullElse(
                                        clientEventsByDefault, defaults.clientEvents())))
                .maxConnections(value(Settings.APP_MAX_CONNECTIONS, i))
                .maxMessageBytes(
                        valueOr(Settings.APP_MAX_MESSAGE_SIZE, i, defaults.maxMessageBytes()))
                .activityTimeout(
                        valueOr(Settings.APP_ACTIVITY_TIMEOUT, i, defaults.activityTimeout()))
                .pingInterval(valueOr(Settings.APP_PING_INTERVAL, i, defaults.pingInterval()))
                .pongTimeout(value(Settings.APP_PONG_TIMEOUT, i))
                .maxChannelsPerConnection(value(Settings.APP_MAX_CHANNELS, i))
                .publish(publish(i, defaults.publish()))
                .presence(presence(i, defaults.presence()))
                .rateLimit(rateLimit(i))
                .checksTimestamp(
                        valueOr(Settings.APP_CHECK_TIMESTAMP, i, defaults.checksTimestamp()))
                .build();
    }

    private Dialect.PublishLimits publish(int i, Dialect.PublishLimits defaults) {
        return new Dialect.PublishLimits(
                valueOr(Settings.APP_EVENT_CHANNELS, i, defaults.channels()),
                valueOr(Settings.APP_EVENT_BATCH, i, defaults.batch()),
                valueOr(Settings.APP_EVENT_BYTES, i, defaults.dataBytes()),
                valueOr(Settings.APP_EVENT_NAME, i, defaults.nameChars()));
    }

    private Dialect.PresenceLimits presence(int i, Dialect.PresenceLimits defaults) {
        return new Dialect.PresenceLimits(
                valueOr(Settings.APP_PRESENCE_MEMBERS, i, defaults.members()),
                valueOr(Settings.APP_PRESENCE_MEMBER_BYTES, i, defaults.memberBytes()));
    }

    private App.@Nullable RateLimit rateLimit(int i) {
        var limit =
                new App.RateLimit(
                        value(Settings.APP_RATE_ATTEMPTS, i),
                        value(Settings.APP_RATE_SECONDS, i),
                        value(Settings.APP_RATE_TERMINATES, i));
        return value(Settings.APP_RATE_ENABLED, i) ? limit : null;
    }

    // ---- secrets

    /** On this machine alone anything goes; the rest of the world can read samples, too. */
    private void checkSecrets(List<App> apps, String host) {
        if (isLoopback(host)) {
            return;
        }
        for (int i = 0; i < apps.size(); i++) {
            App app = apps.get(i);
            String name = Settings.APP_SECRET.name(i);
            String where = origin(Settings.APP_SECRET, i);
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
