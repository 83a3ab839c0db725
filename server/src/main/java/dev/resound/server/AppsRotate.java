package dev.resound.server;

import dev.resound.pusher.App;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code resound apps rotate}: another secret. */
@Command(name = "rotate", description = "Makes up another secret for an app.")
final class AppsRotate implements Callable<Integer> {
    private static final String CONSEQUENCE =
            "From the next start on the old one is refused: change every back end that signs with"
                    + " it.";

    private final Surroundings surroundings;

    @Mixin private final OutputOptions output = new OutputOptions();
    private String id = "";
    private @Nullable String write;
    private @Nullable String config;

    AppsRotate(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Parameters(paramLabel = "ID", description = "The app.")
    void id(String value) {
        id = value;
    }

    @Option(
            names = "--write",
            paramLabel = "FILE",
            description = "Put it into this file, in place of the old one; all else in it stays.")
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
        return out.of(() -> rotate(out));
    }

    private int rotate(Output out) throws IOException, ConfigurationException, WrongUsage {
        String secret = new NewCredentials().secret();
        String where;
        if (write == null) {
            where = whereItIs();
        } else {
            YamlFile file = YamlFile.read(surroundings.directory().resolve(write));
            file.write(file.withSecret(id, secret));
            where = write;
        }
        ObjectNode document = Output.object().put("id", id).put("secret", secret);
        document.put("where", where).put("written", write != null);
        return out.answer(
                document,
                (write == null ? "put into " : "written to ")
                        + Printable.of(where)
                        + ": "
                        + secret
                        + System.lineSeparator()
                        + CONSEQUENCE);
    }

    private String whereItIs() throws ConfigurationException, WrongUsage {
        Configuration configuration =
                new ConfigurationReader(surroundings.directory(), surroundings.variables())
                        .read(config, Map.of());
        List<App> apps = configuration.apps().list();
        for (int i = 0; i < apps.size() && !configuration.apps().development(); i++) {
            if (apps.get(i).id().equals(id)) {
                return AppsList.AppOrigins.of(surroundings, config).of(AppSettings.SECRET, i);
            }
        }
        throw new WrongUsage("no app " + Printable.of(id) + " is configured");
    }
}
