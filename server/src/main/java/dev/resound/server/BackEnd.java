package dev.resound.server;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;

/** Calls a server's HTTP API as a back end does. <b>Thread:</b> any. */
final class BackEnd {
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient http;
    private final Target target;
    private final String id;
    private final RequestSigner signer;
    private final InstantSource clock;

    /**
     * Calls nobody yet.
     *
     * @throws WrongUsage if id or secret of the app are not known
     */
    BackEnd(HttpClient http, Target target, InstantSource clock) throws WrongUsage {
        Credentials app = target.app();
        if (app.id() == null || app.secret() == null) {
            throw new WrongUsage("requests are signed: give --app and --secret beside --key");
        }
        this.http = http;
        this.target = target;
        this.id = app.id();
        this.signer = new RequestSigner(app.key(), app.secret());
        this.clock = clock;
    }

    /** What the server answered. */
    record Answer(int status, String body, HttpHeaders headers) {
        boolean isOk() {
            return status == 200;
        }

        /** For people: status and body, cut off. */
        String shown() {
            String text = Printable.of(body.strip());
            return status
                    + (text.isEmpty() ? "" : " ")
                    + (text.length() <= 200 ? text : text.substring(0, 200) + "…");
        }
    }

    /** What all commands speak HTTP with: 1.1, and no redirects, which would hide mistakes. */
    static HttpClient newHttp() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(PATIENCE)
                .build();
    }

    /** A request without a signature. */
    static Answer get(HttpClient http, Target target, String path)
            throws IOException, InterruptedException {
        return send(http, HttpRequest.newBuilder(target.http(path)).GET());
    }

    /**
     * A signed request.
     *
     * @param path below {@code /apps/ID}
     */
    Answer get(String path) throws IOException, InterruptedException {
        return get(path, "", clock.instant().getEpochSecond());
    }

    /**
     * A signed request.
     *
     * @param signedPrefix what the signed path begins with: nothing, as back ends do it, or the
     *     prefix of the server
     * @param epochSeconds what it says to be the time
     */
    Answer get(String path, String signedPrefix, long epochSeconds)
            throws IOException, InterruptedException {
        String whole = "/apps/" + id + path;
        String query = signer.query("GET", signedPrefix + whole, "", epochSeconds);
        return send(http, HttpRequest.newBuilder(target.http(whole + "?" + query)).GET());
    }

    /** A signed request with a body of JSON. */
    Answer post(String path, String body) throws IOException, InterruptedException {
        String whole = "/apps/" + id + path;
        String query = signer.query("POST", whole, body, clock.instant().getEpochSecond());
        return send(
                http,
                HttpRequest.newBuilder(target.http(whole + "?" + query))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static Answer send(HttpClient http, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpRequest built = request.timeout(PATIENCE).build();
        try {
            HttpResponse<String> response = http.send(built, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body(), response.headers());
        } catch (IOException failed) {
            String where = built.uri().getScheme() + "://" + built.uri().getRawAuthority();
            throw new IOException(where + ": " + Reason.of(failed), failed);
        }
    }

    /** What is likely wrong when a signed request is answered so. */
    static String hint(Answer answer) {
        return switch (answer.status()) {
            case 401 ->
                    "the secret or the key is wrong, or this clock and the server's are more than"
                            + " 600 s apart, or a proxy changes the path";
            case 403 -> "the app is disabled";
            case 404 ->
                    "there is no app of this id, or the prefix of the paths is missing in --url or"
                            + " wrong";
            case 400, 422 -> "the request is not as the server wants it; its answer says why";
            case 413 ->
                    "the event is larger than the server takes (event.max_payload_bytes,"
                            + " limits.max_request_size)";
            case 429 -> "more events in a second than the app may publish";
            case 502, 503, 504 -> "a proxy does not reach the server, or the server is ending";
            case 301, 302, 307, 308 ->
                    "redirected to "
                            + Printable.of(answer.headers().firstValue("Location").orElse("?"))
                            + ": use that address";
            default -> "unexpected; is this a server that speaks the Pusher protocol?";
        };
    }
}
