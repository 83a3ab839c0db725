package dev.resound.bench;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs as Pusher's server libraries do: HTTP requests and channel subscriptions.
 *
 * <p><b>Thread:</b> one.
 */
final class RequestSigner {

    private final Target.Pusher target;
    private final Mac mac;
    private final MessageDigest md5;

    RequestSigner(Target.Pusher target) {
        this.target = target;
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(
                    new SecretKeySpec(
                            target.secret().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            md5 = MessageDigest.getInstance("MD5");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * A whole HTTP request that publishes {@code body}.
     *
     * @param unixSeconds servers that check it allow ten minutes of difference
     */
    byte[] publish(byte[] body, long unixSeconds) {
        String path = "/apps/" + target.appId() + "/events";
        String bodyMd5 = HexFormat.of().formatHex(md5.digest(body));
        String signature =
                hmac(
                        "POST\n"
                                + path
                                + "\nauth_key="
                                + target.appKey()
                                + "&auth_timestamp="
                                + unixSeconds
                                + "&auth_version=1.0&body_md5="
                                + bodyMd5);
        byte[] head =
                ("POST "
                                + target.prefix()
                                + path
                                + "?auth_key="
                                + target.appKey()
                                + "&auth_timestamp="
                                + unixSeconds
                                + "&auth_version=1.0&body_md5="
                                + bodyMd5
                                + "&auth_signature="
                                + signature
                                + " HTTP/1.1\r\nHost: "
                                + target.address().authority()
                                + "\r\nContent-Type: application/json\r\nContent-Length: "
                                + body.length
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        var request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }

    /** The {@code auth} of a private channel's subscription. */
    String channelAuth(String socketId, String channel) {
        return target.appKey() + ":" + hmac(socketId + ":" + channel);
    }

    private String hmac(String text) {
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }
}
