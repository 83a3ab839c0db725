package dev.resound.pusher;

import dev.resound.core.http.HttpRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a request comes from who knows the app's secret. SDKs differ in what they sign: with
 * the path prefix or without, with the digest of an empty body or without, encoded paths or decoded
 * ones; any of these passes.
 *
 * @see <a
 *     href="https://pusher.com/docs/channels/library_auth_reference/rest-api/#authentication">Pusher
 *     HTTP API, authentication</a>
 */
final class RequestSignature {
    private static final String MD5_OF_NOTHING = "d41d8cd98f00b204e9800998ecf8427e";
    private static final long MAX_SKEW_SECONDS = 600;
    private static final ThreadLocal<MessageDigest> MD5 =
            ThreadLocal.withInitial(RequestSignature::newMd5);
    private static final String BODY_MD5 = "body_md5";
    private static final Set<String> UNSIGNED =
            Set.of("auth_signature", BODY_MD5, "appId", "appKey", "channelName");

    private RequestSignature() {}

    static boolean verify(
            HttpRequest request, Query query, AppRuntime runtime, long nowEpochSeconds) {
        App app = runtime.app();
        String signature = query.get("auth_signature");
        if (signature == null) {
            return false;
        }
        if (app.dialect().defaults().checksRequestKey()
                && !app.key().equals(query.get("auth_key"))) {
            return false;
        }
        if (app.checksTimestamp() && !isRecent(query.get("auth_timestamp"), nowEpochSeconds)) {
            return false;
        }
        byte[] body = request.body();
        if (body.length > 0) {
            // Of the bytes received: what the client says about its body is not asked.
            return isSigned(request, query, md5Hex(body), runtime, signature);
        }
        return isSigned(request, query, null, runtime, signature)
                || (MD5_OF_NOTHING.equals(query.get(BODY_MD5))
                        && isSigned(request, query, MD5_OF_NOTHING, runtime, signature));
    }

    private static boolean isSigned(
            HttpRequest request,
            Query query,
            @Nullable String bodyMd5,
            AppRuntime runtime,
            String signature) {
        String path = request.path();
        String local = request.localPath();
        if (verify(request, path, query, bodyMd5, runtime, signature)) {
            return true;
        }
        if (!local.equals(path) && verify(request, local, query, bodyMd5, runtime, signature)) {
            return true;
        }
        return path.indexOf('%') >= 0
                && (verify(request, decoded(path), query, bodyMd5, runtime, signature)
                        || verify(request, decoded(local), query, bodyMd5, runtime, signature));
    }

    private static boolean verify(
            HttpRequest request,
            String path,
            Query query,
            @Nullable String bodyMd5,
            AppRuntime runtime,
            String signature) {
        StringBuilder signed = new StringBuilder(256);
        signed.append(request.method()).append('\n').append(path).append('\n');
        query.canonical(signed, UNSIGNED, BODY_MD5, bodyMd5);
        return runtime.signer().verify(signed.toString(), signature);
    }

    private static String decoded(String path) {
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return path;
        }
    }

    private static boolean isRecent(@Nullable String timestamp, long nowEpochSeconds) {
        try {
            return timestamp != null
                    && Math.abs(nowEpochSeconds - Long.parseLong(timestamp)) <= MAX_SKEW_SECONDS;
        } catch (NumberFormatException malformed) {
            return false;
        }
    }

    private static String md5Hex(byte[] body) {
        return HexFormat.of().formatHex(md5(body));
    }

    static byte[] md5(byte[] body) {
        return MD5.get().digest(body);
    }

    private static MessageDigest newMd5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has MD5", impossible);
        }
    }
}
