package dev.resound.pusher;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Signs with one app's secret: HMAC-SHA256, lower-case hex. <b>Thread:</b> any. */
final class Signer {
    private static final String ALGORITHM = "HmacSHA256";
    private static final ThreadLocal<Mac> MACS = ThreadLocal.withInitial(Signer::newMac);

    private final SecretKeySpec key;

    Signer(String secret) {
        this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    String sign(String text) {
        return sign(text.getBytes(StandardCharsets.UTF_8));
    }

    String sign(byte[] bytes) {
        Mac mac = MACS.get();
        try {
            mac.init(key);
        } catch (InvalidKeyException impossible) {
            throw new AssertionError("HMAC takes any key", impossible);
        }
        return HexFormat.of().formatHex(mac.doFinal(bytes));
    }

    /** In constant time for signatures of the right length. */
    boolean verify(String text, @Nullable String signature) {
        if (signature == null) {
            return false;
        }
        return MessageDigest.isEqual(
                sign(text).getBytes(StandardCharsets.UTF_8),
                signature.getBytes(StandardCharsets.UTF_8));
    }

    private static Mac newMac() {
        try {
            return Mac.getInstance(ALGORITHM);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has HMAC-SHA256", impossible);
        }
    }

    @Override
    public String toString() {
        return "Signer";
    }
}
