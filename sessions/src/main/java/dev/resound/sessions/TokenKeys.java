package dev.resound.sessions;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Public keys for tokens, out of PEM (RFC 7468): a {@code PUBLIC KEY} (SubjectPublicKeyInfo) or the
 * key of an X.509 {@code CERTIFICATE}. The first block counts, as in a chain the first certificate
 * is the signer's. Whoever configures a certificate trusts its key: who issued it and until when is
 * not looked at. <b>Thread:</b> any. <b>Errors:</b> {@link IllegalArgumentException} tells what is
 * wrong, and nothing of what is in the file.
 */
public final class TokenKeys {
    /** RFC 7518, section 3.3. */
    public static final int LEAST_RSA_BITS = 2_048;

    /** What is larger makes each verification slow, and nobody has it. */
    private static final int MOST_RSA_BITS = 8_192;

    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----");

    private TokenKeys() {}

    /**
     * A key for {@link Tokens#rs256}.
     *
     * @throws IllegalArgumentException there is none in it, or it is too short
     */
    public static RSAPublicKey rsa(String pem) {
        if (!(publicKey(pem) instanceof RSAPublicKey key)) {
            throw new IllegalArgumentException("the PEM holds an EC key, RS256 needs an RSA key");
        }
        verifier(key);
        return key;
    }

    /**
     * A key for {@link Tokens#es256}.
     *
     * @throws IllegalArgumentException there is none in it, or it is not of P-256
     */
    public static ECPublicKey ec(String pem) {
        if (!(publicKey(pem) instanceof ECPublicKey key)) {
            throw new IllegalArgumentException("the PEM holds an RSA key, ES256 needs an EC key");
        }
        verifier(key);
        return key;
    }

    /** Refuses what is unfit for RS256. */
    static JWSVerifier verifier(RSAPublicKey key) {
        int bits = key.getModulus().bitLength();
        if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS) {
            throw new IllegalArgumentException(
                    "an RSA key for RS256 has %,d to %,d bits, this one has %,d"
                            .formatted(LEAST_RSA_BITS, MOST_RSA_BITS, bits));
        }
        BigInteger exponent = key.getPublicExponent();
        if (exponent.compareTo(BigInteger.TWO) <= 0 || !exponent.testBit(0)) {
            // With 1 every message is its own signature.
            throw new IllegalArgumentException("the RSA key's exponent is not odd or less than 3");
        }
        return new RSASSAVerifier(key);
    }

    /** Refuses what is unfit for ES256. */
    static JWSVerifier verifier(ECPublicKey key) {
        if (!Curve.P_256.equals(Curve.forECParameterSpec(key.getParams()))) {
            throw new IllegalArgumentException(
                    "an EC key for ES256 is of the curve P-256, this one is of another");
        }
        try {
            return new ECDSAVerifier(key); // which asks whether the point is on the curve
        } catch (JOSEException offCurve) {
            throw new IllegalArgumentException("the EC key is no point of P-256", offCurve);
        }
    }

    private static PublicKey publicKey(String pem) {
        Matcher begin = BEGIN.matcher(pem);
        if (!begin.find()) {
            throw new IllegalArgumentException(
                    "no PEM: there is no line -----BEGIN PUBLIC KEY----- or of a CERTIFICATE");
        }
        String label = begin.group(1);
        if (pem.contains("PRIVATE KEY-----")) {
            throw new IllegalArgumentException(
                    "the PEM holds a private key; what verifies needs the public one, and no more");
        }
        if (!label.equals("PUBLIC KEY") && !label.equals("CERTIFICATE")) {
            throw new IllegalArgumentException(
                    "the PEM holds a %s, needed is a PUBLIC KEY or a CERTIFICATE".formatted(label));
        }
        int end = pem.indexOf("-----END " + label + "-----", begin.end());
        if (end < 0) {
            throw new IllegalArgumentException("the PEM's end is missing");
        }
        byte[] der;
        try {
            String text = pem.substring(begin.end(), end).replaceAll("\\s", "");
            der = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException noBase64) {
            throw new IllegalArgumentException("what the PEM holds is not Base64", noBase64);
        }
        return label.equals("CERTIFICATE") ? ofCertificate(der) : ofKey(der);
    }

    private static PublicKey ofCertificate(byte[] der) {
        PublicKey key;
        try {
            key =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der))
                            .getPublicKey();
        } catch (GeneralSecurityException broken) {
            throw new IllegalArgumentException("the PEM's certificate cannot be read", broken);
        }
        if (key instanceof RSAPublicKey || key instanceof ECPublicKey) {
            return key;
        }
        throw neither();
    }

    private static PublicKey ofKey(byte[] der) {
        PublicKey rsa = ofKey("RSA", der);
        PublicKey key = rsa == null ? ofKey("EC", der) : rsa;
        if (key == null) {
            throw neither();
        }
        return key;
    }

    private static @Nullable PublicKey ofKey(String kind, byte[] der) {
        try {
            return KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException notOfThisKind) {
            return null;
        }
    }

    private static IllegalArgumentException neither() {
        return new IllegalArgumentException(
                "the PEM's key is none of RSA or EC, or it cannot be read");
    }
}
