package dev.resound.server;

import dev.resound.netty.Limits;
import dev.resound.pusher.Dialect;
import dev.resound.pusher.FallbackOptions;
import dev.resound.pusher.WebhookOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The table of settings. */
final class Settings {
    private static final int MAX = 1_000_000_000;
    private static final Limits PORT = Limits.defaults();

    private Settings() {}

    // ---- the port

    static final Setting<String> HOST =
            Setting.of(
                            "server.host",
                            Kind.host(),
                            "(`0.0.0.0`; `127.0.0.1` in development mode)",
                            "The address to listen on.")
                    .reverb("REVERB_SERVER_HOST")
                    .soketi("SOKETI_HOST")
                    .flag("--host");

    static final Setting<Integer> PORT_NUMBER =
            Setting.of(
                            "server.port",
                            Kind.count(0, 65_535),
                            "(`8080`; `6001` when `dialect` is `soketi`)",
                            "The port to listen on; 0 lets the system choose.")
                    .reverb("REVERB_SERVER_PORT")
                    .soketi("SOKETI_PORT")
                    .flag("--port");

    static final Setting<String> PATH =
            Setting.of(
                            "server.path",
                            Kind.pathPrefix(),
                            "/",
                            "A prefix of all paths, such as `/ws`.")
                    .reverb("REVERB_SERVER_PATH")
                    .soketi("SOKETI_PATH_PREFIX")
                    .flag("--path");

    static final Setting<String> HOSTNAME =
            Setting.of(
                            "server.hostname",
                            Kind.host(),
                            "(none)",
                            "The host name clients use; only told at start.")
                    .reverb("REVERB_HOST")
                    .flag("--hostname");

    static final Setting<Boolean> FALLBACK =
            Setting.of(
                    "server.fallback",
                    Kind.flag(),
                    "true",
                    "Whether clients whose WebSockets do not get through may come over plain HTTP;"
                            + " see [Fallback](fallback.md).");

    static final Setting<String> FALLBACK_HOSTNAME =
            Setting.of(
                    "server.fallback_hostname",
                    new Kind<>(
                            "a host name or an IPv4 address, without scheme and port",
                            Kind.Form.PLAIN,
                            text -> FallbackOptions.isHostname(text) ? text : null),
                    "(none)",
                    "The name of this one of several servers: pusher-js sends all requests of an"
                            + " HTTP session there.");

    static final Setting<Integer> LOOPS =
            Setting.of(
                    "server.loops",
                    Kind.count(1, 1_024),
                    "(one per processor)",
                    "How many event loops serve the connections.");

    static final Setting<Path> CERTIFICATE =
            Setting.of(
                            "server.tls.certificate",
                            Kind.file(),
                            "(none: no TLS)",
                            "PEM file with the certificate and its chain.")
                    .soketi("SOKETI_SSL_CERT");

    static final Setting<Path> KEY =
            Setting.of(
                            "server.tls.key",
                            Kind.file(),
                            "(none: no TLS)",
                            "PEM file with the certificate's private key.")
                    .soketi("SOKETI_SSL_KEY");

    static final Setting<String> KEY_PASSWORD =
            Setting.of(
                            "server.tls.key_password",
                            Kind.secret(),
                            "(none)",
                            "The password of an encrypted key.")
                    .soketi("SOKETI_SSL_PASS");

    // ---- limits

    static final Setting<Integer> MAX_REQUEST_SIZE =
            Setting.of(
                            "limits.max_request_size",
                            Kind.size(1, 1 << 30),
                            "(`10000` when every app speaks `reverb`, otherwise `1MB`)",
                            "The largest body of an HTTP request.")
                    .reverb("REVERB_MAX_REQUEST_SIZE");

    static final Setting<Integer> MAX_REQUEST_LINE =
            Setting.of(
                    "limits.max_request_line",
                    Kind.size(256, 1 << 20),
                    Units.size(PORT.http().requestLineBytes()),
                    "The longest request line.");

    static final Setting<Integer> MAX_HEADER_SIZE =
            Setting.of(
                    "limits.max_header_size",
                    Kind.size(256, 1 << 20),
                    Units.size(PORT.http().headerBytes()),
                    "All header fields of a request together.");

    static final Setting<Integer> MAX_HEADER_FIELDS =
            Setting.of(
                    "limits.max_header_fields",
                    Kind.count(10, 10_000),
                    Integer.toString(PORT.http().headerFields()),
                    "How many header fields a request may have.");

    static final Setting<Integer> MAX_CHUNK_HEADER =
            Setting.of(
                    "limits.max_chunk_header",
                    Kind.size(16, 1 << 20),
                    Units.size(PORT.http().chunkHeaderBytes()),
                    "The line before each chunk of a chunked body.");

    static final Setting<Integer> MAX_TRAILER_SIZE =
            Setting.of(
                    "limits.max_trailer_size",
                    Kind.size(0, 1 << 20),
                    Units.size(PORT.http().trailerBytes()),
                    "All trailer fields of a chunked body together.");

    static final Setting<Duration> REQUEST_HEAD_TIME =
            Setting.of(
                    "limits.request_head_time",
                    aWhile(),
                    Units.time(PORT.requestHeadTime()),
                    "From accepting a connection to a complete request head, TLS handshake"
                            + " included.");

    static final Setting<Duration> REQUEST_BODY_TIME =
            Setting.of(
                    "limits.request_body_time",
                    aWhile(),
                    Units.time(PORT.requestBodyTime()),
                    "For a request body, in all.");

    static final Setting<Duration> KEEP_ALIVE_TIME =
            Setting.of(
                    "limits.keep_alive_time",
                    aWhile(),
                    Units.time(PORT.keepAliveTime()),
                    "How long a connection may idle between requests.");

    static final Setting<Integer> BACKLOG =
            Setting.of(
                    "limits.backlog",
                    Kind.size(1_024, 1 << 30),
                    Units.size(PORT.backlogBytes()),
                    "What is kept for a WebSocket that does not read, before it is closed; at most"
                            + " `limits.log`.");

    static final Setting<Integer> LOG =
            Setting.of(
                    "limits.log",
                    Kind.size(1_024, 1 << 30),
                    Units.size(PORT.logBytes()),
                    "The log of one event loop, which all its slow readers share. Who is owed more"
                            + " than 64 KiB of what it drops is closed.");

    static final Setting<Integer> MESSAGES_PER_SECOND =
            Setting.of(
                    "limits.messages_per_second",
                    Kind.limit(1_000_000),
                    Integer.toString(PORT.messagesPerSecond()),
                    "Messages from one WebSocket; beyond, it is read from more slowly. 0 is no"
                            + " limit.");

    static final Setting<Integer> CONTROL_FRAMES_PER_SECOND =
            Setting.of(
                    "limits.control_frames_per_second",
                    Kind.limit(1_000_000),
                    Integer.toString(PORT.controlFramesPerSecond()),
                    "The same for pings and pongs.");

    static final Setting<Integer> MAX_CONNECTIONS =
            Setting.of(
                    "limits.max_connections",
                    Kind.count(1, MAX),
                    "(the process's limit of open files less 512)",
                    "Connections of the process; more are answered 503.");

    static final Setting<Integer> ACCEPT_TRAFFIC_MEMORY =
            Setting.of(
                            "limits.accept_traffic_memory",
                            Kind.count(1, 100),
                            "85",
                            "Percent of the heap in use, beyond which `/accept-traffic` says 503"
                                    + " (only there when `dialect` is `soketi`).")
                    .soketi("SOKETI_HTTP_ACCEPT_TRAFFIC_MEMORY_THRESHOLD");

    static final Setting<Boolean> METRICS =
            Setting.of(
                    "metrics.enabled",
                    Kind.flag(),
                    "false",
                    "Whether `GET /metrics` tells everybody who can reach the port this node's"
                            + " figures, for Prometheus; see [Operations](operations.md#metrics).");

    static final Setting<Integer> FALLBACK_SESSIONS =
            Setting.of(
                    "limits.fallback_sessions",
                    Kind.count(1, MAX),
                    Integer.toString(FallbackOptions.defaults().waitingSessions()),
                    "HTTP sessions between two requests, or without an app yet; more do not"
                            + " begin.");

    static final Setting<Duration> FALLBACK_PATIENCE =
            Setting.of(
                    "limits.fallback_patience",
                    aWhile(),
                    Units.time(FallbackOptions.defaults().patience()),
                    "How long an HTTP session waits for its client's next request.");

    // ---- shutdown

    static final Setting<Duration> DRAIN_DELAY =
            Setting.of(
                    "shutdown.drain_delay",
                    aPause(),
                    "(`5s`; `0s` in development mode)",
                    "How long everything goes on while `/up` says 503, so that a load balancer"
                            + " notices.");

    static final Setting<Duration> GRACE =
            Setting.of(
                            "shutdown.grace",
                            aPause(),
                            "(`25s`; `1s` in development mode)",
                            "The time over which connections are closed, in random order.")
                    .soketi("SOKETI_SHUTDOWN_GRACE_PERIOD", SoketiVariable.Form.MILLISECONDS);

    static final Setting<Duration> TIMEOUT =
            Setting.of(
                    "shutdown.timeout",
                    aWhile(),
                    "45s",
                    "When the process ends in any case, with exit code 1.");

    // ---- webhooks

    static final Setting<Path> WEBHOOKS_DEAD_LETTERS =
            Setting.of(
                    "webhooks.dead_letters",
                    Kind.file(),
                    "(none: they are only counted)",
                    "File to which calls that could not be made are appended, for `resound"
                            + " webhooks replay`.");

    static final Setting<Duration> WEBHOOKS_TIMEOUT =
            Setting.of(
                    "webhooks.timeout",
                    aWhile(),
                    Units.time(WebhookOptions.defaults().timeout()),
                    "How long a receiver may take to answer.");

    static final Setting<Duration> WEBHOOKS_BATCH_TIME =
            Setting.of(
                            "webhooks.batch_time",
                            Kind.duration(Duration.ZERO, Duration.ofMinutes(1)),
                            Units.time(WebhookOptions.defaults().batchTime()),
                            "How long events wait for others to go in the same call; 0 is not at"
                                    + " all.")
                    .soketi("SOKETI_WEBHOOKS_BATCHING_DURATION", SoketiVariable.Form.MILLISECONDS);

    // ---- all apps

    static final Setting<Dialect> DIALECT =
            Setting.of(
                    "dialect",
                    Kind.choice(AppSettings.DIALECTS, Dialect::name),
                    "reverb",
                    "The dialect of apps that do not say.");

    static final Setting<Boolean> DEBUG =
            Setting.of(
                            "debug",
                            Kind.flag(),
                            "false",
                            "Prints every message in and out, shortened, without signatures.")
                    .soketi("SOKETI_DEBUG")
                    .flag("--debug");

    // ---- Socket.IO

    static final Setting<Boolean> SOCKETIO_ENABLED =
            Setting.of(
                    "socketio.enabled",
                    Kind.flag(),
                    "true",
                    "Whether the apps' channels are served to Socket.IO clients, too.");

    static final Setting<String> SOCKETIO_PATH =
            Setting.of("socketio.path", Kind.pathPrefix(), "/socket.io", "The path of Socket.IO.");

    static final Setting<Boolean> SOCKETIO_EIO3 =
            Setting.of(
                    "socketio.allow_eio3",
                    Kind.flag(),
                    "true",
                    "Whether Socket.IO 2 clients are served.");

    static final Setting<Duration> SOCKETIO_PING_INTERVAL =
            Setting.of(
                    "socketio.ping_interval",
                    aWhile(),
                    "25s",
                    "How long after an answer the next ping is sent.");

    static final Setting<Duration> SOCKETIO_PING_TIMEOUT =
            Setting.of(
                    "socketio.ping_timeout",
                    aWhile(),
                    "20s",
                    "How long a client may take to answer a ping.");

    static final Setting<Integer> SOCKETIO_MAX_MESSAGE =
            Setting.of(
                    "socketio.max_message_size",
                    Kind.size(1_024, 1 << 28),
                    "1000000",
                    "The largest message, and the largest POST.");

    static final Setting<String> SOCKETIO_JWT_SECRET =
            Setting.of(
                    "socketio.jwt_secret",
                    Kind.secret(),
                    "(the app's secret, if that has 32 bytes)",
                    "What tokens (JWT, HS256) that name a client's channels are signed with; 32"
                            + " bytes or more.");

    static final Setting<URI> SOCKETIO_AUTH_ENDPOINT =
            Setting.of(
                    "socketio.auth_endpoint",
                    Kind.url(),
                    "(none)",
                    "Asked who may subscribe to private channels when the client brings no"
                            + " signature and no token: Laravel's"
                            + " `http://…/broadcasting/auth`.");

    static final Setting<Duration> SOCKETIO_AUTH_TIMEOUT =
            Setting.of("socketio.auth_timeout", aWhile(), "5s", "How long that may take.");

    /** Every setting, in the order in which they are explained. */
    static final List<Setting<?>> ALL =
            Stream.of(
                            List.of(
                                    HOST,
                                    PORT_NUMBER,
                                    PATH,
                                    HOSTNAME,
                                    FALLBACK,
                                    FALLBACK_HOSTNAME,
                                    LOOPS,
                                    CERTIFICATE,
                                    KEY,
                                    KEY_PASSWORD,
                                    DIALECT,
                                    DEBUG,
                                    METRICS,
                                    MAX_REQUEST_SIZE,
                                    MAX_REQUEST_LINE,
                                    MAX_HEADER_SIZE,
                                    MAX_HEADER_FIELDS,
                                    MAX_CHUNK_HEADER,
                                    MAX_TRAILER_SIZE,
                                    REQUEST_HEAD_TIME,
                                    REQUEST_BODY_TIME,
                                    KEEP_ALIVE_TIME,
                                    BACKLOG,
                                    LOG,
                                    MESSAGES_PER_SECOND,
                                    CONTROL_FRAMES_PER_SECOND,
                                    MAX_CONNECTIONS,
                                    ACCEPT_TRAFFIC_MEMORY,
                                    FALLBACK_SESSIONS,
                                    FALLBACK_PATIENCE,
                                    DRAIN_DELAY,
                                    GRACE,
                                    TIMEOUT,
                                    SOCKETIO_ENABLED,
                                    SOCKETIO_PATH,
                                    SOCKETIO_EIO3,
                                    SOCKETIO_PING_INTERVAL,
                                    SOCKETIO_PING_TIMEOUT,
                                    SOCKETIO_MAX_MESSAGE,
                                    SOCKETIO_JWT_SECRET,
                                    SOCKETIO_AUTH_ENDPOINT,
                                    SOCKETIO_AUTH_TIMEOUT,
                                    WEBHOOKS_DEAD_LETTERS,
                                    WEBHOOKS_TIMEOUT,
                                    WEBHOOKS_BATCH_TIME),
                            StoreSettings.ALL,
                            ClusterSettings.ALL,
                            DeviceSettings.ALL,
                            AppSettings.ALL)
                    .<Setting<?>>flatMap(List::stream)
                    .toList();

    private static Kind<Duration> aWhile() {
        return Kind.duration(Duration.ofMillis(1), Duration.ofHours(24));
    }

    private static Kind<Duration> aPause() {
        return Kind.duration(Duration.ZERO, Duration.ofHours(24));
    }
}
