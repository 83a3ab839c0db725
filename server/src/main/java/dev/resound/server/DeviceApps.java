package dev.resound.server;

import dev.resound.sessions.Companion;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the apps of devices, as the configuration has them. Goes on after a mistake, to find them
 * all; what is told of one names the app by its place in the list, and shows no key.
 */
final class DeviceApps {
    static final String EXPECTED =
            "a list of apps with package_name, public_url (http or https), api_key or"
                    + " api_key_sha256 and, if wanted, name, type (standard, background),"
                    + " permissions and settings";

    private static final String LIST = "device_sessions.apps";
    private static final String ID = "package_name";
    private static final String URL = "public_url";
    private static final String KEY = "api_key";
    private static final String HASH = "api_key_sha256";

    private static final int MAX_APPS = 10_000;
    private static final int MIN_KEY_CHARS = 8;
    private static final List<String> KEYS =
            List.of(ID, "name", URL, KEY, HASH, "type", "permissions", "settings");

    private static final List<String> PERMISSIONS =
            List.of(
                    "ALL",
                    "MICROPHONE",
                    "LOCATION",
                    "BACKGROUND_LOCATION",
                    "CALENDAR",
                    "CAMERA",
                    "NOTIFICATIONS",
                    "READ_NOTIFICATIONS",
                    "POST_NOTIFICATIONS");

    private static final Kind<String> TYPE =
            Kind.choice(List.of("standard", "background"), name -> name);

    private static final JsonMapper JSON = WebhookList.JSON;

    private final String name;
    private final Consumer<String> problems;

    /**
     * For one of them.
     *
     * @param name its place: {@code device_sessions.apps[0]}
     */
    private DeviceApps(String name, Consumer<String> problems) {
        this.name = name;
        this.problems = problems;
    }

    /** Null if anything is wrong with it. */
    static @Nullable List<Companion> read(String json) {
        List<String> problems = new ArrayList<>();
        List<Companion> apps = read(json, problems::add);
        return problems.isEmpty() ? apps : null;
    }

    /** Those that are right; of all others is told what is wrong. */
    static List<Companion> read(String json, Consumer<String> problems) {
        List<Companion> apps = new ArrayList<>();
        if (!(tree(json) instanceof ArrayNode list) || list.size() > MAX_APPS) {
            problems.accept(LIST + " is wrong (and not shown here); it must be " + EXPECTED);
            return apps;
        }
        Map<String, String> places = new HashMap<>();
        for (int i = 0; i < list.size(); i++) {
            String name = LIST + "[" + i + "]";
            Companion app = new DeviceApps(name, problems).app(list.get(i));
            String earlier = app == null ? null : places.putIfAbsent(app.id(), name);
            if (app != null && earlier != null) {
                String same = ", the same as " + earlier + "." + ID;
                problems.accept(name + "." + ID + " is " + Values.shown(app.id()) + same);
            } else if (app != null) {
                apps.add(app);
            }
        }
        return apps;
    }

    private @Nullable Companion app(JsonNode item) {
        if (!(item instanceof ObjectNode app)) {
            problems.accept(name + " must be a section with " + String.join(", ", KEYS));
            return null;
        }
        app.propertyNames().stream().filter(key -> !KEYS.contains(key)).forEach(this::unknown);
        String id = required(app, ID, Kind.name());
        URI url = required(app, URL, url());
        String hash = keyHash(app);
        String type = optional(app, "type", TYPE, "background");
        String title = optional(app, "name", Kind.line(200), id == null ? "" : id);
        Set<String> permissions = permissions(app.path("permissions"));
        ArrayNode settings = settings(app.path("settings"));
        if (id == null || url == null || hash == null) {
            return null;
        }
        boolean exclusive = type.equals("standard");
        return new Companion(id, title, url, hash, exclusive, permissions, settings);
    }

    private void unknown(String key) {
        String meant = Spelling.nearest(key, KEYS);
        problems.accept(
                "there is no setting "
                        + Printable.of(name + "." + key)
                        + (meant == null ? "" : "; did you mean " + name + "." + meant + "?"));
    }

    private <T> @Nullable T required(ObjectNode app, String key, Kind<T> kind) {
        if (isMissing(app.path(key))) {
            problems.accept(name + "." + key + " is missing");
            return null;
        }
        return read(app, key, kind);
    }

    private <T> T optional(ObjectNode app, String key, Kind<T> kind, T byDefault) {
        T value = isMissing(app.path(key)) ? null : read(app, key, kind);
        return value == null ? byDefault : value;
    }

    private <T> @Nullable T read(ObjectNode app, String key, Kind<T> kind) {
        JsonNode node = app.path(key);
        String text = node.asString("");
        T value = node.isValueNode() ? kind.read(text) : null;
        if (value == null && !node.isValueNode()) {
            problems.accept(name + "." + key + " must be " + kind.expected());
        } else if (value == null) {
            String is = text.isEmpty() ? " is empty" : " is " + Values.shown(text);
            problems.accept(name + "." + key + is + "; it must be " + kind.expected());
        }
        return value;
    }

    private static boolean isMissing(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    /** A path below it is asked, so that it can have no query. */
    private static Kind<URI> url() {
        return new Kind<>(
                "an http or https URL such as https://app.example.com, without a query",
                Kind.Form.PLAIN,
                text -> {
                    URI url = Kind.url().read(text);
                    boolean right =
                            url != null && url.getQuery() == null && url.getFragment() == null;
                    return right ? url : null;
                });
    }

    // ---- keys: never shown

    private @Nullable String keyHash(ObjectNode app) {
        JsonNode key = app.path(KEY);
        JsonNode hash = app.path(HASH);
        if (isMissing(key) == isMissing(hash)) {
            problems.accept(
                    isMissing(key)
                            ? name + "." + KEY + " is missing, and so is " + HASH
                            : name + " has " + KEY + " and " + HASH + "; it must be one of them");
            return null;
        }
        return isMissing(hash) ? hashOf(key) : hash(hash);
    }

    private @Nullable String hashOf(JsonNode key) {
        String text = key.asString("");
        if (text.length() >= MIN_KEY_CHARS) {
            return Companion.sha256(text);
        }
        wrongKey(KEY, key, "too short", MIN_KEY_CHARS + " characters or more");
        return null;
    }

    private @Nullable String hash(JsonNode hash) {
        String text = hash.asString("").toLowerCase(Locale.ROOT);
        if (text.matches("[0-9a-f]{64}")) {
            return text;
        }
        wrongKey(HASH, hash, "wrong", "the key's SHA-256 in 64 hexadecimal digits");
        return null;
    }

    private void wrongKey(String key, JsonNode node, String what, String expected) {
        boolean empty = node.isString() && node.asString().isEmpty();
        String is = empty ? "empty" : what + " (and not shown here)";
        problems.accept(name + "." + key + " is " + is + "; it must be " + expected);
    }

    // ---- lists

    private Set<String> permissions(JsonNode node) {
        Set<String> permissions = new HashSet<>();
        String expected = "a list of " + String.join(", ", PERMISSIONS);
        if (!isMissing(node) && !node.isArray()) {
            problems.accept(name + ".permissions must be " + expected);
        } else {
            for (JsonNode item : node) {
                String permission = item.asString("").toUpperCase(Locale.ROOT);
                if (PERMISSIONS.contains(permission)) {
                    permissions.add(permission);
                } else {
                    String has = name + ".permissions has " + Values.shown(item.asString(""));
                    problems.accept(has + "; it must be " + expected);
                }
            }
        }
        return permissions;
    }

    private ArrayNode settings(JsonNode node) {
        if (node instanceof ArrayNode list) {
            return list;
        }
        if (!isMissing(node)) {
            problems.accept(name + ".settings must be a list, of what the app is told");
        }
        return JSON.createArrayNode();
    }

    // ---- capabilities

    /** Null if it is not such an object. */
    static @Nullable Map<String, JsonNode> capabilities(String json) {
        if (!(tree(json) instanceof ObjectNode models)) {
            return null;
        }
        Map<String, JsonNode> capabilities = new HashMap<>();
        models.forEachEntry(capabilities::put);
        return capabilities;
    }

    private static @Nullable JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JacksonException malformed) {
            return null;
        }
    }
}
