package dev.resound.server;

import dev.resound.pusher.App;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that say which server and which app: those of the configuration unless they say
 * otherwise.
 */
final class TargetOptions {
    private @Nullable String url;
    private @Nullable String app;
    private @Nullable String key;
    private @Nullable String secret;
    private @Nullable String config;

    TargetOptions() {}

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The server, prefix included; default: the configured one.")
    void url(String value) {
        url = value;
    }

    @Option(
            names = "--app",
            paramLabel = "ID",
            description = "The app, if several are configured, or beside --key.")
    void app(String value) {
        app = value;
    }

    @Option(names = "--key", paramLabel = "KEY", description = "Of an app that is not configured.")
    void key(String value) {
        key = value;
    }

    @Option(
            names = "--secret",
            paramLabel = "SECRET",
            description = "Beside --key. Others on this machine can see it.")
    void secret(String value) {
        secret = value;
    }

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Instead of resound.yml or RESOUND_CONFIG.")
    void config(String value) {
        config = value;
    }

    /** Whether nothing has to be known from the configuration. */
    boolean isComplete() {
        return url != null && key != null;
    }

    /** The configuration, as {@code start} would read it. */
    Configuration configuration(Surroundings surroundings) throws ConfigurationException {
        return new ConfigurationReader(surroundings.directory(), surroundings.variables())
                .read(config, Map.of());
    }

    /** The server and the app that are meant. */
    Target target(Surroundings surroundings) throws ConfigurationException, WrongUsage {
        return isComplete() ? complete() : target(surroundings, configuration(surroundings));
    }

    /** The same, without any configuration. */
    Target complete() throws WrongUsage {
        if (url == null || key == null) {
            throw new IllegalStateException("not complete");
        }
        return new Target(Target.base(url), given(key));
    }

    Target target(Surroundings surroundings, Configuration configuration) throws WrongUsage {
        URI base = url == null ? address(surroundings, configuration) : Target.base(url);
        return new Target(base, key == null ? configured(configuration) : given(key));
    }

    private Credentials given(String ofApp) throws WrongUsage {
        check("--key", ofApp);
        if (app != null) {
            check("--app", app);
        }
        return new Credentials(app, ofApp, secret);
    }

    private static void check(String option, String value) throws WrongUsage {
        if (Kind.name().read(value) == null) {
            throw new WrongUsage(option + " must be " + Kind.name().expected());
        }
    }

    private Credentials configured(Configuration configuration) throws WrongUsage {
        if (secret != null) {
            throw new WrongUsage("--secret stands beside --key");
        }
        List<App> apps = configuration.apps().list();
        String ids = apps.stream().map(App::id).collect(Collectors.joining(", "));
        if (app == null && apps.size() > 1) {
            throw new WrongUsage("several apps are configured, say which: --app ID (" + ids + ")");
        }
        for (App candidate : apps) {
            if (app == null || candidate.id().equals(app)) {
                return Credentials.of(candidate);
            }
        }
        throw new WrongUsage("no app " + Printable.of(String.valueOf(app)) + "; there are: " + ids);
    }

    /** Where a server of this configuration can be reached from this machine. */
    private URI address(Surroundings surroundings, Configuration configuration) throws WrongUsage {
        Configuration.Listen listen = configuration.listen();
        boolean secure = listen.tls() != null;
        String host =
                switch (listen.host()) {
                    case "0.0.0.0" -> "127.0.0.1";
                    case "::" -> "::1";
                    case String address -> address;
                };
        if (secure && listen.hostname() != null) {
            host = listen.hostname(); // the certificate is for that name
        }
        int port = listen.port();
        if (port == 0) {
            port =
                    RunningServers.of(surroundings, config)
                            .only(null)
                            .map(RunningServer::port)
                            .orElseThrow(() ->
                                    new WrongUsage(
                                            "the configured port is 0, any free one: give --url"));
        }
        return Target.base(
                (secure ? "https://" : "http://")
                        + (host.contains(":") ? "[" + host + "]" : host)
                        + ":"
                        + port
                        + listen.path());
    }

    /** The file that was named, if one was. */
    @Nullable String config() {
        return config;
    }
}
