package dev.resound.redis;

import dev.resound.pusher.App;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An app as the servers of Reverb hand it around: PHP's object, secret included. They look only at
 * its id, and find the rest in their own configuration; so do we.
 */
final class ReverbApplication {
    static final String TYPE = "Laravel\\Reverb\\Application";

    private ReverbApplication() {}

    /** Its id; null if it is no app, or says none. */
    static @Nullable String id(PhpValue app) {
        if (!(app instanceof PhpValue.Instance instance) || !instance.type().equals(TYPE)) {
            return null;
        }
        return switch (app.get("id")) {
            case PhpValue.Text(String text) -> text;
            case PhpValue.Int(long number) -> Long.toString(number);
            case null, default -> null;
        };
    }

    /** The same of what came. */
    static @Nullable String id(String serialized) {
        PhpValue app = PhpValue.read(serialized);
        return app == null ? null : id(app);
    }

    /** What PHP has of our app. Each property has the type that the class wants. */
    static PhpValue of(App app, ReverbVersion version) {
        List<PhpValue.Entry> properties = new ArrayList<>();
        properties.add(PhpValue.property("id", new PhpValue.Text(app.id())));
        properties.add(PhpValue.property("key", new PhpValue.Text(app.key())));
        properties.add(PhpValue.property("secret", new PhpValue.Text(app.secret())));
        properties.add(PhpValue.property("pingInterval", new PhpValue.Int(app.pingInterval())));
        properties.add(
                PhpValue.property("activityTimeout", new PhpValue.Int(app.activityTimeout())));
        properties.add(PhpValue.property("allowedOrigins", PhpValue.texts(app.allowedOrigins())));
        properties.add(
                PhpValue.property("maxMessageSize", new PhpValue.Int(app.maxMessageBytes())));
        if (version.hasLimits) {
            int most = app.maxConnections();
            properties.add(
                    PhpValue.property(
                            "maxConnections",
                            most == 0 ? new PhpValue.Null() : new PhpValue.Int(most)));
            String from = app.clientEvents().name().toLowerCase(Locale.ROOT);
            properties.add(PhpValue.property("acceptClientEventsFrom", new PhpValue.Text(from)));
        }
        if (version.hasRates) {
            properties.add(PhpValue.property("rateLimiting", rates(app.rateLimit())));
        }
        properties.add(PhpValue.property("options", new PhpValue.Array(List.of())));
        return new PhpValue.Instance(TYPE, properties);
    }

    private static PhpValue rates(App.@Nullable RateLimit limit) {
        App.RateLimit or = limit == null ? new App.RateLimit(60, 60, false) : limit;
        return new PhpValue.Array(
                List.of(
                        PhpValue.entry("enabled", new PhpValue.Bool(limit != null)),
                        PhpValue.entry("max_attempts", new PhpValue.Int(or.attempts())),
                        PhpValue.entry("decay_seconds", new PhpValue.Int(or.seconds())),
                        PhpValue.entry("terminate_on_limit", new PhpValue.Bool(or.terminates()))));
    }
}
