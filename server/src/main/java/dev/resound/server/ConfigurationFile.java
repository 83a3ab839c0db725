package dev.resound.server;

import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.composer.ComposerException;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a YAML file as the nodes it is made of, because only they know their lines, and values as
 * the text that stands there: {@code id: 007} stays {@code 007}. Walks along the table of settings,
 * so that whatever else is in the file is unknown, and no file can be deeper than the table.
 */
final class ConfigurationFile {
    private static final String JSON_NUMBER =
            "-?(0|[1-9][0-9]{0,15})(\\.[0-9]{1,15})?([eE][+-]?[0-9]{1,2})?";
    private static final int MAX_DEPTH = 10;
    private static final String APPS = "apps";

    private static final Map<String, Setting<?>> SETTINGS =
            Settings.ALL.stream().collect(Collectors.toMap(Setting::name, Function.identity()));

    /** {@code server}, {@code server.tls}, {@code apps[]}, {@code apps[].presence}. */
    private static final Set<String> SECTIONS = sections();

    private final String file;
    private final Problems problems;
    private final Map<String, Given> values = new HashMap<>();
    private final TreeMap<Integer, String> apps = new TreeMap<>();

    private ConfigurationFile(String file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    private static Set<String> sections() {
        Set<String> sections = new HashSet<>();
        for (Setting<?> setting : Settings.ALL) {
            String name = setting.name();
            for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
                sections.add(name.substring(0, dot));
            }
        }
        return sections;
    }

    /**
     * What the file sets.
     *
     * @param shownAs the file's name in messages
     */
    static Layer read(Path path, String shownAs, Problems problems) {
        ConfigurationFile file = new ConfigurationFile(shownAs, problems);
        Node root = file.parse(path);
        if (root != null && !isNull(root)) {
            file.section("", "", root);
        }
        return new Layer(shownAs, file.values, file.apps);
    }

    private @Nullable Node parse(Path path) {
        try {
            return new Yaml(new LoaderOptions()).compose(new StringReader(Files.readString(path)));
        } catch (NoSuchFileException missing) {
            problems.add(file, "there is no such file");
        } catch (CharacterCodingException notText) {
            problems.add(file, "is not a text in UTF-8");
        } catch (IOException unreadable) {
            problems.add(file, "cannot be read (" + unreadable.getClass().getSimpleName() + ")");
        } catch (MarkedYAMLException malformed) {
            problems.add(at(malformed), "is no YAML from here on: " + reason(malformed));
        } catch (YAMLException malformed) {
            problems.add(file, "is no YAML: control characters, or nested too deep");
        }
        return null;
    }

    /**
     * Not the exception's whole message: that quotes the line, and there may be a secret in it.
     * What begins with * or ! is quoted even in the short reason.
     */
    private static String reason(MarkedYAMLException malformed) {
        String problem = Objects.requireNonNullElse(malformed.getProblem(), "");
        if (malformed instanceof ComposerException && problem.contains("document")) {
            return "one document is enough";
        }
        if (malformed instanceof ComposerException || problem.contains("tag")) {
            return "values that begin with *, & or ! must stand between quotes";
        }
        return Printable.of(problem);
    }

    private String at(MarkedYAMLException malformed) {
        var mark = malformed.getProblemMark();
        return mark == null ? file : file + ":" + (mark.getLine() + 1);
    }

    private String at(Node node) {
        return file + ":" + (node.getStartMark().getLine() + 1);
    }

    /**
     * Reads a section.
     *
     * @param schema its name in the table: {@code apps[].presence}, empty for the whole file
     * @param name its name in this file: {@code apps[0].presence}
     */
    private void section(String schema, String name, Node node) {
        if (!(node instanceof MappingNode mapping)) {
            String what = name.isEmpty() ? "the file" : name;
            problems.add(at(node), what + " must be a section with " + keysOf(schema));
            return;
        }
        Map<String, String> seen = new HashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
                problems.add(at(tuple.getKeyNode()), "a key must be a word");
                continue;
            }
            String key = keyNode.getValue();
            String earlier = seen.putIfAbsent(key, at(keyNode));
            if (earlier != null) {
                String twice = Printable.of(under(name, key));
                problems.add(at(keyNode), twice + " is there twice, first at " + earlier);
                continue;
            }
            entry(under(schema, key), under(name, key), keyNode, tuple.getValueNode());
        }
    }

    private void entry(String schema, String name, ScalarNode key, Node value) {
        Setting<?> setting = SETTINGS.get(schema);
        if (setting != null) {
            String text = text(setting.kind().form(), value);
            if (text == null && !isNull(value)) {
                problems.add(at(value), name + " must be " + setting.kind().expected());
            } else if (text != null) {
                values.put(name, new Given(text, at(value)));
            }
        } else if (SECTIONS.contains(schema)) {
            if (!isNull(value)) {
                section(schema, name, value);
            }
        } else if (schema.equals(APPS)) {
            apps(value);
        } else {
            unknown(schema, name, key);
        }
    }

    private void apps(Node value) {
        if (isNull(value)) {
            return;
        }
        if (!(value instanceof SequenceNode list)) {
            problems.add(at(value), "apps must be a list: every app begins with \"- id: …\"");
            return;
        }
        for (Node app : list.getValue()) {
            int index = apps.size();
            apps.put(index, at(app));
            section(APPS + "[]", APPS + "[" + index + "]", app);
        }
    }

    /**
     * A scalar, or the parts of a list joined by commas, or a tree as JSON; null if it is nothing,
     * or not of this form.
     */
    private static @Nullable String text(Kind.Form form, Node value) {
        return switch (value) {
            case ScalarNode scalar -> isNull(scalar) ? null : scalar.getValue();
            case Node tree when form == Kind.Form.TREE -> String.valueOf(json(tree, 0));
            case SequenceNode list when form == Kind.Form.LIST -> {
                List<String> texts = new ArrayList<>();
                for (Node item : list.getValue()) {
                    if (!(item instanceof ScalarNode scalar)) {
                        yield null;
                    }
                    texts.add(scalar.getValue());
                }
                yield String.join(",", texts);
            }
            default -> null;
        };
    }

    /** Null if it is nested too deep. */
    private static @Nullable JsonNode json(Node node, int depth) {
        if (depth > MAX_DEPTH) {
            return null;
        }
        return switch (node) {
            case SequenceNode list -> {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                for (Node item : list.getValue()) {
                    array.add(json(item, depth + 1));
                }
                yield array;
            }
            case MappingNode mapping -> {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                for (NodeTuple tuple : mapping.getValue()) {
                    if (tuple.getKeyNode() instanceof ScalarNode key) {
                        object.set(key.getValue(), json(tuple.getValueNode(), depth + 1));
                    }
                }
                yield object;
            }
            case ScalarNode scalar when !isNull(scalar) -> scalar(scalar);
            default -> JsonNodeFactory.instance.nullNode();
        };
    }

    /**
     * What JSON would take for a number or a truth is one; all else, and what is quoted, a text.
     */
    private static JsonNode scalar(ScalarNode scalar) {
        String text = scalar.getValue();
        if (scalar.isPlain() && text.matches(JSON_NUMBER)) {
            return JsonNodeFactory.instance.numberNode(new BigDecimal(text));
        }
        return scalar.isPlain() && (text.equals("true") || text.equals("false"))
                ? JsonNodeFactory.instance.booleanNode(text.equals("true"))
                : JsonNodeFactory.instance.stringNode(text);
    }

    private static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private void unknown(String schema, String name, ScalarNode key) {
        String last = key.getValue();
        // The right key in the wrong section is more likely than another key in this one.
        String suggestion =
                SETTINGS.keySet().stream()
                        .filter(known -> known.endsWith("." + last))
                        .min(String::compareTo)
                        .orElse(null);
        if (suggestion == null) {
            Set<String> known = new HashSet<>(SETTINGS.keySet());
            known.addAll(SECTIONS);
            suggestion = Spelling.nearest(schema, known);
        }
        String text = "there is no setting " + Printable.of(name);
        if (suggestion == null) {
            problems.add(at(key), text);
            return;
        }
        int index = Math.max(0, apps.size() - 1);
        String meant = suggestion.replace("[]", "[" + index + "]");
        problems.add(at(key), text + "; did you mean " + meant + "?");
    }

    private static String keysOf(String schema) {
        String prefix = schema.isEmpty() ? "" : schema + ".";
        return Settings.ALL.stream()
                .map(Setting::name)
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()).split("[.\\[]", 2)[0])
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static String under(String section, String key) {
        return section.isEmpty() ? key : section + "." + key;
    }
}
