package dev.resound.server;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs requests to the HTTP API, as back ends do. */
final class RequestSigner {
    private static final String HMAC = "HmacSHA256";

    private final String key;
    private final String secret;

    RequestSigner(String key, String secret) {
        this.key = key;
        this.secret = secret;
    }

    /**
     * The query to send the request with.
     *
     * @param path what is signed: as back ends see it, without the server's prefix
     * @param body empty if there is none
     * @param epochSeconds what is said to be the time
     */
    String query(String method, String path, String body, long epochSeconds) {
        String query = "auth_key=" + key + "&auth_timestamp=" + epochSeconds + "&auth_version=1.0";
        if (!body.isEmpty()) {
            query += "&body_md5=" + md5(body);
        }
        return query + "&auth_signature=" + hmac(method + "\n" + path + "\n" + query);
    }

    private String hmac(String text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(bytes(secret), HMAC));
            return HexFormat.of().formatHex(mac.doFinal(bytes(text)));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new AssertionError(everyJdkHasIt);
        }
    }

    private static String md5(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes(text)));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new AssertionError(everyJdkHasIt);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
