package dev.resound.server;

import dev.resound.server.BackEnd.Answer;
import dev.resound.server.Check.Name;
import dev.resound.server.Check.Outcome;
import dev.resound.server.PusherConnection.Closed;
import dev.resound.server.PusherConnection.Event;
import dev.resound.server.PusherConnection.Interrupted;
import dev.resound.server.PusherConnection.Silence;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Goes the way a client and a back end go to a server, step by step, and tells which step is the
 * first that does not work. Used once.
 */
final class Checkup {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How far apart the clocks of a back end and the server may be. */
    private static final long MAX_SKEW_SECONDS = 600;

    private static final Set<String> OURS =
            Set.of(
                    "This path speaks WebSocket. If the client sent an Upgrade header, a proxy in"
                            + " between has dropped it.",
                    "Server is shutting down.",
                    "Too many connections.");

    private static final int CONNECT_MILLIS = 5_000;

    private final HttpClient http;
    private final InstantSource clock;
    private final @Nullable String origin;
    private final List<String> otherPrefixes = new ArrayList<>(List.of(""));
    private final Map<Name, Check> checks = new EnumMap<>(Name.class);
    private InetAddress[] addresses = {};

    /**
     * Nothing is looked at yet.
     *
     * @param origin the web page that clients come from; null if nobody said
     */
    Checkup(HttpClient http, InstantSource clock, @Nullable String origin) {
        this.http = http;
        this.clock = clock;
        this.origin = origin;
    }

    void configurationFailed(String text) {
        failed(Name.CONFIGURATION, text);
    }

    void configurationNotNeeded() {
        skipped(Name.CONFIGURATION, "server and app are given, nothing is read");
    }

    /**
     * The configuration has been read.
     *
     * @param prefix where the server itself would have its paths
     */
    void configurationRead(String text, String prefix) {
        ok(Name.CONFIGURATION, text);
        otherPrefixes.add(prefix);
    }

    /** Looks at everything. */
    void run(Target target) throws InterruptedException {
        if (dns(target) && port(target) && tls(target)) {
            Answer up = http(target);
            if (up != null && prefix(target, up)) {
                webSocket(target, up);
            }
        }
    }

    /** All checks in their order; what could not be looked at is there, too. */
    List<Check> checks() {
        String failed =
                checks.values().stream()
                        .filter(check -> check.outcome() == Outcome.FAILED)
                        .map(check -> check.name().word())
                        .findFirst()
                        .orElse("an earlier step");
        return Arrays.stream(Name.values())
                .map(name ->
                        checks.getOrDefault(
                                name,
                                new Check(
                                        name,
                                        Outcome.SKIPPED,
                                        "not looked at, because of: " + failed)))
                .toList();
    }

    private void ok(Name name, String text) {
        checks.put(name, new Check(name, Outcome.OK, text));
    }

    private void skipped(Name name, String text) {
        checks.put(name, new Check(name, Outcome.SKIPPED, text));
    }

    private void failed(Name name, String text) {
        checks.put(name, new Check(name, Outcome.FAILED, text));
    }

    // ---- the way to the server

    private boolean dns(Target target) {
        String host = host(target);
        try {
            addresses = InetAddress.getAllByName(host);
            ok(
                    Name.DNS,
                    host
                            + " is "
                            + Arrays.stream(addresses)
                                    .map(InetAddress::getHostAddress)
                                    .collect(Collectors.joining(", ")));
            return true;
        } catch (UnknownHostException unknown) {
            failed(Name.DNS, "nobody knows the name " + host + ": is it spelt right?");
            return false;
        }
    }

    private static String host(Target target) {
        String host = target.base().getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /**
     * Clients try all addresses, so that one is enough; but each that is silent costs them time.
     */
    private boolean port(Target target) {
        String where = target.base().getHost() + ":" + target.port();
        List<String> troubles = new ArrayList<>();
        for (InetAddress address : addresses) {
            String trouble = trouble(new InetSocketAddress(address, target.port()));
            if (trouble != null) {
                troubles.add(address.getHostAddress() + ": " + trouble);
            }
        }
        String told = String.join("; ", troubles);
        if (troubles.size() < addresses.length) {
            ok(Name.PORT, where + " accepts connections" + (told.isEmpty() ? "" : ", but " + told));
            return true;
        }
        failed(Name.PORT, where + ": " + told);
        return false;
    }

    private static @Nullable String trouble(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, CONNECT_MILLIS);
            return null;
        } catch (SocketTimeoutException silence) {
            return "no answer; a firewall in between may drop packets";
        } catch (IOException refused) {
            return Reason.of(refused) + "; start the server there, or correct the port";
        }
    }

    private boolean tls(Target target) {
        if (!target.isSecure()) {
            skipped(Name.TLS, "the address says http or ws");
            return true;
        }
        try {
            TlsProbe.Finding finding = probe(target).look();
            if (finding.ok()) {
                ok(Name.TLS, finding.text());
            } else {
                failed(Name.TLS, finding.text());
            }
            return finding.ok();
        } catch (IOException broken) {
            failed(Name.TLS, "the connection broke off: " + Reason.of(broken));
            return false;
        }
    }

    private TlsProbe probe(Target target) {
        return new TlsProbe(host(target), target.port(), clock.instant());
    }

    /** What {@code /up} answers; null if it is no use to go on. */
    private @Nullable Answer http(Target target) throws InterruptedException {
        Answer up;
        try {
            up = BackEnd.get(http, target, "/up");
        } catch (IOException noHttp) {
            failed(
                    Name.HTTP,
                    !target.isSecure() && probe(target).speaksTls()
                            ? "the port speaks TLS: use wss:// or https://"
                            : "the port does not speak HTTP: " + Reason.of(noHttp));
            return null;
        }
        String answered = "GET /up is answered " + up.status() + by(up.headers());
        String trouble =
                switch (up.status()) {
                    case 301, 302, 303, 307, 308 ->
                            ", to "
                                    + Printable.of(
                                            up.headers().firstValue("Location").orElse("nowhere"))
                                    + ": use that address, clients do not follow";
                    case 401, 403 -> ": something before the server wants a login, or keeps us out";
                    case 502, 504 -> ": a proxy does not reach the server behind it";
                    case 503 -> ": the server is ending, or a proxy has no healthy one behind it";
                    default -> null;
                };
        if (trouble != null) {
            failed(Name.HTTP, answered + trouble);
            return null;
        }
        ok(Name.HTTP, answered);
        return up;
    }

    private static String by(HttpHeaders headers) {
        return headers.firstValue("Server").map(server -> " by " + Printable.of(server)).orElse("");
    }

    // ---- the prefix of the paths

    private boolean prefix(Target target, Answer up) throws InterruptedException {
        if (up.isOk()) {
            ok(Name.PATH, "the prefix " + named(target.prefix()) + " is right");
            return true;
        }
        for (String other : otherPrefixes) {
            if (!other.equals(target.prefix()) && isUp(target.withPrefix(other))) {
                failed(
                        Name.PATH,
                        "with the prefix "
                                + named(target.prefix())
                                + " /up is answered "
                                + up.status()
                                + ", with "
                                + named(other)
                                + " 200: change the prefix in the address (wsPath of clients), or"
                                + " server.path, or what the proxy cuts off");
                return false;
            }
        }
        return true; // soketi and old versions of Reverb have no /up: the WebSocket will tell
    }

    private boolean isUp(Target target) throws InterruptedException {
        try {
            return BackEnd.get(http, target, "/up").isOk();
        } catch (IOException broken) {
            return false;
        }
    }

    private static String named(String prefix) {
        return prefix.isEmpty() ? "/" : prefix;
    }

    // ---- the client

    private void webSocket(Target target, Answer up) throws InterruptedException {
        try (PusherConnection connection = PusherConnection.open(http, target, origin)) {
            if (!up.isOk()) {
                ok(Name.PATH, "there is no /up here, but WebSockets are");
            }
            ok(Name.UPGRADE, "a WebSocket was opened");
            if (key(connection)) {
                backEnd(target, up, connection);
            }
        } catch (WebSocketHandshakeException refused) {
            handshakeRefused(target, up, refused.getResponse());
        } catch (IOException broken) {
            failed(Name.UPGRADE, "the handshake broke off: " + Reason.of(broken));
        }
    }

    private void handshakeRefused(Target target, Answer up, HttpResponse<?> response)
            throws InterruptedException {
        int status = response.statusCode();
        if (status == 404 && !up.isOk()) {
            failed(
                    Name.PATH,
                    "404 with the prefix "
                            + named(target.prefix())
                            + " and without: give the prefix of the server (server.path,"
                            + " REVERB_SERVER_PATH), or make the proxy pass /app and /apps on");
            return;
        }
        String who = isOurs(response.body()) ? " by Resound" : by(response.headers());
        String answered = "the handshake at /app/KEY is answered " + status + who + ": ";
        String dropped =
                "a proxy in between drops the header Upgrade (nginx: proxy_http_version 1.1;"
                        + " proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection"
                        + " \"upgrade\")";
        failed(
                Name.UPGRADE,
                answered
                        + switch (status) {
                            case 426 -> dropped;
                            case 404 -> "a proxy passes /up on, but not /app";
                            case 401, 403 -> "a proxy or firewall refuses it";
                            case 429 -> "a proxy limits how often one may connect";
                            case 502, 504 -> "a proxy does not reach the server behind it";
                            case 503 ->
                                    isOurs(response.body())
                                            ? "it is ending, or has all the connections it may have"
                                                    + " (limits.max_connections)"
                                            : "a proxy has no healthy server left";
                            case 301, 302, 303, 307, 308 ->
                                    "use the address it names: "
                                            + Printable.of(
                                                    response.headers()
                                                            .firstValue("Location")
                                                            .orElse("none"));
                            default ->
                                    answersAlike(target, status)
                                            ? "the same as without the header Upgrade; either "
                                                    + dropped
                                                    + ", or this is no server of the Pusher"
                                                    + " protocol"
                                            : "unexpected; is this a server of the Pusher protocol?";
                        });
    }

    /** Whether it is known from our server, and no proxy has made it up. */
    private static boolean isOurs(@Nullable Object body) {
        return body instanceof String text && OURS.contains(text.strip());
    }

    /** Whether a request that wants no WebSocket is answered so, too. */
    private boolean answersAlike(Target target, int status) throws InterruptedException {
        try {
            return BackEnd.get(http, target, "/app/" + target.app().key()).status() == status;
        } catch (IOException broken) {
            return false;
        }
    }

    /** Whether the app lets us in. */
    private boolean key(PusherConnection connection) throws InterruptedException {
        PusherConnection.Next first = connection.greeting(PATIENCE);
        if (connection.isGreeted()) {
            ok(Name.KEY, "the app is there");
            if (origin == null) {
                skipped(Name.ORIGIN, "give --origin https://… to check the page clients are on");
            } else {
                ok(Name.ORIGIN, Printable.of(origin) + " is allowed");
            }
            return true;
        }
        switch (first) {
            case Event event -> refused(event.data().path("code").asInt(0), event.shown());
            case Closed closed -> refused(closed.code(), closed.shown());
            case Silence() ->
                    failed(Name.KEY, "no greeting came; is this a server of the Pusher protocol?");
            case Interrupted() -> failed(Name.KEY, "interrupted");
        }
        return false;
    }

    private void refused(int code, String shown) {
        String what =
                switch (code) {
                    case 4000 -> "the app takes TLS only: use wss://";
                    case 4001 -> "there is no app with this key: correct the key, or the server";
                    case 4003 -> "the app is disabled (apps[].enabled)";
                    case 4004, 4100 -> "the app has all the connections it may have, or the server";
                    case 4009 -> null;
                    default -> "refused: " + Printable.of(shown);
                };
        if (what == null) {
            ok(Name.KEY, "the app is there");
            failed(
                    Name.ORIGIN,
                    (origin == null
                                    ? "connections without an origin are refused: give --origin"
                                            + " https://…"
                                    : Printable.of(origin)
                                            + " is refused: add its host to"
                                            + " apps[].allowed_origins")
                            + " (4009)");
        } else {
            failed(Name.KEY, what + " (" + code + ")");
        }
    }

    // ---- the back end

    private void backEnd(Target target, Answer up, PusherConnection connection)
            throws InterruptedException {
        Long skew = skew(up.headers().firstValue("Date").orElse(""), clock.instant());
        BackEnd backEnd;
        try {
            backEnd = new BackEnd(http, target, clock);
        } catch (WrongUsage unsigned) {
            clock(skew, "the server does not tell its time");
            skipped(Name.SIGNATURE, String.valueOf(unsigned.getMessage()));
            skipped(Name.ROUND_TRIP, String.valueOf(unsigned.getMessage()));
            return;
        }
        try {
            if (signature(backEnd, target, skew)) {
                roundTrip(backEnd, connection);
            }
        } catch (IOException broken) {
            failed(Name.SIGNATURE, "the connection broke off: " + Reason.of(broken));
        } catch (WrongUsage impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** By how many seconds the server's clock is ahead of ours; null if it does not say. */
    static @Nullable Long skew(String date, Instant now) {
        try {
            ZonedDateTime theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME);
            return Duration.between(now, theirs.toInstant()).toSeconds();
        } catch (DateTimeParseException none) {
            return null;
        }
    }

    private void clock(@Nullable Long skew, String otherwise) {
        if (skew == null) {
            skipped(Name.CLOCK, otherwise);
        } else if (Math.abs(skew) > MAX_SKEW_SECONDS) {
            failed(
                    Name.CLOCK,
                    "the server's clock is about "
                            + shown(skew)
                            + " this one, and signed requests may be "
                            + MAX_SKEW_SECONDS
                            + " s old or early: set both by NTP");
        } else {
            ok(
                    Name.CLOCK,
                    "the server's clock is about "
                            + shown(skew)
                            + " this one; up to "
                            + MAX_SKEW_SECONDS
                            + " s do no harm");
        }
    }

    private static String shown(long skew) {
        return Math.abs(skew) + (skew < 0 ? " s behind" : " s ahead of");
    }

    private boolean signature(BackEnd backEnd, Target target, @Nullable Long toldSkew)
            throws IOException, InterruptedException {
        long now = clock.instant().getEpochSecond();
        Answer answer = backEnd.get("/channels", "", now);
        if (answer.isOk()) {
            Long skew = toldSkew == null ? measuredSkew(backEnd, now) : toldSkew;
            clock(skew, "the server does not look at the time of signed requests");
            ok(Name.SIGNATURE, "a signed request is answered 200");
            return true;
        }
        if (answer.status() == 401) {
            unsigned(backEnd, target, toldSkew, now);
            return false;
        }
        clock(toldSkew, "the server does not tell its time");
        boolean ofTheApp =
                answer.body().contains("No matching application")
                        || answer.body().contains("could not be found");
        failed(
                Name.SIGNATURE,
                "GET /apps/ID/channels is answered "
                        + answer.shown()
                        + ": "
                        + (answer.status() == 404 && !ofTheApp
                                ? "a proxy passes /app on, but not /apps"
                                : BackEnd.hint(answer)));
        return false;
    }

    /** What is wrong with a signature: the clock, the signed path, or the secret. */
    private void unsigned(BackEnd backEnd, Target target, @Nullable Long toldSkew, long now)
            throws IOException, InterruptedException {
        String refused = "a signed request is answered 401: ";
        boolean withPrefix =
                !target.prefix().isEmpty() && backEnd.get("/channels", target.prefix(), now).isOk();
        if (withPrefix) {
            clock(toldSkew, "the server does not tell its time");
            failed(
                    Name.SIGNATURE,
                    refused
                            + "the server wants the prefix to be signed, which back ends do not do:"
                            + " set it in the server's configuration and not on its command line");
            return;
        }
        Long skew = toldSkew == null ? guessedSkew(backEnd, now) : toldSkew;
        clock(skew, "the server does not tell its time");
        boolean clockIsWrong = skew != null && Math.abs(skew) > MAX_SKEW_SECONDS;
        failed(
                Name.SIGNATURE,
                refused
                        + (clockIsWrong
                                ? "see clock"
                                : "the server has another secret for this app, or a proxy changes"
                                        + " the path or the query"));
    }

    /** Tries times up to two hours away; the first that passes is right to some minutes. */
    private static @Nullable Long guessedSkew(BackEnd backEnd, long now)
            throws IOException, InterruptedException {
        for (long away = MAX_SKEW_SECONDS; away <= 7_200; away += MAX_SKEW_SECONDS) {
            for (long skew : new long[] {away, -away}) {
                if (backEnd.get("/channels", "", now + skew).isOk()) {
                    Long measured = measuredSkew(backEnd, now + skew);
                    return measured == null ? skew : measured + skew;
                }
            }
        }
        return null;
    }

    /**
     * Finds the oldest time that passes, which is 600 s before the server's.
     *
     * @param passing a time that passes
     * @return by how much the server is ahead of that; null if it takes any time
     */
    private static @Nullable Long measuredSkew(BackEnd backEnd, long passing)
            throws IOException, InterruptedException {
        long refused = passing - 2 * MAX_SKEW_SECONDS - 1;
        if (backEnd.get("/channels", "", refused).isOk()) {
            return null;
        }
        long oldest = passing;
        while (oldest - refused > 1) {
            long middle = (oldest + refused) / 2;
            if (backEnd.get("/channels", "", middle).isOk()) {
                oldest = middle;
            } else {
                refused = middle;
            }
        }
        return oldest + MAX_SKEW_SECONDS - passing;
    }

    private void roundTrip(BackEnd backEnd, PusherConnection connection)
            throws IOException, InterruptedException, WrongUsage {
        String channel = "private-resound-doctor-" + UUID.randomUUID();
        connection.subscribe(channel, "doctor");
        if (!(connection.next(PATIENCE) instanceof Event joined)
                || !joined.name().equals("pusher_internal:subscription_succeeded")) {
            failed(
                    Name.ROUND_TRIP,
                    "a private channel cannot be joined, although requests with the same secret"
                            + " pass; look at the server's log");
            return;
        }
        long began = System.nanoTime();
        Answer answer =
                backEnd.post(
                        "/events",
                        Output.object()
                                .put("name", "checkup")
                                .put("channel", channel)
                                .put("data", "{}")
                                .toString());
        if (!answer.isOk()) {
            failed(
                    Name.ROUND_TRIP,
                    "publishing is answered " + answer.shown() + ": " + BackEnd.hint(answer));
        } else if (connection.next(PATIENCE) instanceof Event event
                && event.name().equals("checkup")) {
            long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
            ok(
                    Name.ROUND_TRIP,
                    "what was published on a private channel came back in " + millis + " ms");
        } else {
            failed(
                    Name.ROUND_TRIP,
                    "published, but not received: are there several servers behind this address"
                            + " that do not share their channels?");
        }
    }
}
