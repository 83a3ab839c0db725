package dev.resound.sessions.mentraos;

import dev.resound.sessions.StreamName;
import dev.resound.sessions.Streams;
import dev.resound.sessions.Subscription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** How MentraOS names streams, and what apps must be permitted to hear them. */
final class MentraOsStreams implements Streams {
    static final String AUDIO = "audio_chunk";
    static final String USUAL_LANGUAGE = "en-US";

    /** How exact a position can be asked for, the least exact first. */
    static final List<String> TIERS =
            List.of(
                    "reduced",
                    "threeKilometers",
                    "kilometer",
                    "hundredMeters",
                    "tenMeters",
                    "standard",
                    "high",
                    "realtime");

    private static final StreamName MEDIA = StreamName.of(AUDIO);
    private static final int MOST_CHARS = 500;
    private static final String ANY = "auto";
    private static final String TO = "-to-";
    private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2,3}-[A-Z]{2}");
    private static final Set<String> EVERYTHING = Set.of("all", "*");
    private static final Set<String> WITH_PARAMETER = Set.of("touch_event", "augmentos");

    private static final Map<String, String> PERMISSIONS =
            Map.ofEntries(
                    Map.entry(AUDIO, "MICROPHONE"),
                    Map.entry("transcription", "MICROPHONE"),
                    Map.entry("translation", "MICROPHONE"),
                    Map.entry("VAD", "MICROPHONE"),
                    Map.entry("location_update", "LOCATION"),
                    Map.entry("location_stream", "LOCATION"),
                    Map.entry("calendar_event", "CALENDAR"),
                    Map.entry("photo_response", "CAMERA"),
                    Map.entry("photo_request", "CAMERA"),
                    Map.entry("photo_taken", "CAMERA"),
                    Map.entry("video", "CAMERA"),
                    Map.entry("rtmp_stream_status", "CAMERA"),
                    Map.entry("managed_stream_status", "CAMERA"),
                    Map.entry("phone_notification", "READ_NOTIFICATIONS"),
                    Map.entry("phone_notification_dismissed", "READ_NOTIFICATIONS"));

    private static final Map<String, String> IMPLIED_BY =
            Map.of("READ_NOTIFICATIONS", "NOTIFICATIONS");

    @Override
    public @Nullable Subscription read(JsonNode entry) {
        if (entry.isString()) {
            return parse(entry.stringValue());
        }
        String stream = entry instanceof ObjectNode ? Words.text(entry, "stream") : null;
        Subscription named = stream == null ? null : parse(stream);
        String rate = named == null ? null : Words.text(entry, "rate");
        return named == null || rate == null
                ? named
                : new Subscription(named.text(), named.stream(), Map.of("rate", rate));
    }

    /** What an event of this type is about; null if it is too long for anybody to ask for. */
    static @Nullable StreamName nameOf(String type) {
        if (type.length() > MOST_CHARS) {
            return null;
        }
        Subscription same = type.indexOf(':') < 0 ? null : parse(type);
        return same == null || same.stream() == null ? StreamName.of(type) : same.stream();
    }

    /** The same, of a type with a parameter. */
    static @Nullable StreamName nameOf(String type, @Nullable String parameter) {
        return parameter != null && parameter.length() > MOST_CHARS
                ? null
                : new StreamName(type, parameter);
    }

    private static @Nullable Subscription parse(String text) {
        if (text.isEmpty() || text.length() > MOST_CHARS) {
            return null;
        }
        if (EVERYTHING.contains(text)) {
            return Subscription.everything(text);
        }
        int question = text.indexOf('?');
        String name = question < 0 ? text : text.substring(0, question);
        int colon = name.indexOf(':');
        String base = colon < 0 ? name : name.substring(0, colon);
        String parameter = colon < 0 ? null : name.substring(colon + 1);
        if (base.equals("transcription") && parameter == null) {
            parameter = USUAL_LANGUAGE;
        }
        if (parameter == null ? question >= 0 : !isParameter(base, parameter)) {
            return new Subscription(text, StreamName.of(text), Map.of()); // means itself alone
        }
        return new Subscription(text, new StreamName(base, parameter), options(text, question));
    }

    private static boolean isParameter(String base, String parameter) {
        return switch (base) {
            case "transcription" -> parameter.equals(ANY) || isLanguage(parameter);
            case "translation" -> {
                int to = parameter.indexOf(TO);
                yield to > 0
                        && (parameter.startsWith("all" + TO)
                                || isLanguage(parameter.substring(0, to)))
                        && isLanguage(parameter.substring(to + TO.length()));
            }
            default -> WITH_PARAMETER.contains(base) && !parameter.isEmpty();
        };
    }

    private static boolean isLanguage(String text) {
        return LANGUAGE.matcher(text).matches();
    }

    private static Map<String, String> options(String text, int question) {
        if (question < 0) {
            return Map.of();
        }
        Map<String, String> options = new HashMap<>();
        for (String pair : text.substring(question + 1).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                options.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return options;
    }

    @Override
    public boolean matches(Subscription subscription, StreamName event) {
        StreamName wanted = subscription.stream();
        if (wanted == null || wanted.equals(event)) {
            return true;
        }
        String parameter = wanted.parameter();
        if (!wanted.base().equals(event.base())) {
            return wanted.base().equals("location_stream")
                    && event.base().equals("location_update");
        }
        return switch (wanted.base()) {
            case "transcription" -> ANY.equals(parameter);
            case "translation" -> isFromAnywhere(parameter, event.parameter());
            case "touch_event" -> parameter == null;
            case "augmentos" -> "*".equals(parameter) || "all".equals(parameter);
            default -> false;
        };
    }

    /** {@code all-to-de-DE} takes what is translated into that, from whatever it is. */
    private static boolean isFromAnywhere(@Nullable String wanted, @Nullable String event) {
        String start = "all" + TO;
        return wanted != null
                && event != null
                && wanted.startsWith(start)
                && event.endsWith(TO + wanted.substring(start.length()));
    }

    @Override
    public String label(Subscription subscription, StreamName event) {
        if (subscription.isEverything()) {
            return event.text();
        }
        // The SDK listens to one name for all positions, however they were asked for.
        return event.base().equals("location_update") ? event.base() : subscription.text();
    }

    @Override
    public @Nullable String permission(StreamName stream) {
        return PERMISSIONS.get(stream.base());
    }

    @Override
    public boolean grants(Set<String> granted, String permission) {
        String implying = IMPLIED_BY.get(permission);
        return granted.contains(permission)
                || granted.contains("ALL")
                || (implying != null && granted.contains(implying));
    }

    @Override
    public boolean isNewestOnly(StreamName stream) {
        return stream.base().equals("location_update");
    }

    @Override
    public StreamName media() {
        return MEDIA;
    }
}
