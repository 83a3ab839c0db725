package dev.resound.pusher;

import dev.resound.core.http.Header;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who is told over HTTP what happens in an app. Immutable.
 *
 * @param url {@code http} or {@code https}
 * @param events what it is told; nothing else is sent
 * @param prefixes the channel's name must begin with one of these; empty: any name
 * @param suffixes the channel's name must end with one of these; empty: any name
 * @param headers sent with every call, ASCII without control characters; those a call has anyway
 *     ({@code Content-Type}, {@code X-Pusher-Key} and so on) and those of the connection ({@code
 *     Host}, {@code Content-Length} and so on) stay what they are
 * @param privateAddresses whether the URL may lead into a private network: not if it comes from an
 *     app store that others than the operator write
 * @see <a href="https://pusher.com/docs/channels/server_api/webhooks/">Pusher webhooks</a>
 */
public record Webhook(
        URI url,
        Set<Event> events,
        List<String> prefixes,
        List<String> suffixes,
        List<Header> headers,
        boolean privateAddresses) {

    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern HEADER_VALUE = Pattern.compile("[ -~]*");

    /** What a webhook can tell. */
    public enum Event {
        CHANNEL_OCCUPIED,
        CHANNEL_VACATED,
        MEMBER_ADDED,
        MEMBER_REMOVED,
        CLIENT_EVENT,
        CACHE_MISS,
        SUBSCRIPTION_COUNT;

        /** As it is written in webhooks and configurations. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if the URL has another scheme or no host, or if a header
     *     could not be sent, or would be more than one
     */
    public Webhook {
        boolean http =
                "http".equalsIgnoreCase(url.getScheme())
                        || "https".equalsIgnoreCase(url.getScheme());
        if (!http || url.getHost() == null) {
            throw new IllegalArgumentException("a webhook's URL is http or https, with a host");
        }
        for (Header header : headers) {
            if (!HEADER_NAME.matcher(header.name()).matches()
                    || !HEADER_VALUE.matcher(header.value()).matches()) {
                throw new IllegalArgumentException("a webhook's header is no header");
            }
        }
        events = Set.copyOf(events);
        prefixes = List.copyOf(prefixes);
        suffixes = List.copyOf(suffixes);
        headers = List.copyOf(headers);
    }

    /** Of everything in every channel. */
    public Webhook(URI url) {
        this(url, Set.of(Event.values()), List.of(), List.of(), List.of(), true);
    }

    boolean wants(Event event, String channel) {
        return events.contains(event)
                && (prefixes.isEmpty() || prefixes.stream().anyMatch(channel::startsWith))
                && (suffixes.isEmpty() || suffixes.stream().anyMatch(channel::endsWith));
    }

    /** Without headers, which may hold secrets, and without what a URL may hold of them. */
    @Override
    public String toString() {
        return "webhook at " + shownUrl();
    }

    /** Without query and user info. */
    String shownUrl() {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return url.getScheme() + "://" + url.getHost() + port + url.getRawPath();
    }
}
