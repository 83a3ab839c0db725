package dev.resound.server;

import dev.resound.redis.ReverbBus;
import java.util.List;
import java.util.Map;

/**
 * Where a Laravel application has the servers of Reverb meet: of its variables for Redis, which are
 * for much else, these are read only if scaling is on.
 */
final class ReverbScaling {
    static final String ENABLED = "REVERB_SCALING_ENABLED";
    static final String CHANNEL = "REVERB_SCALING_CHANNEL";

    private static final String URL = "REDIS_URL";
    private static final String HOST = "REDIS_HOST";
    private static final String TLS = "tls://";

    private ReverbScaling() {}

    static boolean isOn(Map<String, String> variables) {
        Boolean enabled = Kind.flag().read(variables.getOrDefault(ENABLED, ""));
        return enabled != null && enabled;
    }

    /** The settings that do the same; false if nothing says where Redis is. */
    static boolean put(
            Map<String, String> variables, Map<String, String> origins, Map<String, Given> to) {
        String url = value(variables, URL, "");
        String host = value(variables, HOST, "");
        if (url.isEmpty() && host.isEmpty()) {
            return false;
        }
        String from = url.isEmpty() ? HOST : URL;
        put(
                to,
                ClusterSettings.REDIS,
                url.isEmpty() ? address(variables, host) : secured(url),
                from,
                origins);
        if (!url.contains("@")) {
            for (String name : List.of("REDIS_USERNAME", "REDIS_PASSWORD")) {
                String text = value(variables, name, "");
                if (!text.isEmpty()) {
                    Setting<?> setting =
                            name.endsWith("PASSWORD")
                                    ? ClusterSettings.PASSWORD
                                    : ClusterSettings.USER;
                    put(to, setting, text, name, origins);
                }
            }
        }
        String channel = value(variables, CHANNEL, "");
        put(
                to,
                ClusterSettings.REVERB_CHANNEL,
                channel.isEmpty() ? ReverbBus.DEFAULT_CHANNEL : channel,
                channel.isEmpty() ? ENABLED : CHANNEL,
                origins);
        return true;
    }

    private static String address(Map<String, String> variables, String host) {
        String database = value(variables, "REDIS_DB", "0");
        String address = host + ":" + value(variables, "REDIS_PORT", "6379");
        String whole = address.contains("://") ? secured(address) : "redis://" + address;
        return database.equals("0") ? whole : whole + "/" + database;
    }

    private static String secured(String url) {
        return url.startsWith(TLS) ? "rediss://" + url.substring(TLS.length()) : url;
    }

    private static void put(
            Map<String, Given> to,
            Setting<?> setting,
            String text,
            String variable,
            Map<String, String> origins) {
        to.put(setting.name(), new Given(text, origins.getOrDefault(variable, variable)));
    }

    /** Laravel's null is none. */
    private static String value(Map<String, String> variables, String name, String otherwise) {
        String text = variables.getOrDefault(name, "").strip();
        return switch (text) {
            case "", "null", "(null)", "empty", "(empty)" -> otherwise;
            default -> text;
        };
    }
}
