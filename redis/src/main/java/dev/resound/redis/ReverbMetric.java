package dev.resound.redis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What servers of Reverb ask each other about an app. */
sealed interface ReverbMetric {
    String REQUEST = "Laravel\\Reverb\\Protocols\\Pusher\\PendingMetric";
    String TYPE = "Laravel\\Reverb\\Protocols\\Pusher\\MetricType";

    /** The sockets that are in a channel. */
    record Connections() implements ReverbMetric {}

    /** What is said of one channel. */
    record Channel(String name, String info) implements ReverbMetric {}

    /** What is said of each occupied channel whose name begins so. */
    record Channels(String prefix, String info) implements ReverbMetric {}

    /** What is said of each of these. */
    record Named(List<String> names, String info) implements ReverbMetric {
        public Named {
            names = List.copyOf(names);
        }
    }

    /** The users of a presence channel. */
    record Users(String channel) implements ReverbMetric {}

    /** Something a later version asks for, or something without what it needs: nothing is known. */
    record Unknown() implements ReverbMetric {}

    /**
     * A request as it was read.
     *
     * @param key names the answers to it
     * @param app the id of the app; empty if it says none
     */
    record Request(String key, String app, ReverbMetric metric) {}

    /** Null if it is no request that could be answered. */
    static @Nullable Request read(String serialized) {
        PhpValue pending = PhpValue.read(serialized);
        if (!(pending instanceof PhpValue.Instance(String type, var properties))
                || !type.equals(REQUEST)) {
            return null;
        }
        String key = pending.text("key");
        if (key == null || key.isEmpty() || key.length() > ReverbMessage.LONGEST_KEY) {
            return null;
        }
        PhpValue app = pending.get("application");
        String id = app == null ? null : ReverbApplication.id(app);
        return new Request(key, id == null ? "" : id, metric(pending));
    }

    private static ReverbMetric metric(PhpValue pending) {
        PhpValue given = pending.get("options");
        PhpValue options = given == null ? new PhpValue.Null() : given;
        String channel = options.text("channel");
        String info = options.text("info") == null ? "" : options.text("info");
        String type =
                pending.get("type") instanceof PhpValue.EnumCase(String of, String name)
                                && of.equals(TYPE)
                        ? name
                        : "";
        return switch (type) {
            case "CONNECTIONS" -> new Connections();
            case "CHANNEL" -> channel == null ? new Unknown() : new Channel(channel, info);
            case "CHANNEL_USERS" -> channel == null ? new Unknown() : new Users(channel);
            case "CHANNELS" -> channels(options, info);
            default -> new Unknown();
        };
    }

    private static ReverbMetric channels(PhpValue options, String info) {
        if (options.get("channels") instanceof PhpValue.Array(var entries)) {
            List<String> names = new ArrayList<>();
            for (PhpValue.Entry entry : entries) {
                if (entry.value() instanceof PhpValue.Text(String name)) {
                    names.add(name);
                }
            }
            return new Named(names, info);
        }
        String prefix = options.text("filter");
        return new Channels(prefix == null ? "" : prefix, info);
    }

    /** The request as PHP has it. */
    static String write(String key, PhpValue application, ReverbMetric metric) {
        return new PhpValue.Instance(
                        REQUEST,
                        List.of(
                                PhpValue.property("subscribers", new PhpValue.Null()),
                                PhpValue.property("data", new PhpValue.Array(List.of())),
                                PhpValue.property("key", new PhpValue.Text(key)),
                                PhpValue.property("application", application),
                                PhpValue.property(
                                        "type", new PhpValue.EnumCase(TYPE, type(metric))),
                                PhpValue.property("options", options(metric))))
                .serialized();
    }

    private static String type(ReverbMetric metric) {
        if (metric instanceof Connections) {
            return "CONNECTIONS";
        }
        if (metric instanceof Channel) {
            return "CHANNEL";
        }
        return metric instanceof Users ? "CHANNEL_USERS" : "CHANNELS";
    }

    private static PhpValue.Array options(ReverbMetric metric) {
        return new PhpValue.Array(
                switch (metric) {
                    case Connections() -> List.of();
                    case Unknown() -> throw new IllegalArgumentException("nothing to ask for");
                    case Channel(String name, String info) ->
                            List.of(
                                    PhpValue.entry("channel", new PhpValue.Text(name)),
                                    PhpValue.entry("info", new PhpValue.Text(info)));
                    case Users(String channel) ->
                            List.of(PhpValue.entry("channel", new PhpValue.Text(channel)));
                    case Channels(String prefix, String info) ->
                            List.of(
                                    PhpValue.entry(
                                            "filter",
                                            PhpValue.optional(prefix.isEmpty() ? null : prefix)),
                                    PhpValue.entry("info", new PhpValue.Text(info)));
                    case Named(var names, String info) ->
                            List.of(
                                    PhpValue.entry("info", new PhpValue.Text(info)),
                                    PhpValue.entry("channels", PhpValue.texts(names)));
                });
    }
}
