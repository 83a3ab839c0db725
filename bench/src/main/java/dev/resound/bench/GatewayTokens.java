package dev.resound.bench;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes the tokens a gateway of device sessions asks for: HS256, without an expiry.
 *
 * <p><b>Thread:</b> one.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7519">JSON Web Token</a>
 */
final class GatewayTokens {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final String HEADER = encoded("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");

    private final Mac mac;

    GatewayTokens(String secret) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    String forDevice(String email) {
        return token("{\"email\":" + JsonText.quoted(email) + "}");
    }

    String forApp(String packageName, String apiKey) {
        return token(
                "{\"packageName\":"
                        + JsonText.quoted(packageName)
                        + ",\"apiKey\":"
                        + JsonText.quoted(apiKey)
                        + "}");
    }

    private String token(String claims) {
        String signed = HEADER + "." + encoded(claims);
        byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + BASE64.encodeToString(signature);
    }

    private static String encoded(String json) {
        return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
