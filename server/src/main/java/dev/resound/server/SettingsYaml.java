package dev.resound.server;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes settings as {@code resound.yml} has them, in the order of the table. */
final class SettingsYaml {
    private static final Pattern APP = Pattern.compile("apps\\[([0-9]+)]\\..*");

    private SettingsYaml() {}

    /**
     * A whole file.
     *
     * @param values texts by the names of their settings: {@code apps[0].key}
     */
    static String file(Map<String, String> values) {
        StringBuilder yaml = new StringBuilder();
        Map<String, Object> server = new LinkedHashMap<>();
        for (Setting<?> setting : Settings.ALL) {
            String text = setting.isOfApp() ? null : values.get(setting.name());
            if (text != null) {
                put(server, setting.name(), scalar(setting, text));
            }
        }
        append(yaml, "", server);
        TreeSet<Integer> apps = new TreeSet<>();
        for (String name : values.keySet()) {
            Matcher matcher = APP.matcher(name);
            if (matcher.matches()) {
                apps.add(Integer.parseInt(matcher.group(1)));
            }
        }
        if (!apps.isEmpty()) {
            yaml.append("apps:\n");
        }
        apps.forEach(app -> yaml.append(app(values, app, "  ")));
        return yaml.toString();
    }

    /** One item of the list of apps, with these blanks before its dash. */
    static String app(Map<String, String> values, int app, String indentation) {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (Setting<?> setting : Settings.ALL) {
            String text = setting.isOfApp() ? values.get(setting.name(app)) : null;
            if (text != null) {
                String name = setting.name().substring(setting.name().indexOf('.') + 1);
                put(tree, name, scalar(setting, text));
            }
        }
        StringBuilder yaml = new StringBuilder();
        append(yaml, indentation + "  ", tree);
        return yaml.replace(0, indentation.length() + 2, indentation + "- ").toString();
    }

    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> tree, String name, String value) {
        String[] parts = name.split("\\.");
        Map<String, Object> section = tree;
        for (String part : Arrays.asList(parts).subList(0, parts.length - 1)) {
            section =
                    (Map<String, Object>)
                            section.computeIfAbsent(part, p -> new LinkedHashMap<String, Object>());
        }
        section.put(parts[parts.length - 1], value);
    }

    private static void append(StringBuilder yaml, String indentation, Map<?, ?> section) {
        section.forEach((key, value) -> {
            yaml.append(indentation).append(key).append(':');
            if (value instanceof Map<?, ?> deeper) {
                yaml.append('\n');
                append(yaml, indentation + "  ", deeper);
            } else {
                yaml.append(' ').append(value).append('\n');
            }
        });
    }

    private static String scalar(Setting<?> setting, String text) {
        return switch (setting.kind().form()) {
            case TREE -> text; // JSON is YAML
            case LIST ->
                    Arrays.stream(text.split(","))
                            .map(part -> quoted(part.strip()))
                            .collect(Collectors.joining(", ", "[", "]"));
            case SECRET -> quoted(text);
            case PLAIN ->
                    text.matches("[A-Za-z0-9/][A-Za-z0-9/._-]*")
                                    && !text.equalsIgnoreCase("null")
                                    && !setting.isRequired()
                            ? text
                            : quoted(text);
        };
    }

    /** In double quotes, where everything can be said. */
    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
