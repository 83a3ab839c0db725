package dev.resound.server;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads the environment variables of soketi, {@code SOKETI_…}, as soketi reads them: an empty one
 * counts as not set, and where none says something, soketi's default holds. Apps come from the
 * variables or from a table, never from both.
 */
final class SoketiEnvironment {
    private static final String PREFIX = "SOKETI_";
    private static final String APP = PREFIX + "DEFAULT_APP_";
    private static final String DRIVER = PREFIX + "APP_MANAGER_DRIVER";
    private static final String NAME_LENGTH = PREFIX + "CHANNEL_LIMITS_MAX_NAME_LENGTH";
    private static final String DEFAULT = "soketi's default";
    private static final String USER_TIMEOUT_MILLIS = "30000";
    private static final int TIMEOUT_ROOM_SECONDS =
            20; // for shutdown.drain_delay, and what follows

    /** What soketi has and we do not, by variable: soketi's default, and what to know about it. */
    private static final Map<String, Absent> ABSENT =
            Map.of(
                    PREFIX + "ADAPTER_DRIVER",
                    new Absent("local", "nodes share nothing, every one is on its own"),
                    PREFIX + "CACHE_DRIVER",
                    new Absent("memory", "every node remembers its own"),
                    PREFIX + "QUEUE_DRIVER",
                    new Absent("sync", "calls of webhooks wait in this process"),
                    PREFIX + "RATE_LIMITER_DRIVER",
                    new Absent("local", "every node counts by itself"),
                    PREFIX + "METRICS_ENABLED",
                    new Absent(
                            "false",
                            "soketi's metrics are not there; metrics.enabled serves Resound's"),
                    PREFIX + "MODE",
                    new Absent("full", "a node does everything"),
                    PREFIX + "SSL_CA",
                    new Absent("", "the certificate's chain goes into its file"),
                    NAME_LENGTH,
                    new Absent("200", "names of channels have 200 characters at most"));

    /** About something that is warned of as a whole, or has no effect when it is off. */
    private static final List<String> DETAILS =
            List.of(
                    "ADAPTER_",
                    "APP_MANAGER_",
                    "CACHE_",
                    "CLUSTER_",
                    "DB_",
                    "METRICS_",
                    "QUEUE_",
                    "RATE_LIMITER_",
                    "WEBHOOKS_");

    /** What Kubernetes puts into every container of a namespace that has a service "soketi". */
    private static final Pattern SERVICE_LINK =
            Pattern.compile(PREFIX + ".*(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_[0-9]+_(TCP|UDP).*)");

    private final Map<String, Given> variables = new TreeMap<>();
    private final Problems problems;
    private final List<String> warnings;
    private final Map<String, Given> values = new HashMap<>();
    private final Map<String, Given> defaults = new HashMap<>();
    private final TreeMap<Integer, String> apps = new TreeMap<>();
    private final String name;

    private record Absent(String byDefault, String text) {}

    /**
     * What soketi's variables come to.
     *
     * @param set what they set
     * @param defaults of soketi, for what nobody sets
     */
    record Layers(Layer set, Layer defaults) {}

    private SoketiEnvironment(
            Map<String, String> environment,
            Map<String, DotEnv.Entry> file,
            String shownAs,
            Problems problems,
            List<String> warnings) {
        this.problems = problems;
        this.warnings = warnings;
        file.forEach((variable, entry) ->
                take(variable, entry.value(), shownAs + ":" + entry.line() + " " + variable));
        int inFile = variables.size();
        environment.forEach((variable, text) -> take(variable, text, variable));
        this.name =
                variables.size()
                        + (variables.size() == 1 ? " SOKETI_ variable" : " SOKETI_ variables")
                        + (inFile > 0 && inFile == variables.size() ? " in " + shownAs : "");
    }

    private void take(String variable, String text, String origin) {
        boolean link = SERVICE_LINK.matcher(variable).matches() || text.startsWith("tcp://");
        if (variable.startsWith(PREFIX) && !text.isBlank() && !link) {
            variables.put(variable, new Given(text.strip(), origin));
        }
    }

    /**
     * Reads.
     *
     * @param file the {@code .env} beside the server, which the environment goes before
     * @param shownAs that file's name in messages
     */
    static Layers read(
            Map<String, String> environment,
            Map<String, DotEnv.Entry> file,
            String shownAs,
            Problems problems,
            List<String> warnings) {
        SoketiEnvironment soketi =
                new SoketiEnvironment(environment, file, shownAs, problems, warnings);
        if (!soketi.variables.isEmpty()) {
            soketi.read();
        }
        return new Layers(
                new Layer(soketi.name, soketi.values, soketi.apps),
                new Layer("soketi's defaults", soketi.defaults, new TreeMap<>()));
    }

    private void read() {
        byDefault(Settings.DIALECT, "soketi");
        String driver = text(DRIVER, "array");
        switch (driver) {
            case "array" -> app();
            case "mysql" -> table("MYSQL", "jdbc:mysql", "3306", "root");
            case "postgres" -> table("POSTGRES", "jdbc:postgresql", "5432", "postgres");
            default -> warn(DRIVER, "is " + Values.shown(driver) + ", which has no counterpart");
        }
        boolean ofApps = driver.equals("array");
        for (Setting<?> setting : Settings.ALL) {
            SoketiVariable variable = setting.soketi();
            Given given = variable == null ? null : variables.get(variable.name());
            if (variable != null && given != null) {
                if (ofApps || !setting.isOfApp()) {
                    set(setting, variable, given);
                } else if (!variable.name().startsWith(APP)) {
                    warn(
                            variable.name(),
                            "has no effect on apps in a table; their rows, or the dialect, have"
                                    + " the limit");
                }
            }
        }
        authenticationTimeout();
        shutdownTimeout();
        variables.keySet().forEach(this::other);
    }

    private void set(Setting<?> setting, SoketiVariable variable, Given given) {
        String text = given.text();
        if (setting.isOfApp() && variable.name().startsWith(APP)) {
            apps.putIfAbsent(0, given.origin());
        }
        if (variable.isDefault(text)) {
            return;
        }
        if (variable.forbids(text)) {
            if (setting == AppSettings.RATE_CLIENT_EVENTS_EACH) {
                values.put(AppSettings.CLIENT_EVENTS.name(0), new Given("none", given.origin()));
            } else {
                problems.add(
                        given.origin(),
                        "is 0, which forbids everything in soketi and cannot be said here; -1 is no"
                                + " limit");
            }
            return;
        }
        String ours =
                variable.form() == SoketiVariable.Form.WEBHOOKS
                        ? SoketiImport.webhooks(text, given.origin(), warnings)
                        : variable.ours(text);
        // A rate of 0 has taken client events away already, whatever switches them on.
        values.putIfAbsent(setting.name(0), new Given(ours, given.origin()));
    }

    // ---- an app of the variables

    /** One named in part is soketi's sample app in the rest. */
    private void app() {
        if (List.of("ID", "KEY", "SECRET").stream().anyMatch(it -> has(APP + it))) {
            byDefault(AppSettings.ID, "app-id");
            byDefault(AppSettings.KEY, "app-key");
            byDefault(AppSettings.SECRET, "app-secret");
            byDefault(AppSettings.RATE_CLIENT_EVENTS_EACH, "0");
        }
    }

    /** Only where users sign in do sockets have to be somebody's. */
    private void authenticationTimeout() {
        String name = AppSettings.AUTHENTICATION_TIMEOUT.name(0);
        Given signIn = values.get(AppSettings.SIGN_IN.name(0));
        SoketiVariable variable = AppSettings.AUTHENTICATION_TIMEOUT.soketi();
        if (signIn == null || !Boolean.TRUE.equals(Kind.flag().read(signIn.text()))) {
            values.remove(name);
        } else if (variable != null) {
            byDefault(AppSettings.AUTHENTICATION_TIMEOUT, variable.ours(USER_TIMEOUT_MILLIS));
        }
    }

    /** A long grace must not be cut short by a timeout nobody thought of. */
    private void shutdownTimeout() {
        Given grace = values.get(Settings.GRACE.name());
        var time = grace == null ? null : Settings.GRACE.kind().read(grace.text());
        if (time != null
                && time.plusSeconds(TIMEOUT_ROOM_SECONDS).compareTo(Settings.TIMEOUT.defaultValue())
                        > 0) {
            byDefault(Settings.TIMEOUT, Units.time(time.plusSeconds(TIMEOUT_ROOM_SECONDS)));
        }
    }

    // ---- a table of apps

    private void table(String product, String scheme, String port, String user) {
        String of = PREFIX + "DB_" + product + "_";
        String host = text(of + "HOST", "127.0.0.1");
        String bracketed = host.contains(":") ? "[" + host + "]" : host;
        String url =
                scheme
                        + "://"
                        + bracketed
                        + ":"
                        + text(of + "PORT", port)
                        + "/"
                        + text(of + "DATABASE", "main");
        String origin = origin(DRIVER);
        if (!url.matches("jdbc:[a-z]+://[A-Za-z0-9._\\[\\]:%-]+/[A-Za-z0-9._$-]+")) {
            problems.add(
                    origin,
                    of + "HOST, _PORT and _DATABASE make no URL of a database; set app_source.url");
            return;
        }
        values.put(StoreSettings.APP_SOURCE_URL.name(), new Given(url, origin));
        values.put(
                StoreSettings.APP_SOURCE_USER.name(),
                new Given(text(of + "USERNAME", user), origin(of + "USERNAME")));
        take(StoreSettings.APP_SOURCE_PASSWORD, of + "PASSWORD");
        take(StoreSettings.APP_SOURCE_TABLE, PREFIX + "APP_MANAGER_" + product + "_TABLE");
        if (isOn(PREFIX + "DB_POOLING_ENABLED")) {
            take(StoreSettings.APP_SOURCE_POOL, PREFIX + "DB_POOLING_MAX");
        }
        String ttl = text(PREFIX + "APP_MANAGER_CACHE_TTL", "-1");
        if (isOn(PREFIX + "APP_MANAGER_CACHE_ENABLED") && !ttl.startsWith("-")) {
            take(StoreSettings.APP_SOURCE_CACHE_TTL, PREFIX + "APP_MANAGER_CACHE_TTL");
        }
    }

    private void take(Setting<?> setting, String variable) {
        Given given = variables.get(variable);
        if (given != null) {
            values.put(setting.name(), given);
        }
    }

    // ---- what has no counterpart

    private void other(String variable) {
        Absent absent = ABSENT.get(variable);
        if (absent != null) {
            String text = text(variable, "");
            boolean asked =
                    absent.byDefault().equals("false")
                            ? isOn(variable)
                            : !text.equals(absent.byDefault());
            if (asked) {
                String shown = "is " + Values.shown(text);
                warn(variable, shown + ", which has no counterpart: " + absent.text());
            }
            return;
        }
        String bare = variable.substring(PREFIX.length());
        boolean read =
                Settings.ALL.stream()
                        .anyMatch(it -> it.soketi() != null && it.soketi().name().equals(variable));
        if (!read && DETAILS.stream().noneMatch(bare::startsWith)) {
            warn(variable, "has no counterpart");
        }
    }

    // ---- variables

    private boolean has(String variable) {
        return variables.containsKey(variable);
    }

    private boolean isOn(String variable) {
        return Boolean.TRUE.equals(Kind.flag().read(text(variable, "false")));
    }

    private String text(String variable, String byDefault) {
        Given given = variables.get(variable);
        return given == null ? byDefault : given.text();
    }

    private String origin(String variable) {
        Given given = variables.get(variable);
        return given == null ? DEFAULT : given.origin();
    }

    private void byDefault(Setting<?> setting, String text) {
        defaults.put(setting.name(0), new Given(text, DEFAULT));
    }

    private void warn(String variable, String text) {
        warnings.add(Printable.of(origin(variable)) + ": " + text);
    }
}
