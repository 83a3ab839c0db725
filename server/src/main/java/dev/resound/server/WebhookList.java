package dev.resound.server;

import dev.resound.core.http.Header;
import dev.resound.pusher.Webhook;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Targets of webhooks as soketi writes them, in its configuration and in its table of apps: {@code
 * [{"url", "event_types", "filter": {"channel_name_starts_with", "channel_name_ends_with"},
 * "headers"}]}.
 */
final class WebhookList {
    static final String EVENT_NAMES =
            Arrays.stream(Webhook.Event.values())
                    .map(Webhook.Event::wireName)
                    .collect(Collectors.joining(", "));

    private static final int MAX_TARGETS = 100;
    private static final Set<String> KEYS = Set.of("url", "event_types", "filter", "headers");
    private static final Set<String> FILTERS =
            Set.of("channel_name_starts_with", "channel_name_ends_with");

    /** Numbers stay as they are written: 1.10 is not 1.1, where a text is wanted. */
    static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private WebhookList() {}

    /**
     * Reads; null if it is not such a list.
     *
     * @param privateAddresses whether the targets may be in a private network
     */
    static @Nullable List<Webhook> read(String json, boolean privateAddresses) {
        JsonNode list;
        try {
            list = JSON.readTree(json);
        } catch (JacksonException malformed) {
            return null;
        }
        if (!list.isArray() || list.size() > MAX_TARGETS) {
            return null;
        }
        List<Webhook> webhooks = new ArrayList<>();
        for (JsonNode item : list) {
            Webhook webhook = one(item, privateAddresses);
            if (webhook == null) {
                return null;
            }
            webhooks.add(webhook);
        }
        return webhooks;
    }

    private static @Nullable Webhook one(JsonNode item, boolean privateAddresses) {
        JsonNode filter = item.path("filter");
        URI url = Kind.url().read(item.path("url").asString(""));
        Set<Webhook.Event> events = events(item.path("event_types"));
        List<String> prefixes = texts(filter.path("channel_name_starts_with"));
        List<String> suffixes = texts(filter.path("channel_name_ends_with"));
        List<Header> headers = headers(item.path("headers"));
        boolean known =
                KEYS.containsAll(item.propertyNames())
                        && FILTERS.containsAll(filter.propertyNames());
        return !known
                        || url == null
                        || events == null
                        || prefixes == null
                        || suffixes == null
                        || headers == null
                ? null
                : new Webhook(url, events, prefixes, suffixes, headers, privateAddresses);
    }

    private static @Nullable Set<Webhook.Event> events(JsonNode names) {
        List<String> texts = texts(names);
        if (texts == null) {
            return null;
        }
        if (texts.isEmpty()) {
            return EnumSet.allOf(Webhook.Event.class);
        }
        Set<Webhook.Event> events = EnumSet.noneOf(Webhook.Event.class);
        for (String text : texts) {
            try {
                events.add(Webhook.Event.valueOf(text.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException unknown) {
                return null;
            }
        }
        return events;
    }

    /** A text, or several; none if there is nothing. Null if it is something else. */
    private static @Nullable List<String> texts(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return List.of();
        }
        if (node.isValueNode()) {
            return List.of(node.asString());
        }
        if (!node.isArray()) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode element : node) {
            if (!element.isValueNode() || element.isNull()) {
                return null;
            }
            texts.add(element.asString());
        }
        return texts;
    }

    private static @Nullable List<Header> headers(JsonNode node) {
        List<Header> headers = new ArrayList<>();
        for (Map.Entry<String, JsonNode> header : node.properties()) {
            String value = header.getValue().isValueNode() ? header.getValue().asString() : "\n";
            if (!header.getKey().matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")
                    || !value.matches("[ -~]*")) {
                return null;
            }
            headers.add(new Header(header.getKey(), value));
        }
        return node.isMissingNode() || node.isNull() || node.isObject() ? headers : null;
    }
}
