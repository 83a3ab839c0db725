package dev.resound.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the {@code .env} of a Laravel application that uses Reverb, or hosted Pusher. */
final class ReverbImport {
    private ReverbImport() {}

    static Imported read(String text) throws WrongUsage {
        Map<String, String> variables = variables(text);
        Imported imported = new Imported();
        if (!variables.containsKey("REVERB_APP_ID") && variables.containsKey("PUSHER_APP_ID")) {
            for (String name : List.of("ID", "KEY", "SECRET")) {
                variables.put(
                        "REVERB_APP_" + name, variables.getOrDefault("PUSHER_APP_" + name, ""));
            }
            imported.put(Settings.DIALECT, "pusher", "PUSHER_APP_ID");
            imported.warn(
                    "PUSHER_APP_ID",
                    "the dialect is pusher; if the server was soketi, make it soketi");
        }
        if (!variables.containsKey("REVERB_APP_ID")) {
            throw new WrongUsage(
                    "this is neither JSON nor a .env with REVERB_APP_ID or PUSHER_APP_ID");
        }
        settings(variables, imported);
        others(variables, imported);
        return imported;
    }

    private static void settings(Map<String, String> variables, Imported imported) {
        Problems problems = new Problems();
        List<String> warnings = new ArrayList<>();
        Layer layer = new Environment(variables, problems, warnings).reverb();
        for (Setting<?> setting : Settings.ALL) {
            Given given = layer.values().get(setting.name(0));
            if (given != null) {
                imported.put(setting, given.text(), given.origin());
            }
        }
        imported.warnings().addAll(warnings);
    }

    private static void others(Map<String, String> variables, Imported imported) {
        for (String name : variables.keySet()) {
            switch (name) {
                case "REVERB_PORT", "REVERB_SCHEME" ->
                        imported.warn(
                                name,
                                "tells clients where to connect and stays in .env; the port to"
                                        + " listen on is REVERB_SERVER_PORT");
                case ReverbScaling.ENABLED, ReverbScaling.CHANNEL -> {
                    // read together with where Redis is
                }
                default -> {
                    boolean known = Settings.ALL.stream().anyMatch(it -> name.equals(it.reverb()));
                    if (name.startsWith("REVERB_") && !known) {
                        imported.warn(name, "has no counterpart");
                    }
                }
            }
        }
    }

    static Map<String, String> variables(String text) {
        Map<String, String> variables = new LinkedHashMap<>();
        DotEnv.parse(text).forEach((name, entry) -> variables.put(name, entry.value()));
        return variables;
    }
}
