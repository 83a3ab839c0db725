package dev.resound.sessions;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;

/** Signs whatever it is given, header and all. */
record TokenSigner(JWSAlgorithm algorithm, JWSSigner signer) {

    static TokenSigner hs256(byte[] secret) throws JOSEException {
        return new TokenSigner(JWSAlgorithm.HS256, new MACSigner(secret));
    }

    static TokenSigner rs256(KeyPair keys) {
        return new TokenSigner(JWSAlgorithm.RS256, new RSASSASigner(keys.getPrivate()));
    }

    static TokenSigner es256(KeyPair keys) throws JOSEException {
        return new TokenSigner(
                JWSAlgorithm.ES256, new ECDSASigner((ECPrivateKey) keys.getPrivate()));
    }

    static KeyPair rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static KeyPair ec(Curve curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(curve.toECParameterSpec());
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** A token with this claim of an algorithm, and of nothing else. */
    String sign(String claims) throws JOSEException {
        return sign("{\"alg\":\"%s\"}".formatted(algorithm), claims);
    }

    String signAs(String kid, String claims) throws JOSEException {
        return sign("{\"alg\":\"%s\",\"kid\":\"%s\"}".formatted(algorithm, kid), claims);
    }

    String sign(String header, String claims) throws JOSEException {
        String signed = Base64URL.encode(header) + "." + Base64URL.encode(claims);
        byte[] bytes = signed.getBytes(StandardCharsets.US_ASCII);
        return signed + "." + signer.sign(new JWSHeader(algorithm), bytes);
    }
}
