package dev.resound.sessions;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An issuer's keys (RFC 7517), as far as they are of use. A key is of no use, and does not spoil
 * the others, if it is of another kind or for another algorithm or purpose, weak, without {@code
 * kid}, or with its private part published. Two different keys of one {@code kid} are both of no
 * use, since it does not say which of them is meant.
 *
 * @param keys by {@code kid}
 * @param listed how many there were in all
 */
record JwksSet(Map<String, JWSVerifier> keys, int listed) {
    static final int MAX_KEYS = 100;

    JwksSet {
        keys = Map.copyOf(keys);
    }

    /**
     * Reads what was published.
     *
     * @throws IOException it is no set of keys, or too large a one
     */
    static JwksSet read(byte[] json, TokenAlgorithm algorithm) throws IOException {
        Map<String, Object>[] listed = listed(json);
        if (listed.length > MAX_KEYS) {
            throw new IOException("%d keys, %d are allowed".formatted(listed.length, MAX_KEYS));
        }
        Map<String, Usable> usable = new HashMap<>();
        Set<String> ambiguous = new HashSet<>();
        for (Map<String, Object> entry : listed) {
            Usable key = usable(entry, algorithm);
            Usable other = key == null ? null : usable.putIfAbsent(key.kid(), key);
            if (key != null && other != null && !other.key().equals(key.key())) {
                ambiguous.add(key.kid());
            }
        }
        usable.keySet().removeAll(ambiguous);
        Map<String, JWSVerifier> keys = new HashMap<>();
        usable.forEach((kid, key) -> keys.put(kid, key.verifier()));
        return new JwksSet(keys, listed.length);
    }

    private static Map<String, Object>[] listed(byte[] json) throws IOException {
        Map<String, Object> set = JwtJson.object(json);
        Map<String, Object>[] keys;
        try {
            keys = set == null ? null : JSONObjectUtils.getJSONObjectArray(set, "keys");
        } catch (ParseException | RuntimeException garbage) {
            throw new IOException("no set of keys", garbage);
        }
        if (keys == null) {
            throw new IOException("no set of keys");
        }
        return keys;
    }

    private static @Nullable Usable usable(Map<String, Object> entry, TokenAlgorithm algorithm) {
        try {
            JWK jwk = JWK.parse(entry);
            if (!isMeantFor(jwk, algorithm)) {
                return null;
            }
            if (algorithm == TokenAlgorithm.RS256 && jwk instanceof RSAKey rsa) {
                RSAPublicKey key = rsa.toRSAPublicKey();
                return new Usable(jwk.getKeyID(), key, TokenKeys.verifier(key));
            }
            if (algorithm == TokenAlgorithm.ES256 && jwk instanceof ECKey ec) {
                ECPublicKey key = ec.toECPublicKey();
                return new Usable(jwk.getKeyID(), key, TokenKeys.verifier(key));
            }
            return null;
        } catch (ParseException | JOSEException | RuntimeException unfit) {
            return null;
        }
    }

    private static boolean isMeantFor(JWK jwk, TokenAlgorithm algorithm) {
        Set<KeyOperation> operations = jwk.getKeyOperations();
        return jwk.getKeyID() != null
                && !jwk.isPrivate()
                && (jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE))
                && (operations == null || operations.contains(KeyOperation.VERIFY))
                && (jwk.getAlgorithm() == null
                        || jwk.getAlgorithm().getName().equals(algorithm.name()));
    }

    private record Usable(String kid, PublicKey key, JWSVerifier verifier) {}
}
