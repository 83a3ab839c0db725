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

    private final SecretKeySpec key;

    /** Each thread's own, with the key: to set it anew costs as much as a short text. */
    private final ThreadLocal<Mac> macs = ThreadLocal.withInitial(this::newMac);

    Signer(String secret) {
        this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    String sign(String text) {
        return sign(text.getBytes(StandardCharsets.UTF_8));
    }

    String sign(byte[] bytes) {
        return HexFormat.of().formatHex(macs.get().doFinal(bytes));
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

    private Mac newMac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new AssertionError("every JDK has HMAC-SHA256, which takes any key", impossible);
        }
    }

    @Override
    public String toString() {
        return "Signer";
    }
}
