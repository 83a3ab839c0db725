package dev.resound.server;

import dev.resound.pusher.Webhook;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A kind of value: how its text is read, and what somebody who got it wrong is told.
 *
 * @param expected completes "must be …"
 * @param form how it may be written, and shown
 */
record Kind<T>(String expected, Form form, Reader<T> reader) {

    private static final int MAX_SECRET_CHARS = 1_000;

    enum Form {
        PLAIN,
        /** With commas between its parts, or as a list of them. */
        LIST,
        /** Of any shape; in the environment, as JSON. Its text is JSON. */
        TREE,
        /** Never shown. */
        SECRET
    }

    /** From the text to the value; null if the text is not of this kind. */
    interface Reader<T> {
        @Nullable T read(String text);
    }

    /** Whether what was written must not be shown: it is a secret, or may hold one. */
    boolean isSecret() {
        return form == Form.SECRET || form == Form.TREE;
    }

    @Nullable T read(String text) {
        return reader.read(text);
    }

    private static <T> Kind<T> of(String expected, Reader<T> reader) {
        return new Kind<>(expected, Form.PLAIN, reader);
    }

    private static Kind<String> text(String expected, Predicate<String> right) {
        return of(expected, text -> right.test(text) ? text : null);
    }

    /** What names something in the path of a URL. */
    static Kind<String> name() {
        return text(
                "1 to 200 characters that can stand in a URL's path: letters, digits, - _ . ~",
                text -> text.length() <= 200 && text.matches("[A-Za-z0-9_.~-]+"));
    }

    /** Almost any text. */
    static Kind<String> line(int most) {
        return text(
                "1 to " + most + " characters without control characters",
                text ->
                        !text.isEmpty()
                                && text.length() <= most
                                && text.chars().noneMatch(Character::isISOControl));
    }

    static Kind<String> secret() {
        return new Kind<>(
                "1 to " + MAX_SECRET_CHARS + " characters without control characters",
                Form.SECRET,
                text ->
                        text.isBlank()
                                        || text.length() > MAX_SECRET_CHARS
                                        || text.chars().anyMatch(Character::isISOControl)
                                ? null
                                : text);
    }

    static Kind<String> host() {
        return text(
                "an address or a host name, without scheme and port",
                text -> {
                    boolean ipv6 = text.indexOf(':') != text.lastIndexOf(':');
                    return text.matches(ipv6 ? "[0-9A-Fa-f:.%a-z]+" : "[A-Za-z0-9._-]+");
                });
    }

    static Kind<String> pathPrefix() {
        return of(
                "a path such as /ws",
                text -> {
                    if (text.equals("/")) {
                        return "";
                    }
                    String path = text.startsWith("/") ? text : "/" + text;
                    path = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
                    return path.matches("(/[A-Za-z0-9_.~-]+)+") ? path : null;
                });
    }

    static Kind<URI> url() {
        return of(
                "a URL such as http://127.0.0.1:8000/broadcasting/auth",
                text -> {
                    try {
                        URI url = new URI(text);
                        boolean http =
                                "http".equalsIgnoreCase(url.getScheme())
                                        || "https".equalsIgnoreCase(url.getScheme());
                        return http && url.getHost() != null ? url : null;
                    } catch (URISyntaxException malformed) {
                        return null;
                    }
                });
    }

    static Kind<Path> file() {
        return of(
                "the path of a file",
                text -> {
                    try {
                        return Path.of(text);
                    } catch (InvalidPathException invalid) {
                        return null;
                    }
                });
    }

    static Kind<Boolean> flag() {
        return of(
                "true or false",
                text ->
                        switch (text.toLowerCase(Locale.ROOT)) {
                            case "true", "(true)", "yes", "on", "1" -> true;
                            case "false", "(false)", "no", "off", "0" -> false;
                            default -> null;
                        });
    }

    static Kind<Integer> count(int least, int most) {
        return of(
                "a whole number from " + least + " to " + most,
                text -> within(least, most, wholeNumber(text)));
    }

    /** A count of which 0 is as many as you like; -1, as other servers write it, is read as 0. */
    static Kind<Integer> limit(int most) {
        return of(
                "a whole number from 0 (no limit) to " + most,
                text -> {
                    Long number = wholeNumber(text);
                    Long limit = number != null && number == -1 ? Long.valueOf(0) : number;
                    return within(0, most, limit);
                });
    }

    static Kind<Integer> size(long least, long most) {
        return of(
                "a size from "
                        + Units.size(least)
                        + " to "
                        + Units.size(most)
                        + " such as 10000 (bytes), 10KB or 1MB",
                text -> within(least, most, Units.bytes(text)));
    }

    static Kind<Duration> duration(Duration least, Duration most) {
        return of(
                "a time from "
                        + Units.time(least)
                        + " to "
                        + Units.time(most)
                        + " such as 500ms, 30s or 2m",
                text -> {
                    Duration time = Units.duration(text);
                    return time == null || time.compareTo(least) < 0 || time.compareTo(most) > 0
                            ? null
                            : time;
                });
    }

    /** A time that the protocol counts in whole seconds. */
    static Kind<Integer> seconds(int least, int most) {
        return of(
                "whole seconds from " + least + " to " + most + " such as 30, 30s or 2m",
                text -> {
                    Duration time = Units.duration(text);
                    return time == null || time.toMillis() % 1_000 != 0
                            ? null
                            : within(least, most, time.toSeconds());
                });
    }

    /** One of a few words, in any case. */
    static <T> Kind<T> choice(List<T> choices, Function<T, String> word) {
        List<String> words = choices.stream().map(word).toList();
        String last = words.getLast();
        String others = String.join(", ", words.subList(0, words.size() - 1));
        return of(
                others + " or " + last,
                text ->
                        choices.stream()
                                .filter(choice -> word.apply(choice).equalsIgnoreCase(text))
                                .findFirst()
                                .orElse(null));
    }

    /** One of two words; true is the first. */
    static Kind<Boolean> either(String yes, String no) {
        return choice(List.of(true, false), value -> value ? yes : no);
    }

    static Kind<String> headerValue() {
        return text(
                "up to 200 printable characters of ASCII",
                text -> text.length() <= 200 && text.matches("[ -~]+"));
    }

    /** Targets of webhooks, as soketi writes them. */
    static Kind<List<Webhook>> webhooks() {
        return new Kind<>(
                "a list of targets with url (http or https) and, if wanted, event_types ("
                        + WebhookList.EVENT_NAMES
                        + "), filter (channel_name_starts_with, channel_name_ends_with) and headers",
                Form.TREE,
                text -> WebhookList.read(text, true));
    }

    /** Host patterns, with commas between them. */
    static Kind<List<String>> origins() {
        return new Kind<>(
                "hosts (*.example.com), origins (https://example.com) or *,"
                        + " without path and blanks",
                Form.LIST,
                text -> {
                    List<String> patterns =
                            Arrays.stream(text.split(",")).map(String::strip).toList();
                    return patterns.stream().allMatch(Kind::isOrigin) ? patterns : null;
                });
    }

    private static boolean isOrigin(String pattern) {
        return pattern.matches("([a-z][a-z0-9+.-]*://)?[^/\\s\\p{Cntrl}]+");
    }

    private static @Nullable Long wholeNumber(String text) {
        try {
            return Long.valueOf(text.replace("_", ""));
        } catch (NumberFormatException notOne) {
            return null;
        }
    }

    private static @Nullable Integer within(long least, long most, @Nullable Long number) {
        return number == null || number < least || number > most ? null : Math.toIntExact(number);
    }
}
