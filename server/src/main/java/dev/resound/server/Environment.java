package dev.resound.server;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads environment variables: {@code RESOUND_…} for every setting, and those of Laravel Reverb. An
 * empty one counts as not set, except where an app cannot be without the value: then somebody
 * wanted to set it, and it came out empty.
 */
final class Environment {
    /** Where the configuration file is. */
    static final String CONFIG = "RESOUND_CONFIG";

    /** Where a Laravel project's variables are, unless in {@code .env}. */
    static final String ENV_FILE = "RESOUND_ENV_FILE";

    /** What the launcher reads. */
    private static final Set<String> OTHERS =
            Set.of(CONFIG, ENV_FILE, "RESOUND_JAVA_HOME", "RESOUND_JAVA_OPTS");

    private static final Pattern APP_VARIABLE =
            Pattern.compile("RESOUND_APPS_([0-9]{1,3})__?([A-Z].*)");

    /** {@code apps[].key} by {@code KEY}. */
    private static final Map<String, Setting<?>> OF_APPS =
            Settings.ALL.stream()
                    .filter(Setting::isOfApp)
                    .collect(
                            Collectors.toMap(
                                    s -> s.environment().substring("RESOUND_APPS_0_".length()),
                                    s -> s));

    private static final Map<String, Setting<?>> OF_SERVER =
            Settings.ALL.stream()
                    .filter(setting -> !setting.isOfApp())
                    .collect(Collectors.toMap(Setting::environment, setting -> setting));

    private static final List<String> SECTIONS =
            List.of(
                    "RESOUND_SERVER_",
                    "RESOUND_APPS_",
                    "RESOUND_LIMITS_",
                    "RESOUND_SHUTDOWN_",
                    "RESOUND_SOCKETIO_",
                    "RESOUND_WEBHOOKS_",
                    "RESOUND_APP_SOURCE_",
                    "RESOUND_RESTART_SIGNAL_",
                    "RESOUND_DEVICE_SESSIONS_");

    /** What Kubernetes puts into every container of a namespace that has a service "resound". */
    private static final Pattern SERVICE_LINK =
            Pattern.compile("RESOUND_.*(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_[0-9]+_(TCP|UDP).*)");

    private final Map<String, String> variables;
    private final Problems problems;
    private final List<String> warnings;

    Environment(Map<String, String> variables, Problems problems, List<String> warnings) {
        this.variables = new TreeMap<>(variables);
        this.problems = problems;
        this.warnings = warnings;
    }

    /** What the {@code REVERB_…} variables set. Those about an app are about the first one. */
    Layer reverb() {
        return reverb(variables, Map.of(), "");
    }

    /**
     * The same of a Laravel project's file.
     *
     * @param shownAs the file's name in messages
     */
    Layer reverb(Map<String, DotEnv.Entry> file, String shownAs) {
        Map<String, String> texts = new TreeMap<>();
        Map<String, String> origins = new HashMap<>();
        file.forEach((name, entry) -> {
            texts.put(name, entry.value());
            origins.put(name, shownAs + ":" + entry.line() + " " + name);
        });
        return reverb(texts, origins, " in " + shownAs);
    }

    private Layer reverb(Map<String, String> variables, Map<String, String> origins, String where) {
        Map<String, Given> values = new HashMap<>();
        TreeMap<Integer, String> apps = new TreeMap<>();
        for (Setting<?> setting : Settings.ALL) {
            String variable = setting.reverb();
            String text = variable == null ? null : variables.get(variable);
            if (variable == null || text == null) {
                continue;
            }
            if (isLaravelsNull(text)) {
                if (!setting.isRequired()) {
                    continue;
                }
                text = "";
            }
            String origin = origins.getOrDefault(variable, variable);
            values.put(setting.name(0), new Given(text.strip(), origin));
            if (setting.isOfApp()) {
                apps.putIfAbsent(0, origin);
            }
        }
        if (ReverbScaling.isOn(variables) && !ReverbScaling.put(variables, origins, values)) {
            warnings.add(
                    "REVERB_SCALING_ENABLED: neither REDIS_URL nor REDIS_HOST is beside it; to join"
                            + " Reverb's cluster set cluster.redis and cluster.reverb_channel");
        }
        return new Layer(name(values.size(), "REVERB_") + where, values, apps);
    }

    private static String name(int variables, String prefix) {
        return variables + " " + prefix + (variables == 1 ? " variable" : " variables");
    }

    private static boolean isLaravelsNull(String text) {
        return switch (text.strip()) {
            case "", "null", "(null)", "empty", "(empty)" -> true;
            default -> false;
        };
    }

    /** What the {@code RESOUND_…} variables set. */
    Layer resound() {
        Map<String, Given> values = new HashMap<>();
        TreeMap<Integer, String> apps = new TreeMap<>();
        variables.forEach((variable, text) -> {
            if (!variable.startsWith(Setting.ENVIRONMENT_PREFIX) || OTHERS.contains(variable)) {
                return;
            }
            Matcher ofApp = APP_VARIABLE.matcher(variable);
            int app = ofApp.matches() ? Integer.parseInt(ofApp.group(1)) : 0;
            Setting<?> setting =
                    ofApp.matches() ? OF_APPS.get(ofApp.group(2)) : OF_SERVER.get(variable);
            if (setting == null) {
                unknown(variable);
            } else if (!text.isBlank() || setting.isRequired()) {
                put(values, setting.name(app), new Given(text.strip(), variable));
                if (setting.isOfApp()) {
                    apps.putIfAbsent(app, variable);
                }
            }
        });
        return new Layer(name(values.size(), Setting.ENVIRONMENT_PREFIX), values, apps);
    }

    private void put(Map<String, Given> values, String name, Given given) {
        Given other = values.put(name, given);
        if (other != null && !other.text().equals(given.text())) {
            problems.add(
                    given.origin(), "sets " + name + " to something else than " + other.origin());
        }
    }

    private void unknown(String variable) {
        if (SERVICE_LINK.matcher(variable).matches()) {
            return;
        }
        String meant = meant(variable);
        String shown = Printable.of(variable);
        String text =
                meant == null
                        ? "there is no such setting"
                        : "there is no such setting; did you mean " + meant + "?";
        // A foreign variable may begin with our name, too; only in our sections it cannot.
        if (SECTIONS.stream().anyMatch(variable::startsWith)) {
            problems.add(shown, text);
        } else if (meant != null) {
            warnings.add(shown + ": " + text);
        }
    }

    private static @Nullable String meant(String variable) {
        Matcher ofApp = APP_VARIABLE.matcher(variable);
        if (ofApp.matches()) {
            String setting = Spelling.nearest(ofApp.group(2), OF_APPS.keySet());
            return setting == null ? null : "RESOUND_APPS_" + ofApp.group(1) + "_" + setting;
        }
        return Spelling.nearest(variable, OF_SERVER.keySet());
    }
}
