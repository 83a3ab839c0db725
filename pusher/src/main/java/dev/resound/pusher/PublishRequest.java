package dev.resound.pusher;

import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import dev.resound.pusher.json.JsonArray;
import dev.resound.pusher.json.JsonObject;
import dev.resound.pusher.json.JsonScanner;
import dev.resound.pusher.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event to publish, as a back end asked for it.
 *
 * @param data the JSON string token as it came, quotes and escapes included: it goes out as it came
 *     in
 * @param info the attributes asked for; null if none were
 */
record PublishRequest(
        String name,
        byte[] data,
        List<String> channels,
        @Nullable String socketId,
        @Nullable String info) {

    /** What a body came out as: events to publish, or the answer that refuses all of it. */
    sealed interface Parsed {
        record Events(List<PublishRequest> events) implements Parsed {}

        record Refused(HttpResponse answer) implements Parsed {}
    }

    /** How the publish names itself: by header, or else in its body; null if it does not. */
    static @Nullable String idempotencyKey(HttpRequest request) {
        String header = request.header("x-idempotency-key");
        if (header != null) {
            return header;
        }
        JsonObject fields = object(request.body());
        return fields == null ? null : fields.text("idempotency_key");
    }

    static Parsed parseOne(byte[] body, App app) {
        JsonObject fields = object(body);
        if (fields == null) {
            return new Parsed.Refused(ApiError.notJson(app.dialect()));
        }
        return parse(List.of(fields), app, "");
    }

    static Parsed parseBatch(byte[] body, App app) {
        Dialect dialect = app.dialect();
        JsonObject fields = object(body);
        if (fields == null) {
            return new Parsed.Refused(ApiError.notJson(dialect));
        }
        JsonValue batch = fields.get("batch");
        JsonArray items = batch == null ? null : batch.array();
        if (items == null) {
            return new Parsed.Refused(
                    ApiError.invalid(
                            dialect, Map.of("batch", List.of("The batch field is required."))));
        }
        int maxBatch = app.publish().batch();
        List<JsonObject> events = new ArrayList<>();
        for (JsonValue item : items) {
            JsonObject event = item.object();
            if (event == null) {
                String field = "batch." + events.size();
                return new Parsed.Refused(
                        ApiError.invalid(
                                dialect,
                                Map.of(
                                        field,
                                        List.of("The " + field + " field must be an array."))));
            }
            events.add(event);
            if (maxBatch > 0 && events.size() > maxBatch) {
                return new Parsed.Refused(
                        ApiError.tooMuch(
                                dialect, "Batch too large (more than " + maxBatch + " events)."));
            }
        }
        return parse(events, app, "batch.");
    }

    private static Parsed parse(List<JsonObject> items, App app, String prefix) {
        Map<String, List<String>> problems = new LinkedHashMap<>();
        List<PublishRequest> events = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            Fields fields =
                    new Fields(items.get(i), prefix.isEmpty() ? "" : prefix + i + ".", problems);
            String name = fields.required("name");
            fields.required("data");
            List<String> channels = fields.channels();
            String socketId = fields.optional("socket_id");
            String info = fields.optional("info");
            JsonValue data = items.get(i).get("data");
            if (problems.isEmpty() && name != null && data != null) {
                events.add(new PublishRequest(name, data.rawBytes(), channels, socketId, info));
            }
        }
        if (!problems.isEmpty()) {
            return new Parsed.Refused(ApiError.invalid(app.dialect(), problems));
        }
        for (PublishRequest event : events) {
            HttpResponse refusal = event.checkLimits(app);
            if (refusal != null) {
                return new Parsed.Refused(refusal);
            }
        }
        return new Parsed.Events(events);
    }

    private @Nullable HttpResponse checkLimits(App app) {
        Dialect dialect = app.dialect();
        Dialect.PublishLimits limits = app.publish();
        if (limits.channels() > 0 && channels.size() > limits.channels()) {
            return ApiError.tooMuch(
                    dialect, "Cannot publish to more than " + limits.channels() + " channels.");
        }
        if (limits.nameChars() > 0 && name.length() > limits.nameChars()) {
            return ApiError.tooMuch(
                    dialect,
                    "The event name is longer than " + limits.nameChars() + " characters.");
        }
        if (limits.dataBytes() > 0 && isDataLongerThan(limits.dataBytes())) {
            return ApiError.tooLarge(dialect, limits.dataBytes());
        }
        for (String channel : channels) {
            if (!Names.isChannel(channel, dialect)) {
                return ApiError.invalid(
                        dialect, Map.of("channel", List.of("The channel name is not allowed.")));
            }
        }
        return null;
    }

    /** Measures the text: quotes and escapes are how it is written, not what it says. */
    private boolean isDataLongerThan(int maxBytes) {
        if (data.length - 2 <= maxBytes) {
            return false;
        }
        JsonValue value = new JsonScanner().value(data, 0, data.length, false);
        String text = value == null ? null : value.text();
        return text == null || Utf8.length(text) > maxBytes;
    }

    private static @Nullable JsonObject object(byte[] body) {
        return Utf8.isValid(body, 0, body.length)
                ? new JsonScanner().object(body, 0, body.length, true)
                : null;
    }

    /** Reads the fields of one event and collects what is wrong with them, in Laravel's words. */
    private record Fields(JsonObject object, String prefix, Map<String, List<String>> problems) {

        @Nullable String required(String name) {
            JsonValue value = object.get(name);
            String text = value == null ? null : value.text();
            if (value == null
                    || value.kind() == JsonValue.Kind.NULL
                    || (text != null && text.isBlank())) {
                problem(name, "field is required.");
            } else if (text == null) {
                problem(name, "field must be a string.");
            }
            return text;
        }

        @Nullable String optional(String name) {
            JsonValue value = object.get(name);
            if (value == null || value.kind() == JsonValue.Kind.NULL) {
                return null;
            }
            String text = value.text();
            if (text == null) {
                problem(name, "field must be a string.");
            }
            return text;
        }

        List<String> channels() {
            JsonValue several = object.get("channels");
            if (several == null || several.kind() == JsonValue.Kind.NULL) {
                String one = channel();
                return one == null ? List.of() : List.of(one);
            }
            JsonArray array = several.array();
            if (array == null) {
                problem("channels", "field must be an array.");
                return List.of();
            }
            List<String> names = new ArrayList<>();
            for (JsonValue element : array) {
                String name = element.text();
                if (name == null) {
                    problem("channels." + names.size(), "field must be a string.");
                    return List.of();
                }
                names.add(name);
            }
            if (names.isEmpty()) {
                problem("channels", "field is required when channel is not present.");
            }
            return names;
        }

        private @Nullable String channel() {
            JsonValue value = object.get("channel");
            if (value == null || value.kind() == JsonValue.Kind.NULL) {
                problem("channel", "field is required when channels is not present.");
                problem("channels", "field is required when channel is not present.");
                return null;
            }
            String text = value.text();
            if (text == null) {
                problem("channel", "field must be a string.");
            }
            return text;
        }

        private void problem(String field, String what) {
            problems.computeIfAbsent(prefix + field, key -> new ArrayList<>(1))
                    .add("The " + field.replace('_', ' ') + " " + what);
        }
    }
}
