package dev.resound.server;

import dev.resound.pusher.WebhookReplay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code resound webhooks}: what to do about calls that could not be made. */
@Command(
        name = "webhooks",
        description = "Sends webhooks again that could not be delivered.",
        synopsisSubcommandLabel = "COMMAND")
final class WebhookCommand {
    private final Surroundings surroundings;
    private final Configured configured;

    /** Reads the configuration and goes on with it; the result is the exit code. */
    interface Configured {
        int run(
                @Nullable String file,
                Map<String, String> flags,
                Function<Configuration, Integer> then);
    }

    WebhookCommand(Surroundings surroundings, Configured configured) {
        this.surroundings = surroundings;
        this.configured = configured;
    }

    @Command(
            name = "replay",
            description = {
                "Sends dead letters again, once each, signed with the app's present secret.",
                "What fails again stays in the file. The server may be running."
            },
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:all were delivered, or there were none",
                "1:some are still in the file",
                "2:wrong usage, or errors in the configuration"
            })
    int replay(
            @Option(
                            names = "--file",
                            paramLabel = "FILE",
                            description = "Instead of webhooks.dead_letters.")
                    @Nullable String file,
            @Option(names = "--app", paramLabel = "ID", description = "Only those of this app.")
                    @Nullable String app,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json,
            @Option(
                            names = "--config",
                            paramLabel = "FILE",
                            description = "Instead of resound.yml or RESOUND_CONFIG.")
                    @Nullable String config) {
        return configured.run(
                config, Map.of(), configuration -> replay(configuration, file, app, json));
    }

    private int replay(
            Configuration configuration,
            @Nullable String file,
            @Nullable String app,
            boolean json) {
        Path letters =
                file == null
                        ? configuration.webhooks().deadLetters()
                        : surroundings.directory().resolve(file).toAbsolutePath();
        var apps = configuration.apps().list();
        if (letters == null) {
            return wrong("which file? Set webhooks.dead_letters, or name it with --file");
        }
        if (app != null && apps.stream().noneMatch(each -> each.id().equals(app))) {
            return wrong("no app with the id " + Values.shown(app) + " is configured");
        }
        WebhookReplay.Result result;
        try {
            result =
                    new WebhookReplay(letters, apps, configuration.webhooks().timeout())
                            .run(id -> app == null || app.equals(id));
        } catch (IOException failed) {
            surroundings.err().println("resound: " + letters + ": " + failed.getMessage());
            return Main.FAILED;
        }
        surroundings.out().println(json ? json(result) : text(result));
        return result.kept() == 0 ? Main.OK : Main.FAILED;
    }

    private int wrong(String message) {
        surroundings.err().println("resound: " + message);
        return Main.WRONG;
    }

    private static String text(WebhookReplay.Result result) {
        String others = result.others() == 0 ? "" : ", of other apps: " + result.others();
        return "delivered: " + result.delivered() + ", kept: " + result.kept() + others;
    }

    private static String json(WebhookReplay.Result result) {
        return "{\"delivered\":%d,\"kept\":%d,\"other_apps\":%d}"
                .formatted(result.delivered(), result.kept(), result.others());
    }
}
