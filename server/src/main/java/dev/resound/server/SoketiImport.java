package dev.resound.server;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads soketi's configuration in JSON, nested or with dots in its names, or the rows of its table
 * of apps. Where soketi's default is another one than ours, it is written down.
 */
final class SoketiImport {
    private static final String APPS = "appmanager.array.apps";
    private static final int USER_TIMEOUT_MILLIS = 30_000;
    private static final int MAX_NAME = 200;
    private static final Set<String> FILTERS =
            Set.of("channel_name_starts_with", "channel_name_ends_with");

    private final Imported imported = new Imported();
    private final Map<String, JsonNode> fields = new LinkedHashMap<>();

    private SoketiImport() {}

    static Imported read(JsonNode json) throws WrongUsage {
        SoketiImport reader = new SoketiImport();
        JsonNode apps;
        if (json.isArray()) {
            apps = json;
        } else {
            reader.flatten("", json);
            JsonNode named = reader.fields.remove(APPS);
            apps = named == null ? reader.fields.remove("apps") : named;
        }
        if (apps == null || !apps.isArray() || apps.isEmpty()) {
            throw new WrongUsage(
                    "this JSON has no apps: neither appManager.array.apps nor rows of a table");
        }
        reader.imported.put(Settings.DIALECT, "soketi", "dialect");
        for (int i = 0; i < apps.size(); i++) {
            reader.app(i, apps.get(i));
        }
        reader.server();
        return reader.imported;
    }

    private void flatten(String prefix, JsonNode node) {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String name = prefix + entry.getKey().toLowerCase(Locale.ROOT);
            if (entry.getValue().isObject()) {
                flatten(name + ".", entry.getValue());
            } else {
                fields.put(name, entry.getValue());
            }
        }
    }

    // ---- the server

    private void server() {
        fields.forEach((name, value) -> {
            String text = value.asString("");
            switch (name) {
                case "host" -> imported.put(Settings.HOST, text, name);
                case "port" -> imported.put(Settings.PORT_NUMBER, text, name);
                case "pathprefix" -> {
                    if (!text.isEmpty()) {
                        imported.put(Settings.PATH, text, name);
                    }
                }
                case "debug" -> imported.put(Settings.DEBUG, flag(value), name);
                case "ssl.certpath" -> file(Settings.CERTIFICATE, text, name);
                case "ssl.keypath" -> file(Settings.KEY, text, name);
                case "ssl.passphrase" -> file(Settings.KEY_PASSWORD, text, name);
                case "httpapi.requestlimitinmb" ->
                        imported.put(Settings.MAX_REQUEST_SIZE, text + "MB", name);
                case "httpapi.accepttraffic.memorythreshold" ->
                        imported.put(Settings.ACCEPT_TRAFFIC_MEMORY, text, name);
                case "shutdowngraceperiod" -> grace(text, name);
                case "eventlimits.maxchannelsatonce",
                        "eventlimits.maxnamelength",
                        "eventlimits.maxpayloadinkb",
                        "eventlimits.maxbatchsize",
                        "presence.maxmembersperchannel",
                        "presence.maxmembersizeinkb",
                        "channellimits.cachettl",
                        "userauthenticationtimeout",
                        "appmanager.driver" -> {
                    // read with the apps
                }
                case "channellimits.maxnamelength" -> nameLength(value, name);
                default -> imported.warn(name, "has no counterpart");
            }
        });
    }

    private void file(Setting<?> setting, String text, String name) {
        if (!text.isEmpty()) {
            imported.put(setting, text, name);
        }
    }

    private void grace(String text, String name) {
        imported.put(Settings.GRACE, text + "ms", name);
        imported.warn(
                name,
                "is the time over which connections are closed; before that, shutdown.drain_delay"
                        + " passes");
    }

    private void nameLength(JsonNode value, String name) {
        BigDecimal number = number(value);
        if (number == null || number.compareTo(BigDecimal.valueOf(MAX_NAME)) != 0) {
            imported.warn(
                    name, "has no counterpart: names of channels have 200 characters at most");
        }
    }

    // ---- an app

    private void app(int i, JsonNode app) {
        String where = "apps[" + i + "].";
        byDefault(i);
        boolean signIn = false;
        for (Map.Entry<String, JsonNode> entry : app.properties()) {
            JsonNode value = entry.getValue();
            String field = where + entry.getKey();
            if (value.isNull()) {
                continue;
            }
            switch (entry.getKey().toLowerCase(Locale.ROOT).replace("_", "")) {
                case "id", "appid" -> imported.put(AppSettings.ID, i, text(value), field);
                case "key", "appkey" -> imported.put(AppSettings.KEY, i, text(value), field);
                case "secret", "appsecret" ->
                        imported.put(AppSettings.SECRET, i, text(value), field);
                case "enabled" -> imported.put(AppSettings.ENABLED, i, flag(value), field);
                case "maxconnections" -> rate(AppSettings.MAX_CONNECTIONS, i, value, field);
                case "enableclientmessages" ->
                        imported.put(
                                AppSettings.CLIENT_EVENTS,
                                i,
                                flag(value).equals("true") ? "members" : "none",
                                field);
                case "enableuserauthentication" -> {
                    signIn = flag(value).equals("true");
                    imported.put(AppSettings.SIGN_IN, i, flag(value), field);
                }
                case "maxbackendeventspersecond", "maxbackendeventspersec" ->
                        rate(AppSettings.RATE_BACK_END_EVENTS, i, value, field);
                case "maxclienteventspersecond", "maxclienteventspersec" -> {
                    if (rate(AppSettings.RATE_CLIENT_EVENTS_EACH, i, value, field)) {
                        imported.warn(
                                field,
                                "counts for each socket, and two seconds' worth may come at once");
                    }
                }
                case "maxreadrequestspersecond", "maxreadreqpersec" ->
                        rate(AppSettings.RATE_READS, i, value, field);
                case "maxpresencemembersperchannel" ->
                        size(AppSettings.PRESENCE_MEMBERS, i, value, 1, field);
                case "maxpresencemembersizeinkb" ->
                        size(AppSettings.PRESENCE_MEMBER_BYTES, i, value, 1_024, field);
                case "maxchannelnamelength" -> nameLength(value, field);
                case "maxeventchannelsatonce" ->
                        size(AppSettings.EVENT_CHANNELS, i, value, 1, field);
                case "maxeventnamelength" -> size(AppSettings.EVENT_NAME, i, value, 1, field);
                case "maxeventpayloadinkb" -> size(AppSettings.EVENT_BYTES, i, value, 1_024, field);
                case "maxeventbatchsize" -> size(AppSettings.EVENT_BATCH, i, value, 1, field);
                case "webhooks" -> webhooks(i, value, field);
                default -> imported.warn(field, "has no counterpart");
            }
        }
        if (signIn) {
            authentication(i, where);
        }
    }

    /** What soketi has for apps that do not say. */
    private void byDefault(int i) {
        imported.put(AppSettings.CLIENT_EVENTS, i, "none", "apps");
        imported.put(AppSettings.SIGN_IN, i, "false", "apps");
        imported.put(AppSettings.RATE_CLIENT_EVENTS_EACH, i, "0", "apps");
        global(AppSettings.EVENT_CHANNELS, i, "eventlimits.maxchannelsatonce", 1);
        global(AppSettings.EVENT_NAME, i, "eventlimits.maxnamelength", 1);
        global(AppSettings.EVENT_BYTES, i, "eventlimits.maxpayloadinkb", 1_024);
        global(AppSettings.EVENT_BATCH, i, "eventlimits.maxbatchsize", 1);
        global(AppSettings.PRESENCE_MEMBERS, i, "presence.maxmembersperchannel", 1);
        global(AppSettings.PRESENCE_MEMBER_BYTES, i, "presence.maxmembersizeinkb", 1_024);
        global(AppSettings.CACHE_TTL, i, "channellimits.cachettl", 1);
    }

    private void global(Setting<?> setting, int i, String name, int unit) {
        JsonNode value = fields.get(name);
        if (value != null) {
            size(setting, i, value, unit, name);
        }
    }

    /** In soketi only who signs in is known; here also who joins a private channel. */
    private void authentication(int i, String where) {
        JsonNode timeout = fields.get("userauthenticationtimeout");
        BigDecimal millis = timeout == null ? null : number(timeout);
        long seconds = (millis == null ? USER_TIMEOUT_MILLIS : millis.longValue()) / 1_000;
        imported.put(
                AppSettings.AUTHENTICATION_TIMEOUT,
                i,
                Long.toString(seconds),
                "userauthenticationtimeout");
        imported.warn(
                where + "enableUserAuthentication",
                "who has joined a private or presence channel within "
                        + seconds
                        + " s may stay, too, without signing in");
    }

    /**
     * A limit of which -1 is none.
     *
     * @return whether there is one
     */
    private boolean rate(Setting<?> setting, int i, JsonNode value, String field) {
        BigDecimal number = number(value);
        if (number != null && number.signum() < 0) {
            imported.put(setting, i, "0", field);
            return false;
        }
        if (number != null && number.signum() == 0) {
            imported.warn(field, "0 forbids all of them in soketi, which cannot be said here");
            return false;
        }
        imported.put(setting, i, number == null ? "" : number.toBigInteger().toString(), field);
        return true;
    }

    /** A limit of which 0 is the default. */
    private void size(Setting<?> setting, int i, JsonNode value, int unit, String field) {
        BigDecimal number = number(value);
        if (number == null || number.signum() != 0) {
            imported.put(
                    setting,
                    i,
                    number == null
                            ? ""
                            : number.multiply(BigDecimal.valueOf(unit)).toBigInteger().toString(),
                    field);
        }
    }

    // ---- webhooks

    private void webhooks(int i, JsonNode value, String field) {
        JsonNode list = value.isString() ? Output.parsed(value.asString()) : value;
        ArrayNode targets = targets(list, field);
        if (!targets.isEmpty()) {
            imported.put(AppSettings.WEBHOOKS, i, targets.toString(), field);
        }
    }

    /**
     * Targets as we have them, of those that have a counterpart. What is no list stays as it is.
     *
     * @param warnings are added to
     */
    static String webhooks(String json, String field, List<String> warnings) {
        JsonNode list = Output.parsed(json);
        if (!list.isArray()) {
            return json;
        }
        SoketiImport reader = new SoketiImport();
        String targets = reader.targets(list, field).toString();
        warnings.addAll(reader.imported.warnings());
        return targets;
    }

    private ArrayNode targets(JsonNode list, String field) {
        ArrayNode targets = Output.array();
        for (int n = 0; n < list.size(); n++) {
            ObjectNode target = webhook(list.get(n), field + "[" + n + "]");
            if (target != null) {
                targets.add(target);
            }
        }
        return targets;
    }

    private @Nullable ObjectNode webhook(JsonNode webhook, String field) {
        String url = webhook.path("url").asString("");
        if (url.isEmpty()) {
            imported.warn(field, "left out: only webhooks with a url have a counterpart");
            return null;
        }
        ObjectNode target = Output.object().put("url", url);
        List<String> events = new ArrayList<>();
        for (JsonNode type : webhook.path("event_types")) {
            String name = text(type).equals("cache_missed") ? "cache_miss" : text(type);
            if (List.of(WebhookList.EVENT_NAMES.split(", ")).contains(name)) {
                events.add(name);
            } else {
                imported.warn(field + ".event_types", name + " has no counterpart");
            }
        }
        if (events.isEmpty()) {
            imported.warn(field, "left out: none of its event_types has a counterpart");
            return null;
        }
        ArrayNode types = target.putArray("event_types");
        events.forEach(types::add);
        filter(webhook.path("filter"), target, field);
        if (webhook.path("headers").isObject() && !webhook.path("headers").isEmpty()) {
            target.set("headers", webhook.path("headers"));
        }
        for (String name : webhook.propertyNames()) {
            if (!Set.of("url", "event_types", "filter", "headers").contains(name)) {
                imported.warn(field + "." + name, "has no counterpart");
            }
        }
        return target;
    }

    private void filter(JsonNode filter, ObjectNode target, String field) {
        ObjectNode kept = Output.object();
        for (Map.Entry<String, JsonNode> entry : filter.properties()) {
            if (FILTERS.contains(entry.getKey())) {
                kept.set(entry.getKey(), entry.getValue());
            } else {
                imported.warn(field + ".filter." + entry.getKey(), "has no counterpart");
            }
        }
        if (!kept.isEmpty()) {
            target.set("filter", kept);
        }
    }

    // ---- values

    private static String text(JsonNode value) {
        return value.isValueNode() ? value.asString("") : "";
    }

    private static String flag(JsonNode value) {
        return switch (text(value).toLowerCase(Locale.ROOT)) {
            case "true", "1" -> "true";
            default -> "false";
        };
    }

    private static @Nullable BigDecimal number(JsonNode value) {
        try {
            return new BigDecimal(text(value));
        } catch (NumberFormatException none) {
            return null;
        }
    }
}
