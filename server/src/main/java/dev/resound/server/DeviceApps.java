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
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The apps of devices, as the configuration has them. */
final class DeviceApps {
    static final String EXPECTED =
            "a list of apps with package_name, public_url (http or https), api_key or"
                    + " api_key_sha256 and, if wanted, name, type (standard, background),"
                    + " permissions and settings";

    private static final int MAX_APPS = 10_000;
    private static final int MIN_KEY_CHARS = 8;
    private static final Set<String> KEYS =
            Set.of(
                    "package_name",
                    "name",
                    "public_url",
                    "api_key",
                    "api_key_sha256",
                    "type",
                    "permissions",
                    "settings");

    private static final Set<String> PERMISSIONS =
            Set.of(
                    "ALL",
                    "MICROPHONE",
                    "LOCATION",
                    "BACKGROUND_LOCATION",
                    "CALENDAR",
                    "CAMERA",
                    "NOTIFICATIONS",
                    "READ_NOTIFICATIONS",
                    "POST_NOTIFICATIONS");

    private static final JsonMapper JSON = JsonMapper.shared();

    private DeviceApps() {}

    /** Null if it is not such a list. */
    static @Nullable List<Companion> read(String json) {
        JsonNode list = tree(json);
        if (!(list instanceof ArrayNode) || list.size() > MAX_APPS) {
            return null;
        }
        List<Companion> apps = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonNode item : list) {
            Companion app = one(item);
            if (app == null || !names.add(app.id())) {
                return null;
            }
            apps.add(app);
        }
        return apps;
    }

    private static @Nullable Companion one(JsonNode item) {
        String id = Kind.name().read(item.path("package_name").asString(""));
        URI url = Kind.url().read(item.path("public_url").asString(""));
        String key = key(item);
        Set<String> permissions = permissions(item.path("permissions"));
        JsonNode settings = item.path("settings");
        String type = item.path("type").asString("background").toLowerCase(Locale.ROOT);
        boolean exclusive = type.equals("standard");
        boolean right =
                item.isObject()
                        && KEYS.containsAll(item.propertyNames())
                        && (exclusive || type.equals("background"))
                        && (settings.isMissingNode() || settings.isArray());
        if (!right || id == null || url == null || key == null || permissions == null) {
            return null;
        }
        ArrayNode list = settings instanceof ArrayNode given ? given : JSON.createArrayNode();
        String name = item.path("name").asString(id);
        return new Companion(id, name, url, key, exclusive, permissions, list);
    }

    private static @Nullable String key(JsonNode item) {
        String key = item.path("api_key").asString("");
        String hash = item.path("api_key_sha256").asString("").toLowerCase(Locale.ROOT);
        if (key.isEmpty() == hash.isEmpty()) {
            return null;
        }
        if (hash.isEmpty()) {
            return key.length() < MIN_KEY_CHARS ? null : Companion.sha256(key);
        }
        return hash.matches("[0-9a-f]{64}") ? hash : null;
    }

    private static @Nullable Set<String> permissions(JsonNode node) {
        Set<String> permissions = new HashSet<>();
        for (JsonNode permission : node) {
            permissions.add(permission.asString("").toUpperCase(Locale.ROOT));
        }
        boolean right =
                node.isMissingNode() || (node.isArray() && PERMISSIONS.containsAll(permissions));
        return right ? permissions : null;
    }

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
