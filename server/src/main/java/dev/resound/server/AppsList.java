package dev.resound.server;

import dev.resound.pusher.App;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;

/** {@code resound apps list}: never a secret. */
@Command(name = "list", description = "Lists the configured apps, without their secrets.")
final class AppsList implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin private final OutputOptions output = new OutputOptions();
    private @Nullable String config;

    AppsList(Surroundings surroundings) {
        this.surroundings = surroundings;
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
        return out.of(() -> list(out));
    }

    private int list(Output out) throws ConfigurationException {
        Configuration configuration =
                new ConfigurationReader(surroundings.directory(), surroundings.variables())
                        .read(config, Map.of());
        AppOrigins origins = AppOrigins.of(surroundings, config);
        ArrayNode document = Output.array();
        List<String> lines = new ArrayList<>();
        List<App> apps = configuration.apps().list();
        for (int i = 0; i < apps.size(); i++) {
            App app = apps.get(i);
            String where =
                    configuration.apps().development()
                            ? "development mode"
                            : origins.of(AppSettings.ID, i);
            document.addObject()
                    .put("id", app.id())
                    .put("key", app.key())
                    .put("dialect", app.dialect().name())
                    .put("enabled", app.enabled())
                    .put("where", where);
            lines.add(
                    app.id()
                            + "  key "
                            + app.key()
                            + "  "
                            + app.dialect().name()
                            + (app.enabled() ? "  enabled  " : "  disabled  ")
                            + where);
        }
        return out.answer(document, String.join(System.lineSeparator(), lines));
    }

    /** Where the settings of apps were written. */
    static final class AppOrigins {
        private final Values values;

        private AppOrigins(Values values) {
            this.values = values;
        }

        /** Reads the layers once more, which {@link ConfigurationReader} keeps to itself. */
        static AppOrigins of(Surroundings surroundings, @Nullable String config) {
            Problems told = new Problems();
            ConfigurationPath file =
                    ConfigurationPath.find(
                            surroundings.directory(), surroundings.variables(), config);
            Environment environment =
                    new Environment(surroundings.variables(), told, new ArrayList<>());
            Layer fromFile =
                    file == null
                            ? new Layer("no file", Map.of(), new TreeMap<>())
                            : ConfigurationFile.read(file.path(), file.shown(), told);
            List<Layer> layers = List.of(fromFile, environment.reverb(), environment.resound());
            return new AppOrigins(new Values(layers, told));
        }

        String of(Setting<?> setting, int app) {
            return values.origin(setting, app);
        }
    }
}
