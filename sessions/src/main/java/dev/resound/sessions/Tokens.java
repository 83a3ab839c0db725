package dev.resound.sessions;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/**
 * Verifies JSON Web Tokens (RFC 7519) that were signed with a shared secret, HS256 and nothing
 * else: what a token says of its own algorithm is compared, not believed. {@code exp} and {@code
 * nbf} are honoured to the second, and not asked for. <b>Thread:</b> any.
 */
public final class Tokens {
    /** As long as the hash: RFC 7518, section 3.2. */
    public static final int LEAST_SECRET_BYTES = 32;

    private final JWSVerifier verifier;
    private final InstantSource clock;

    /** What became of a token. */
    public sealed interface Verdict {

        /**
         * It is right.
         *
         * @param claims as the token has them
         */
        record Valid(Map<String, Object> claims) implements Verdict {

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
    }

    private Tokens(JWSVerifier verifier, InstantSource clock) {
        this.verifier = verifier;
        this.clock = clock;
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
            return new Tokens(new MACVerifier(secret), clock);
        } catch (JOSEException impossible) {
            throw new IllegalArgumentException("unfit secret", impossible);
        }
    }

    /** Looks at the signature first, then at the times. */
    public Verdict verify(String token) {
        if (token.chars().filter(c -> c == '.').count() != 2) {
            return new Verdict.Invalid("jwt malformed");
        }
        JWT parsed;
        Map<String, Object> claims;
        try {
            parsed = JWTParser.parse(token);
            claims = parsed.getJWTClaimsSet().getClaims();
        } catch (ParseException | IllegalArgumentException garbage) {
            return new Verdict.Invalid("invalid token");
        }
        if (parsed instanceof PlainJWT) {
            return new Verdict.Invalid("jwt signature is required");
        }
        if (!(parsed instanceof SignedJWT signed)
                || !JWSAlgorithm.HS256.equals(signed.getHeader().getAlgorithm())) {
            return new Verdict.Invalid("invalid algorithm");
        }
        try {
            if (!signed.verify(verifier)) {
                return new Verdict.Invalid("invalid signature");
            }
            return atItsTime(signed, claims);
        } catch (JOSEException | ParseException broken) {
            return new Verdict.Invalid("invalid signature");
        }
    }

    private Verdict atItsTime(SignedJWT token, Map<String, Object> claims) throws ParseException {
        Instant now = clock.instant();
        var notBefore = token.getJWTClaimsSet().getNotBeforeTime();
        var expires = token.getJWTClaimsSet().getExpirationTime();
        if (notBefore != null && notBefore.toInstant().isAfter(now)) {
            return new Verdict.Invalid("jwt not active");
        }
        return expires != null && !expires.toInstant().isAfter(now)
                ? new Verdict.Invalid("jwt expired")
                : new Verdict.Valid(claims);
    }
}
