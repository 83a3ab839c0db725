package dev.resound.server;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.CollectionNode;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A configuration file that is changed in one place and stays as it is everywhere else, comments
 * and blanks included. Every change is read again and compared with what was to come out; if it is
 * not that, nothing is written.
 */
final class YamlFile {
    private static final int MAX_DEPTH = 20;

    private final Path path;
    private final String text;
    private final @Nullable Node root;

    private YamlFile(Path path, String text, @Nullable Node root) {
        this.path = path;
        this.text = text;
        this.root = root;
    }

    /**
     * Reads.
     *
     * @param path a file that is not there is an empty one
     */
    static YamlFile read(Path path) throws IOException, WrongUsage {
        try {
            String text = Files.exists(path) ? Files.readString(path) : "";
            return new YamlFile(path, text, compose(text));
        } catch (CharacterCodingException | YAMLException unreadable) {
            throw new WrongUsage(path + " is no YAML in UTF-8; see: resound check");
        }
    }

    private static @Nullable Node compose(String text) {
        return new Yaml(new LoaderOptions()).compose(new StringReader(text));
    }

    /** The file's text with one more app at the end of the list. */
    String withApp(Map<String, String> app) throws WrongUsage {
        String newLine = text.contains("\r\n") ? "\r\n" : "\n";
        Node apps = apps();
        String changed;
        if (apps == null) {
            changed = insert(text.length(), "apps:\n" + SettingsYaml.app(app, 0, "  "), newLine);
        } else if (isNull(apps)) {
            int column = appsKey().getStartMark().getColumn();
            String block = SettingsYaml.app(app, 0, " ".repeat(column + 2));
            changed = insert(lineAfter(index(apps.getEndMark())), block, newLine);
        } else if (apps instanceof SequenceNode list && isBlock(list)) {
            String block = SettingsYaml.app(app, 0, " ".repeat(list.getStartMark().getColumn()));
            changed = insert(lineAfter(end(list)), block, newLine);
        } else {
            throw unsafe();
        }
        check(changed, expectedWithApp(app));
        return changed;
    }

    /** The file's text with another secret of this app. */
    String withSecret(String id, String secret) throws WrongUsage {
        if (!(apps() instanceof SequenceNode list)) {
            throw new WrongUsage(path + " has no list of apps");
        }
        for (int i = 0; i < list.getValue().size(); i++) {
            Node app = list.getValue().get(i);
            if (value(app, "id") instanceof ScalarNode name && name.getValue().equals(id)) {
                if (!(value(app, "secret") instanceof ScalarNode old) || isNull(old)) {
                    throw new WrongUsage("the secret of app " + id + " is not in " + path);
                }
                return withSecret(i, old, secret);
            }
        }
        throw new WrongUsage("there is no app " + Printable.of(id) + " in " + path);
    }

    private String withSecret(int app, ScalarNode old, String secret) throws WrongUsage {
        String quote =
                switch (old.getScalarStyle()) {
                    case PLAIN -> "";
                    case SINGLE_QUOTED -> "'";
                    case DOUBLE_QUOTED -> "\"";
                    default -> throw unsafe();
                };
        String changed =
                text.substring(0, index(old.getStartMark()))
                        + quote
                        + secret
                        + quote
                        + text.substring(index(old.getEndMark()));
        List<Object> expected = tree(root, 0);
        replaceSecret(expected, app, secret);
        check(changed, expected);
        return changed;
    }

    /** Whether an app of the file has this value there. */
    boolean hasApp(String key, String value) throws WrongUsage {
        if (apps() instanceof SequenceNode list) {
            for (Node app : list.getValue()) {
                if (value(app, key) instanceof ScalarNode scalar
                        && scalar.getValue().equals(value)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Puts this text in place of the file, all at once. A new file can be read by its user only:
     * there is a secret in it.
     */
    void write(String changed) throws IOException {
        if (Files.notExists(path)) {
            Files.createFile(path, RunningServers.ownerOnly(path));
            Files.writeString(path, changed);
            return;
        }
        Path real = path.toRealPath(); // a link stays one
        Path beside = Path.of(real + ".new");
        Files.deleteIfExists(beside);
        Files.createFile(beside, RunningServers.ownerOnly(beside));
        try {
            Files.writeString(beside, changed);
            if (!Files.getOwner(beside).equals(Files.getOwner(real))) {
                Files.setOwner(beside, Files.getOwner(real));
            }
            if (Files.getFileStore(real).supportsFileAttributeView("posix")) {
                String permissions =
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(real));
                Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString(permissions));
            }
            Files.move(beside, real, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            Files.deleteIfExists(beside);
            throw failed;
        }
    }

    // ---- where things are

    private MappingNode mapping() throws WrongUsage {
        if (root instanceof MappingNode mapping
                && mapping.getFlowStyle() == DumperOptions.FlowStyle.BLOCK) {
            return mapping;
        }
        throw unsafe();
    }

    /** The list of apps; null if the file does not speak of it. */
    private @Nullable Node apps() throws WrongUsage {
        return root == null || isNull(root) ? null : value(mapping(), "apps");
    }

    private Node appsKey() throws WrongUsage {
        for (NodeTuple tuple : mapping().getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals("apps")) {
                return key;
            }
        }
        throw unsafe();
    }

    private static @Nullable Node value(Node node, String name) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name)) {
                    return tuple.getValueNode();
                }
            }
        }
        return null;
    }

    private boolean isBlock(SequenceNode list) {
        return list.getFlowStyle() == DumperOptions.FlowStyle.BLOCK
                && text.charAt(index(list.getStartMark())) == '-';
    }

    /** Where the last thing in it ends: a block's own mark is behind blanks and comments. */
    private int end(Node node) {
        boolean block =
                node instanceof CollectionNode<?> collection
                        && collection.getFlowStyle() == DumperOptions.FlowStyle.BLOCK;
        return switch (node) {
            case SequenceNode list when block && !list.getValue().isEmpty() ->
                    end(list.getValue().getLast());
            case MappingNode mapping when block && !mapping.getValue().isEmpty() ->
                    end(mapping.getValue().getLast().getValueNode());
            default -> index(node.getEndMark());
        };
    }

    /** Marks count code points. */
    private int index(Mark mark) {
        return text.offsetByCodePoints(0, mark.getIndex());
    }

    private int lineAfter(int index) {
        if (index > 0 && text.charAt(index - 1) == '\n') {
            return index;
        }
        int newLine = text.indexOf('\n', index);
        return newLine < 0 ? text.length() : newLine + 1;
    }

    private String insert(int index, String lines, String newLine) {
        String before = text.substring(0, index);
        boolean open = !before.isEmpty() && !before.endsWith("\n");
        return before
                + (open ? newLine : "")
                + lines.replace("\n", newLine)
                + text.substring(index);
    }

    // ---- whether it came out as it was meant

    private WrongUsage unsafe() {
        return new WrongUsage(
                path + " cannot be changed safely by a program: do it by hand, without --write");
    }

    private void check(String changed, List<Object> expected) throws WrongUsage {
        try {
            if (tree(compose(changed), 0).equals(expected)) {
                return;
            }
        } catch (YAMLException broken) {
            // told below
        }
        throw unsafe();
    }

    private List<Object> expectedWithApp(Map<String, String> app) throws WrongUsage {
        List<Object> expected = tree(root, 0);
        List<Object> item = tree(compose(SettingsYaml.app(app, 0, "")), 0);
        // A list of one app, of which we want the app.
        Object added = item.getLast();
        if (expected.size() == 1) {
            expected = new ArrayList<>(List.of("mapping"));
        }
        List<Object> apps = list(expected, "apps");
        apps.add(added);
        return expected;
    }

    /** The list below a key of a mapping; a new one if there is none or nothing. */
    private static List<Object> list(List<Object> mapping, String key) {
        for (int i = 1; i < mapping.size(); i += 2) {
            if (mapping.get(i).equals(List.of("scalar", key))) {
                List<Object> value = asList(mapping.get(i + 1));
                if (value.getFirst().equals("null")) {
                    value = new ArrayList<>(List.of("sequence"));
                    mapping.set(i + 1, value);
                }
                return value;
            }
        }
        List<Object> value = new ArrayList<>(List.of("sequence"));
        mapping.add(new ArrayList<>(List.of("scalar", key)));
        mapping.add(value);
        return value;
    }

    private static void replaceSecret(List<Object> file, int app, String secret) {
        List<Object> mapping = asList(list(file, "apps").get(app + 1));
        for (int i = 1; i < mapping.size(); i += 2) {
            if (mapping.get(i).equals(List.of("scalar", "secret"))) {
                mapping.set(i + 1, List.of("scalar", secret));
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Object> asList(Object tree) {
        return (List<Object>) tree;
    }

    /** What a node says: its kind, and behind it its text, or what is in it. */
    private List<Object> tree(@Nullable Node node, int depth) throws WrongUsage {
        if (depth > MAX_DEPTH) {
            throw unsafe();
        }
        List<Object> tree = new ArrayList<>();
        switch (node) {
            case null -> tree.add("null");
            case MappingNode mapping -> {
                tree.add("mapping");
                for (NodeTuple tuple : mapping.getValue()) {
                    tree.add(tree(tuple.getKeyNode(), depth + 1));
                    tree.add(tree(tuple.getValueNode(), depth + 1));
                }
            }
            case SequenceNode list -> {
                tree.add("sequence");
                for (Node item : list.getValue()) {
                    tree.add(tree(item, depth + 1));
                }
            }
            case ScalarNode scalar when isNull(scalar) -> tree.add("null");
            case ScalarNode scalar -> {
                tree.add("scalar");
                tree.add(scalar.getValue());
            }
            default -> throw unsafe();
        }
        return tree;
    }

    private static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }
}
