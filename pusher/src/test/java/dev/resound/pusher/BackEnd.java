package dev.resound.pusher;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the application's own server does with the secret: signs subscriptions and requests, as the
 * official SDKs do. Written from the specification, apart from what it is to test.
 */
record BackEnd(String key, String secret) {

    static BackEnd of(App app) {
        return new BackEnd(app.key(), app.secret());
    }

    String authorise(String socketId, String channel) {
        return key + ":" + hmac(socketId + ":" + channel);
    }

    String authorise(String socketId, String channel, String channelData) {
        return key + ":" + hmac(socketId + ":" + channel + ":" + channelData);
    }

    /** A signed query string. */
    String signedQuery(
            String method, String path, Map<String, String> query, String body, long timestamp) {
        var parameters = new TreeMap<>(query);
        parameters.put("auth_key", key);
        parameters.put("auth_timestamp", Long.toString(timestamp));
        parameters.put("auth_version", "1.0");
        if (!body.isEmpty()) {
            parameters.put("body_md5", md5(body));
        }
        StringBuilder joined = new StringBuilder();
        parameters.forEach((name, value) -> {
            joined.append(joined.isEmpty() ? "" : "&").append(name).append('=').append(value);
        });
        return joined + "&auth_signature=" + hmac(method + "\n" + path + "\n" + joined);
    }

    String hmac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
