package dev.resound.pusher;

import dev.resound.core.http.HttpRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
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
    private static final List<String> UNSIGNED =
            List.of("auth_signature", "body_md5", "appId", "appKey", "channelName");

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
        for (String parameters : signedParameters(request, query)) {
            for (String path : signedPaths(request)) {
                String signed = request.method() + "\n" + path + "\n" + parameters;
                if (runtime.signer().verify(signed, signature)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static List<String> signedParameters(HttpRequest request, Query query) {
        List<String> plain = UNSIGNED;
        byte[] body = request.body();
        if (body.length > 0) {
            // Of the bytes received: what the client says about its body is not asked.
            return List.of(canonical(query, plain, md5Hex(body)));
        }
        String without = query.canonical(plain);
        return MD5_OF_NOTHING.equals(query.get("body_md5"))
                ? List.of(without, canonical(query, plain, MD5_OF_NOTHING))
                : List.of(without);
    }

    private static String canonical(Query query, List<String> unsigned, String md5) {
        List<String> others = unsigned.stream().filter(name -> !name.equals("body_md5")).toList();
        return query.with("body_md5", md5).canonical(others);
    }

    private static Set<String> signedPaths(HttpRequest request) {
        Set<String> paths = new LinkedHashSet<>(4);
        paths.add(request.path());
        paths.add(request.localPath());
        if (request.path().indexOf('%') >= 0) {
            paths.add(decoded(request.path()));
            paths.add(decoded(request.localPath()));
        }
        return paths;
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
        try {
            return MessageDigest.getInstance("MD5").digest(body);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has MD5", impossible);
        }
    }
}
