package dev.resound.pusher;

import dev.resound.core.http.HttpResponse;
import dev.resound.pusher.json.JsonText;
import java.util.List;
import java.util.Map;

/**
 * What the HTTP API answers to a request it does not carry out. Texts are Reverb's where Reverb has
 * them.
 */
final class ApiError {
    private ApiError() {}

    static HttpResponse unknownApp(Dialect dialect, String id) {
        return dialect.answers().errorsAreJson()
                ? answer(dialect, 404, "The app " + shortened(id) + " could not be found.")
                : answer(dialect, 404, "No matching application for ID [" + shortened(id) + "].");
    }

    static HttpResponse noApp(Dialect dialect) {
        return answer(dialect, 400, "Application ID not provided.");
    }

    static HttpResponse badSignature(Dialect dialect) {
        return answer(
                dialect,
                401,
                dialect.answers().errorsAreJson()
                        ? "The secret authentication failed"
                        : "Authentication signature invalid.");
    }

    static HttpResponse disabled(Dialect dialect) {
        return answer(dialect, 403, "The app is disabled.");
    }

    static HttpResponse notJson(Dialect dialect) {
        int status = dialect.answers().notJsonStatus();
        return answer(
                dialect,
                status,
                status == 500 ? "Internal server error." : "The body is not a JSON object.");
    }

    static HttpResponse invalid(Dialect dialect, Map<String, List<String>> problems) {
        int status = dialect.answers().invalidStatus();
        if (!dialect.answers().fieldErrors()) {
            return answer(dialect, status, problems.values().iterator().next().getFirst());
        }
        JsonText json = new JsonText().raw("{");
        String separator = "";
        for (Map.Entry<String, List<String>> field : problems.entrySet()) {
            json.raw(separator).quoted(field.getKey()).raw(":[");
            String comma = "";
            for (String problem : field.getValue()) {
                json.raw(comma).quoted(problem);
                comma = ",";
            }
            json.raw("]");
            separator = ",";
        }
        return HttpResponse.json(status, json.raw("}").toBytes());
    }

    static HttpResponse tooMuch(Dialect dialect, String message) {
        return answer(dialect, 400, message);
    }

    static HttpResponse tooLarge(Dialect dialect, int maxBytes) {
        return answer(
                dialect,
                413,
                "The data content of this event exceeds the allowed maximum ("
                        + maxBytes
                        + " bytes).");
    }

    /** More than the app may ask for in a second. */
    static HttpResponse tooMany(Dialect dialect, int perSecond, int left, long waitMillis) {
        return answer(dialect, 429, "Too many requests, try again later.")
                .with("Retry-After", Long.toString((waitMillis + 999) / 1_000))
                .with("X-RateLimit-Limit", Integer.toString(perSecond))
                .with("X-RateLimit-Remaining", Integer.toString(left));
    }

    /** A loop is too far behind: nothing was published. */
    static HttpResponse busy(Dialect dialect) {
        return answer(dialect, 503, "The server is too far behind, try again later.")
                .with("Retry-After", "1");
    }

    /** The source of apps could not say whether there is one. */
    static HttpResponse appsUnavailable(Dialect dialect) {
        return answer(dialect, 503, PusherError.APPS_UNAVAILABLE.message + ".")
                .with("Retry-After", "5");
    }

    static HttpResponse answer(Dialect dialect, int status, String message) {
        if (!dialect.answers().errorsAreJson()) {
            return HttpResponse.text(status, message);
        }
        return HttpResponse.json(
                status,
                new JsonText()
                        .raw("{\"error\":")
                        .quoted(message)
                        .raw(",\"code\":")
                        .number(status)
                        .raw("}")
                        .toBytes());
    }

    private static String shortened(String id) {
        return id.length() <= 64 ? id : id.substring(0, 64) + "…";
    }
}
