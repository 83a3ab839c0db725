package dev.resound.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code resound apps create}: an app nobody else has. */
@Command(
        name = "create",
        description = "Makes up an app, for resound.yml and for the .env of Laravel.")
final class AppsCreate implements Callable<Integer> {
    private static final int DEFAULT_PORT = 8_080;

    private final Surroundings surroundings;
    private final NewCredentials random = new NewCredentials();

    @Mixin private final OutputOptions output = new OutputOptions();
    private @Nullable String id;
    private @Nullable String key;
    private @Nullable String write;
    private @Nullable String config;

    AppsCreate(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Option(names = "--id", paramLabel = "ID", description = "Default: six random digits.")
    void id(String value) {
        id = value;
    }

    @Option(names = "--key", paramLabel = "KEY", description = "Default: a random one.")
    void key(String value) {
        key = value;
    }

    @Option(
            names = "--write",
            paramLabel = "FILE",
            description = "Add the app to the list of this file; all else in it stays.")
    void write(String value) {
        write = value;
    }

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Instead of resound.yml or RESOUND_CONFIG.")
    void config(String value) {
        config = value;
    }

    @Override
    public Integer call() {
        Output out = output.output(surroundings);
        return out.of(() -> create(out));
    }

    private int create(Output out) throws IOException, WrongUsage {
        String newId = id == null ? random.id() : name("--id", id);
        String newKey = key == null ? random.key() : name("--key", key);
        String secret = random.secret();
        Map<String, String> app = new LinkedHashMap<>();
        app.put(AppSettings.ID.name(0), newId);
        app.put(AppSettings.KEY.name(0), newKey);
        app.put(AppSettings.SECRET.name(0), secret);
        if (write != null) {
            append(app, newId, newKey, surroundings.directory().resolve(write));
        }
        List<String> laravel = laravel(newId, newKey, secret);
        String lines = String.join(System.lineSeparator(), laravel);
        String yaml = SettingsYaml.app(app, 0, "  ");
        var document = Output.object().put("id", newId).put("key", newKey).put("secret", secret);
        if (write != null) {
            document.put("file", write);
        }
        return out.answer(
                document.put("yaml", yaml).put("env", String.join("\n", laravel)),
                (write == null
                                ? "# resound.yml, below \"apps:\"\n" + yaml
                                : "# in "
                                        + Printable.of(write)
                                        + " now; served from the next start on\n")
                        + "\n# .env of Laravel\n"
                        + lines);
    }

    private static String name(String option, String value) throws WrongUsage {
        if (Kind.name().read(value) == null) {
            throw new WrongUsage(option + " must be " + Kind.name().expected());
        }
        return value;
    }

    private static void append(Map<String, String> app, String id, String key, Path path)
            throws IOException, WrongUsage {
        YamlFile file = YamlFile.read(path);
        if (file.hasApp("id", id) || file.hasApp("key", key)) {
            throw new WrongUsage("there is an app of this id or key in " + path);
        }
        file.write(file.withApp(app));
    }

    private List<String> laravel(String newId, String newKey, String secret) {
        String host = "localhost";
        int port = DEFAULT_PORT;
        boolean secure = false;
        try {
            Configuration.Listen listen =
                    new ConfigurationReader(surroundings.directory(), surroundings.variables())
                            .read(config, Map.of())
                            .listen();
            host = listen.hostname() == null ? host : listen.hostname();
            port = listen.port() == 0 ? port : listen.port();
            secure = listen.tls() != null;
        } catch (ConfigurationException unfinished) {
            // It may be unfinished just because the app is missing that is made here.
        }
        return List.of(
                "REVERB_APP_ID=" + newId,
                "REVERB_APP_KEY=" + newKey,
                "REVERB_APP_SECRET=" + secret,
                "REVERB_HOST=" + host,
                "REVERB_PORT=" + port,
                "REVERB_SCHEME=" + (secure ? "https" : "http"),
                "VITE_REVERB_APP_KEY=\"${REVERB_APP_KEY}\"",
                "VITE_REVERB_HOST=\"${REVERB_HOST}\"",
                "VITE_REVERB_PORT=\"${REVERB_PORT}\"",
                "VITE_REVERB_SCHEME=\"${REVERB_SCHEME}\"");
    }
}
