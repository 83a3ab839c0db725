package dev.resound.server;

import dev.resound.netty.HttpLimits;
import dev.resound.netty.Limits;
import dev.resound.netty.Tls;
import dev.resound.pusher.App;
import dev.resound.pusher.Dialect;
import dev.resound.pusher.FallbackOptions;
import dev.resound.pusher.WebhookOptions;
import dev.resound.redis.RedisOptions;
import dev.resound.redis.ReverbVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Configuration} of the layers: the file, soketi's and Reverb's environment, our
 * own, the flags, of which the last one that says something wins. Goes on after a mistake, to find
 * them all. Used once.
 */
final class ConfigurationReader {
    static final String FILE = "resound.yml";
    static final String DOT_ENV = ".env";

    private static final int MIN_JWT_SECRET_BYTES = 32; // RFC 7518, section 3.2
    private static final int DEFAULT_PORT = 8_080;
    private static final int SOKETI_PORT = 6_001;
    private static final int REVERB_REQUEST_BYTES = 10_000;

    private final Path directory;
    private final Map<String, String> variables;
    private final Problems problems = new Problems();
    private final List<String> warnings = new ArrayList<>();
    private List<Layer> layers = List.of();
    private Values values = new Values(layers, problems);

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
        Map<String, DotEnv.Entry> project = dotEnv();
        SoketiEnvironment.Layers soketi =
                SoketiEnvironment.read(variables, project, dotEnvName(), problems, warnings);
        layers =
                List.of(
                        soketi.defaults(),
                        fromFile,
                        environment.reverb(project, dotEnvName()),
                        soketi.set(),
                        environment.reverb(),
                        environment.resound(),
                        flagLayer(flags));
        values = new Values(layers, problems);
        Dialect dialect = values.value(Settings.DIALECT);
        AppsReader reader = new AppsReader(layers, values, problems, warnings);
        AppTable table = appTable();
        boolean development = table == null && reader.isDevelopment(fromFile);
        String host = host(development);
        List<App> apps = development ? reader.developmentApp(dialect) : reader.apps(dialect);
        if (!development) {
            reader.checkSecrets(apps, host);
        }
        Configuration configuration =
                new Configuration(
                        listen(host, dialect),
                        limits(apps, table),
                        fallback(),
                        shutdown(development),
                        socketIo(),
                        new DeviceReader(directory, values, problems, warnings).read(host),
                        cluster(),
                        webhooks(),
                        new Configuration.Apps(apps, dialect, development, table),
                        values.value(Settings.ACCEPT_TRAFFIC_MEMORY),
                        values.value(Settings.METRICS),
                        restart(),
                        values.value(Settings.DEBUG),
                        new Configuration.Notes(sources(), warnings, settings()));
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

    private String dotEnvName() {
        String named = variables.getOrDefault(Environment.ENV_FILE, "").strip();
        return named.isEmpty() ? DOT_ENV : named;
    }

    /** What a project has in the file next to it; of that, Reverb's and soketi's is looked at. */
    private Map<String, DotEnv.Entry> dotEnv() {
        String name = dotEnvName();
        boolean isNamed = variables.getOrDefault(Environment.ENV_FILE, "").strip().equals(name);
        Path file = directory.resolve(name);
        if (!isNamed && !Files.isReadable(file)) {
            return Map.of();
        }
        try {
            return DotEnv.read(file);
        } catch (IOException unreadable) {
            if (isNamed) {
                problems.add(
                        Environment.ENV_FILE,
                        "names "
                                + Printable.of(name)
                                + ", which cannot be read ("
                                + unreadable.getClass().getSimpleName()
                                + ")");
            }
            return Map.of();
        }
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

    private Map<String, Given> settings() {
        Map<String, Given> settings = new HashMap<>();
        for (Setting<?> setting : Settings.ALL) {
            Given given = setting.isOfApp() ? null : values.given(setting.name());
            if (given != null) {
                settings.put(setting.name(), given);
            }
        }
        return settings;
    }

    // ---- the port

    private String host(boolean development) {
        String host = values.valueOr(Settings.HOST, development ? "127.0.0.1" : "0.0.0.0");
        if (development && !isLoopback(host)) {
            problems.add(
                    values.origin(Settings.HOST),
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
                values.valueOr(
                        Settings.PORT_NUMBER,
                        dialect == Dialect.SOKETI ? SOKETI_PORT : DEFAULT_PORT),
                values.value(Settings.PATH),
                values.find(Settings.HOSTNAME),
                values.valueOr(Settings.LOOPS, Runtime.getRuntime().availableProcessors()),
                tls());
    }

    private @Nullable Tls tls() {
        Path certificate = pemFile(Settings.CERTIFICATE);
        Path key = pemFile(Settings.KEY);
        String password = values.find(Settings.KEY_PASSWORD);
        boolean hasCertificate = values.given(Settings.CERTIFICATE.name()) != null;
        boolean hasKey = values.given(Settings.KEY.name()) != null;
        if (hasCertificate && !hasKey) {
            problems.add(
                    values.origin(Settings.CERTIFICATE), "server.tls.key is missing beside it");
        } else if (hasKey && !hasCertificate) {
            problems.add(
                    values.origin(Settings.KEY), "server.tls.certificate is missing beside it");
        } else if (password != null && !hasKey) {
            problems.add(
                    values.origin(Settings.KEY_PASSWORD),
                    "server.tls.certificate and server.tls.key are missing beside it");
        }
        return certificate == null || key == null ? null : new Tls(certificate, key, password);
    }

    private @Nullable Path pemFile(Setting<Path> setting) {
        Path written = values.find(setting);
        if (written == null) {
            return null;
        }
        Path file = directory.resolve(written);
        if (Files.isRegularFile(file) && Files.isReadable(file)) {
            return file;
        }
        problems.add(
                values.origin(setting),
                setting.name()
                        + " is "
                        + Values.shown(written.toString())
                        + (Files.exists(file)
                                ? ", which cannot be read by this user"
                                : ", and there is no such file")
                        + "; it must be a PEM file");
        return null;
    }

    private Limits limits(List<App> apps, @Nullable AppTable table) {
        boolean allReverb =
                (table == null || isReverb(table.dialect()))
                        && apps.stream().allMatch(app -> isReverb(app.dialect()));
        int backlog = values.value(Settings.BACKLOG);
        int log = values.value(Settings.LOG);
        if (backlog > log) {
            boolean fromLog = values.given(Settings.BACKLOG.name()) == null;
            problems.add(
                    values.origin(fromLog ? Settings.LOG : Settings.BACKLOG),
                    "limits.backlog ("
                            + Units.size(backlog)
                            + ") must not be above limits.log ("
                            + Units.size(log)
                            + ")");
            backlog = log;
        }
        return new Limits(
                new HttpLimits(
                        values.value(Settings.MAX_REQUEST_LINE),
                        values.value(Settings.MAX_HEADER_SIZE),
                        values.value(Settings.MAX_HEADER_FIELDS),
                        values.valueOr(
                                Settings.MAX_REQUEST_SIZE,
                                allReverb ? REVERB_REQUEST_BYTES : 1 << 20),
                        values.value(Settings.MAX_CHUNK_HEADER),
                        values.value(Settings.MAX_TRAILER_SIZE)),
                values.value(Settings.REQUEST_HEAD_TIME),
                values.value(Settings.REQUEST_BODY_TIME),
                values.value(Settings.KEEP_ALIVE_TIME),
                backlog,
                log,
                values.value(Settings.MESSAGES_PER_SECOND),
                values.value(Settings.CONTROL_FRAMES_PER_SECOND),
                values.valueOr(Settings.MAX_CONNECTIONS, Limits.defaults().connections()));
    }

    private @Nullable FallbackOptions fallback() {
        FallbackOptions options =
                new FallbackOptions(
                        values.find(Settings.FALLBACK_HOSTNAME),
                        values.value(Settings.FALLBACK_SESSIONS),
                        values.value(Settings.FALLBACK_PATIENCE));
        return values.value(Settings.FALLBACK) ? options : null;
    }

    private static boolean isReverb(Dialect dialect) {
        return dialect.name().equals(Dialect.REVERB.name());
    }

    private @Nullable AppTable appTable() {
        String url = values.find(StoreSettings.APP_SOURCE_URL);
        AppTable table =
                new AppTable(
                        url == null ? "" : url,
                        values.find(StoreSettings.APP_SOURCE_USER),
                        values.find(StoreSettings.APP_SOURCE_PASSWORD),
                        values.value(StoreSettings.APP_SOURCE_TABLE),
                        values.value(StoreSettings.APP_SOURCE_POOL),
                        values.value(StoreSettings.APP_SOURCE_CACHE_TTL),
                        values.value(StoreSettings.APP_SOURCE_NEGATIVE_TTL),
                        values.value(StoreSettings.APP_SOURCE_STALE_TTL),
                        values.value(StoreSettings.APP_SOURCE_DIALECT));
        if (values.given(StoreSettings.APP_SOURCE_URL.name()) != null) {
            return table; // with a wrong URL, too: then this is no development mode either
        }
        for (Setting<?> setting :
                List.of(StoreSettings.APP_SOURCE_USER, StoreSettings.APP_SOURCE_PASSWORD)) {
            if (values.given(setting.name()) != null) {
                problems.add(values.origin(setting), "app_source.url is missing beside it");
            }
        }
        return null;
    }

    private Configuration.@Nullable Cluster cluster() {
        List<String> urls = values.find(ClusterSettings.REDIS);
        if (values.given(ClusterSettings.REDIS.name()) == null) {
            for (Setting<?> setting : ClusterSettings.ALL) {
                if (values.given(setting.name()) != null) {
                    problems.add(values.origin(setting), "cluster.redis is missing beside it");
                }
            }
        }
        boolean cluster = values.value(ClusterSettings.REDIS_CLUSTER);
        String user = values.find(ClusterSettings.USER);
        String password = values.find(ClusterSettings.PASSWORD);
        Path trust = pemFile(ClusterSettings.TRUST);
        String prefix = values.value(ClusterSettings.PREFIX);
        int queue = values.value(ClusterSettings.QUEUE);
        Duration readyWithout = values.value(ClusterSettings.READY_WITHOUT);
        Configuration.ReverbCluster reverb = reverb();
        if (urls == null) {
            return null;
        }
        boolean several = urls.size() > 1;
        if (reverb != null && (several || cluster)) {
            problems.add(
                    values.origin(ClusterSettings.REVERB_CHANNEL),
                    "is of no use with a Redis Cluster, which Reverb does not know");
        }
        try {
            var options = new RedisOptions(urls, several || cluster, user, password, trust, queue);
            return new Configuration.Cluster(options, prefix, readyWithout, reverb);
        } catch (IllegalArgumentException noCertificates) { // all else was looked at before
            problems.add(
                    values.origin(ClusterSettings.TRUST),
                    ClusterSettings.TRUST.name() + " names a file that holds no certificates");
            return null;
        }
    }

    private Configuration.@Nullable ReverbCluster reverb() {
        String channel = values.find(ClusterSettings.REVERB_CHANNEL);
        ReverbVersion version = values.value(ClusterSettings.REVERB_VERSION);
        if (values.given(ClusterSettings.REVERB_CHANNEL.name()) == null
                && values.given(ClusterSettings.REVERB_VERSION.name()) != null) {
            problems.add(
                    values.origin(ClusterSettings.REVERB_VERSION),
                    "cluster.reverb_channel is missing beside it");
        }
        return channel == null ? null : new Configuration.ReverbCluster(channel, version);
    }

    private Configuration.@Nullable RestartSettings restart() {
        String text = values.find(StoreSettings.RESTART_SIGNAL_STORE);
        String user = values.find(StoreSettings.RESTART_SIGNAL_USER);
        String password = values.find(StoreSettings.RESTART_SIGNAL_PASSWORD);
        String table = values.value(StoreSettings.RESTART_SIGNAL_TABLE);
        String key = values.value(StoreSettings.RESTART_SIGNAL_KEY);
        Duration interval = values.value(StoreSettings.RESTART_SIGNAL_INTERVAL);
        boolean given = values.given(StoreSettings.RESTART_SIGNAL_STORE.name()) != null;
        SignalStore store = text == null ? null : SignalStore.read(text, user, password, table);
        if (!given || store instanceof DirectoryStore) {
            String why =
                    given
                            ? "is of no use: a directory is read as the server's own user"
                            : "restart_signal.store is missing beside it";
            for (Setting<?> setting :
                    List.of(
                            StoreSettings.RESTART_SIGNAL_USER,
                            StoreSettings.RESTART_SIGNAL_PASSWORD)) {
                if (values.given(setting.name()) != null) {
                    problems.add(values.origin(setting), why);
                }
            }
        }
        if (store instanceof DirectoryStore(Path path)) {
            store = new DirectoryStore(directory.resolve(path));
            if (!Files.isDirectory(directory.resolve(path))) {
                problems.add(
                        values.origin(StoreSettings.RESTART_SIGNAL_STORE),
                        "restart_signal.store (not shown here) is no URL and no directory that"
                                + " there is; it must be "
                                + StoreSettings.RESTART_SIGNAL_STORE.kind().expected());
            }
        }
        return store == null ? null : new Configuration.RestartSettings(store, key, interval);
    }

    private Configuration.SocketIoSettings socketIo() {
        String jwtSecret = values.find(Settings.SOCKETIO_JWT_SECRET);
        if (jwtSecret != null
                && jwtSecret.getBytes(StandardCharsets.UTF_8).length < MIN_JWT_SECRET_BYTES) {
            problems.add(
                    values.origin(Settings.SOCKETIO_JWT_SECRET),
                    "socketio.jwt_secret is too short (and not shown here); it must have 32 bytes"
                            + " or more");
        }
        return new Configuration.SocketIoSettings(
                values.value(Settings.SOCKETIO_ENABLED),
                values.value(Settings.SOCKETIO_PATH),
                values.value(Settings.SOCKETIO_EIO3),
                values.value(Settings.SOCKETIO_PING_INTERVAL),
                values.value(Settings.SOCKETIO_PING_TIMEOUT),
                values.value(Settings.SOCKETIO_MAX_MESSAGE),
                jwtSecret,
                values.find(Settings.SOCKETIO_AUTH_ENDPOINT),
                values.value(Settings.SOCKETIO_AUTH_TIMEOUT));
    }

    private WebhookOptions webhooks() {
        return WebhookOptions.defaults()
                .withDeadLetters(values.fileToWrite(Settings.WEBHOOKS_DEAD_LETTERS, directory))
                .withTimeout(values.value(Settings.WEBHOOKS_TIMEOUT))
                .withBatchTime(values.value(Settings.WEBHOOKS_BATCH_TIME));
    }

    private Configuration.Shutdown shutdown(boolean development) {
        Duration delay =
                values.valueOr(Settings.DRAIN_DELAY, Duration.ofSeconds(development ? 0 : 5));
        Duration grace = values.valueOr(Settings.GRACE, Duration.ofSeconds(development ? 1 : 25));
        Duration timeout = values.value(Settings.TIMEOUT);
        if (timeout.compareTo(delay.plus(grace)) < 0) {
            problems.add(
                    values.origin(Settings.TIMEOUT),
                    "shutdown.timeout ("
                            + Units.time(timeout)
                            + ") must be at least shutdown.drain_delay and shutdown.grace together ("
                            + Units.time(delay.plus(grace))
                            + ")");
        }
        return new Configuration.Shutdown(delay, grace, timeout);
    }
}
