package dev.resound.sessions;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;

/**
 * Where an issuer publishes its keys, as a JWK Set (RFC 7517, section 5).
 *
 * @param url http or https, without user and fragment; redirects are not followed
 * @param algorithm of all its tokens: RS256 or ES256
 * @param refresh how often the keys are fetched; more than nothing, a day at most
 * @param timeout for a connection, and for a whole answer; more than nothing, a minute at most
 */
public record JwksOptions(URI url, TokenAlgorithm algorithm, Duration refresh, Duration timeout) {

    public JwksOptions {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("the URL of keys begins with https:// or http://");
        }
        if (url.getHost() == null || url.getRawUserInfo() != null || url.getFragment() != null) {
            throw new IllegalArgumentException(
                    "the URL of keys has a host, no user and password, and no #fragment");
        }
        if (algorithm == TokenAlgorithm.HS256) {
            throw new IllegalArgumentException("published keys are for RS256 or ES256");
        }
        require("refresh", refresh, Duration.ofDays(1));
        require("timeout", timeout, Duration.ofMinutes(1));
    }

    private static void require(String name, Duration value, Duration most) {
        if (!value.isPositive() || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "%s is %s, allowed is more than nothing and %s at most"
                            .formatted(name, value, most));
        }
    }

    /** Every 5 minutes; 5 s for an answer. */
    public static JwksOptions of(URI url, TokenAlgorithm algorithm) {
        return new JwksOptions(url, algorithm, Duration.ofMinutes(5), Duration.ofSeconds(5));
    }

    public JwksOptions withRefresh(Duration refresh) {
        return new JwksOptions(url, algorithm, refresh, timeout);
    }

    public JwksOptions withTimeout(Duration timeout) {
        return new JwksOptions(url, algorithm, refresh, timeout);
    }

    /** Without the query, which may hold a key of the one who asks. */
    @Override
    public String toString() {
        return "%s://%s%s for %s"
                .formatted(
                        url.getScheme(), url.getRawAuthority(), url.getRawPath(), algorithm.name());
    }
}
