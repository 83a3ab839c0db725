package dev.resound.sessions;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Verifies JSON Web Tokens (RFC 7519), signed in one way and no other: what a token says of its own
 * algorithm is compared, keys it brings along ({@code jwk}, {@code jku}, {@code x5c}) are not
 * looked at, and one with {@code crit} is refused. Claims are read once the signature is right.
 * {@code exp} and {@code nbf} are honoured to the second, and not asked for.
 *
 * <p><b>Thread:</b> any, also an event loop: nothing here waits. <b>Errors:</b> no text makes
 * {@link #verify} throw. <b>Cost:</b> that of one signature.
 */
public final class Tokens implements AutoCloseable {
    /** As long as the hash: RFC 7518, section 3.2. */
    public static final int LEAST_SECRET_BYTES = 32;

    /** Longer tokens are not looked at. */
    static final int MAX_CHARS = 16 << 10;

    /** A time so far away is never: also one in milliseconds, where seconds are meant. */
    private static final Duration NEVER = Duration.ofDays(36_500);

    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final TokenAlgorithm algorithm;
    private final JWSHeader header; // ours: nothing of a token's gets to the verifier
    private final TokenKeySource keys;
    private final InstantSource clock;
    private final @Nullable String issuer;
    private final @Nullable String audience;

    /** What became of a token. */
    public sealed interface Verdict {

        /**
         * It is right.
         *
         * @param claims as the token has them; a number may be any Number
         * @param expires later than now; null if the token has no {@code exp}, or one more than a
         *     hundred years away
         */
        record Valid(Map<String, Object> claims, @Nullable Instant expires) implements Verdict {

            /** Names only: claims tell who somebody is. */
            @Override
            public String toString() {
                return "Valid" + claims.keySet();
            }
        }

        /**
         * It is not.
         *
         * @param why in the words clients know from {@code jsonwebtoken}; names nothing of the
         *     token
         */
        record Invalid(String why) implements Verdict {}

        /**
         * Nobody can say: the keys have not arrived yet. Only with {@link Tokens#jwks}; it may be
         * tried again.
         */
        record Unavailable() implements Verdict {}
    }

    private Tokens(
            TokenAlgorithm algorithm,
            TokenKeySource keys,
            InstantSource clock,
            @Nullable String issuer,
            @Nullable String audience) {
        this.algorithm = algorithm;
        this.header = new JWSHeader(JWSAlgorithm.parse(algorithm.name()));
        this.keys = keys;
        this.clock = clock;
        this.issuer = issuer;
        this.audience = audience;
    }

    private static Tokens of(TokenAlgorithm algorithm, JWSVerifier key, InstantSource clock) {
        return new Tokens(algorithm, new TokenKeySource.Only(key), clock, null, null);
    }

    /**
     * HS256.
     *
     * @param secret at least {@link #LEAST_SECRET_BYTES}
     * @throws IllegalArgumentException it is shorter
     */
    public static Tokens hs256(byte[] secret, InstantSource clock) {
        if (secret.length < LEAST_SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "a secret for HS256 has at least " + LEAST_SECRET_BYTES + " bytes");
        }
        try {
            return of(TokenAlgorithm.HS256, new MACVerifier(secret), clock);
        } catch (JOSEException impossible) {
            throw new IllegalArgumentException("unfit secret", impossible);
        }
    }

    /**
     * RS256 with one key; a token's {@code kid} does not matter.
     *
     * @param key of {@link TokenKeys#LEAST_RSA_BITS} or more
     * @throws IllegalArgumentException the key is unfit
     */
    public static Tokens rs256(RSAPublicKey key, InstantSource clock) {
        return of(TokenAlgorithm.RS256, TokenKeys.verifier(key), clock);
    }

    /**
     * ES256 with one key; a token's {@code kid} does not matter.
     *
     * @param key of the curve P-256
     * @throws IllegalArgumentException the key is unfit
     */
    public static Tokens es256(ECPublicKey key, InstantSource clock) {
        return of(TokenAlgorithm.ES256, TokenKeys.verifier(key), clock);
    }

    /**
     * Keys from a URL, each token's by its {@code kid}. They are fetched from now on, in the
     * background, until {@link #close}; before the first have come every token that could be right
     * is {@link Verdict.Unavailable}. Fetching fails: the keys that are there go on.
     *
     * <p>A {@code kid} that is not there is refused at once, and has the keys fetched out of turn,
     * once a minute at most, whoever sends how many such tokens.
     */
    public static Tokens jwks(JwksOptions options, InstantSource clock) {
        return with(JwksSource.start(options), options.algorithm(), clock);
    }

    static Tokens with(TokenKeySource keys, TokenAlgorithm algorithm, InstantSource clock) {
        return new Tokens(algorithm, keys, clock, null, null);
    }

    /**
     * Takes only tokens with this {@code iss}. The keys are shared with this object, not copied.
     *
     * @throws IllegalArgumentException it is blank
     */
    public Tokens withIssuer(String issuer) {
        return new Tokens(algorithm, keys, clock, notBlank("issuer", issuer), audience);
    }

    /**
     * Takes only tokens with this {@code aud}, alone or among others. The keys are shared with this
     * object, not copied.
     *
     * @throws IllegalArgumentException it is blank
     */
    public Tokens withAudience(String audience) {
        return new Tokens(algorithm, keys, clock, issuer, notBlank("audience", audience));
    }

    private static String notBlank(String what, String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("an expected " + what + " is not blank");
        }
        return text;
    }

    /** Looks at the signature first, then at the times, then at whom it is from and for. */
    public Verdict verify(String token) {
        String[] parts = token.length() > MAX_CHARS ? new String[0] : token.split("\\.", 4);
        if (parts.length != 3) {
            return new Verdict.Invalid("jwt malformed");
        }
        Map<String, Object> said = object(parts[0]);
        if (said == null || !(said.get("alg") instanceof String named) || !isBase64(parts[1])) {
            return new Verdict.Invalid("invalid token");
        }
        if (parts[2].isEmpty()) {
            return new Verdict.Invalid("jwt signature is required");
        }
        if (!named.equals(algorithm.name())) {
            return new Verdict.Invalid("invalid algorithm");
        }
        if (said.containsKey("crit") || !isBase64(parts[2])) {
            return new Verdict.Invalid("invalid token");
        }
        return switch (keys.find(said.get("kid") instanceof String kid ? kid : null)) {
            case TokenKeySource.NotYet() -> new Verdict.Unavailable();
            case TokenKeySource.Unknown() -> new Verdict.Invalid("invalid signature");
            case TokenKeySource.Key(var verifier) ->
                    isSigned(parts, verifier)
                            ? claims(object(parts[1]))
                            : new Verdict.Invalid("invalid signature");
        };
    }

    private boolean isSigned(String[] parts, JWSVerifier verifier) {
        byte[] signed = (parts[0] + '.' + parts[1]).getBytes(StandardCharsets.US_ASCII);
        try {
            return verifier.verify(header, signed, new Base64URL(parts[2]));
        } catch (JOSEException | RuntimeException broken) { // foreign code, a stranger's bytes
            return false;
        }
    }

    private Verdict claims(@Nullable Map<String, Object> claims) {
        if (claims == null) {
            return new Verdict.Invalid("invalid token");
        }
        Instant now = clock.instant();
        Instant expires = null;
        if (claims.containsKey("nbf")) {
            if (!(claims.get("nbf") instanceof Number seconds)) {
                return new Verdict.Invalid("invalid nbf value");
            }
            if (instant(seconds).isAfter(now)) {
                return new Verdict.Invalid("jwt not active");
            }
        }
        if (claims.containsKey("exp")) {
            if (!(claims.get("exp") instanceof Number seconds)) {
                return new Verdict.Invalid("invalid exp value");
            }
            expires = instant(seconds);
            if (!expires.isAfter(now)) {
                return new Verdict.Invalid("jwt expired");
            }
        }
        if (audience != null && !isAmong(claims.get("aud"), audience)) {
            return new Verdict.Invalid("jwt audience invalid");
        }
        if (issuer != null && !issuer.equals(claims.get("iss"))) {
            return new Verdict.Invalid("jwt issuer invalid");
        }
        boolean ever = expires != null && expires.isBefore(now.plus(NEVER));
        return new Verdict.Valid(Collections.unmodifiableMap(claims), ever ? expires : null);
    }

    /** Of every number: the conversion to long ends at its limits, and each long is an instant. */
    private static Instant instant(Number seconds) {
        return Instant.ofEpochMilli((long) (seconds.doubleValue() * 1_000));
    }

    private static boolean isAmong(@Nullable Object claim, String expected) {
        return expected.equals(claim)
                || (claim instanceof Collection<?> several && several.contains(expected));
    }

    /** As there is one way to write it, and no other: a changed token is not the same token. */
    private static boolean isBase64(String part) {
        try {
            return ENCODER.encodeToString(DECODER.decode(part)).equals(part);
        } catch (IllegalArgumentException otherCharacters) {
            return false;
        }
    }

    private static @Nullable Map<String, Object> object(String part) {
        return isBase64(part) ? JwtJson.object(DECODER.decode(part)) : null;
    }

    /**
     * Ends the fetching of keys; those that are there go on. Meant for {@link #jwks}, of no effect
     * on others. Twice is harmless.
     */
    @Override
    public void close() {
        keys.close();
    }
}
