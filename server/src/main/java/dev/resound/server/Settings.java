package dev.resound.server;

import dev.resound.netty.Limits;
import dev.resound.pusher.ClientEvents;
import dev.resound.pusher.Dialect;
import dev.resound.pusher.FallbackOptions;
import dev.resound.pusher.Webhook;
import dev.resound.pusher.WebhookOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The table of settings. */
final class Settings {
    private static final int MAX = 1_000_000_000;
    private static final int DAY_SECONDS = 86_400;
    private static final Limits PORT = Limits.defaults();
    private static final List<Dialect> DIALECTS =
            List.of(Dialect.REVERB, Dialect.PUSHER, Dialect.SOKETI);

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
                    "The log of one event loop, which all its slow readers share.");

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

    // ---- the table of apps

    static final Setting<String> APP_SOURCE_URL =
            Setting.of(
                    "app_source.url",
                    new Kind<>(
                            "a JDBC URL of a database such as jdbc:postgresql://127.0.0.1/soketi,"
                                    + " jdbc:mariadb://… or jdbc:mysql://…",
                            Kind.Form.SECRET, // it may have a password in it
                            text -> Database.isUrl(text) ? text : null),
                    "(none: no table)",
                    "The database that has a table of apps; see [Apps](apps.md).");

    static final Setting<String> APP_SOURCE_USER =
            Setting.of(
                    "app_source.user",
                    Kind.line(200),
                    "(none)",
                    "The user of the database; it only has to read the table.");

    static final Setting<String> APP_SOURCE_PASSWORD =
            Setting.of(
                    "app_source.password", Kind.secret(), "(none)", "The password of that user.");

    static final Setting<String> APP_SOURCE_TABLE =
            Setting.of(
                    "app_source.table",
                    table(),
                    "apps",
                    "The table, perhaps with its schema: `tenants.apps`.");

    static final Setting<Integer> APP_SOURCE_POOL =
            Setting.of(
                    "app_source.pool",
                    Kind.count(1, 100),
                    "4",
                    "Connections to the database, at most.");

    static final Setting<Duration> APP_SOURCE_CACHE_TTL =
            Setting.of(
                    "app_source.cache_ttl",
                    Kind.duration(Duration.ofSeconds(1), Duration.ofHours(24)),
                    "60s",
                    "For how long an app is not read again: so late a change is seen.");

    static final Setting<Duration> APP_SOURCE_NEGATIVE_TTL =
            Setting.of(
                    "app_source.negative_ttl",
                    Kind.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
                    "5s",
                    "For how long the database is not asked again for an app it does not have.");

    static final Setting<Duration> APP_SOURCE_STALE_TTL =
            Setting.of(
                    "app_source.stale_ttl",
                    Kind.duration(Duration.ofSeconds(1), Duration.ofDays(365)),
                    "24h",
                    "For how long apps are served as they were while the database is away.");

    static final Setting<Dialect> APP_SOURCE_DIALECT =
            Setting.of(
                    "app_source.dialect",
                    Kind.choice(DIALECTS, Dialect::name),
                    "soketi",
                    "The dialect of the apps in the table.");

    // ---- a restart of several servers

    static final Setting<String> RESTART_SIGNAL_STORE =
            Setting.of(
                    "restart_signal.store",
                    new Kind<>(
                            "a URL such as redis://127.0.0.1:6379/1, rediss://…,"
                                    + " jdbc:postgresql://127.0.0.1/app, jdbc:mariadb://… or"
                                    + " jdbc:mysql://…, or a directory such as"
                                    + " storage/framework/cache/data",
                            Kind.Form.SECRET, // it may have a password in it
                            text -> SignalStore.read(text, null, null, "") == null ? null : text),
                    "(none: no signal is watched)",
                    "The cache of a Laravel application that is watched for a signal to restart: a"
                            + " URL of Redis or a database, or a directory; see"
                            + " [Operations](operations.md#several-servers).");

    static final Setting<String> RESTART_SIGNAL_USER =
            Setting.of(
                    "restart_signal.user",
                    Kind.line(200),
                    "(none)",
                    "The user of Redis or the database, if not in the URL; writing is for"
                            + " `resound restart --shared` only.");

    static final Setting<String> RESTART_SIGNAL_PASSWORD =
            Setting.of(
                    "restart_signal.password",
                    Kind.secret(),
                    "(none)",
                    "The password of that user, or of Redis without users.");

    static final Setting<String> RESTART_SIGNAL_TABLE =
            Setting.of(
                    "restart_signal.table",
                    table(),
                    "cache",
                    "The table of a database, perhaps with its schema.");

    static final Setting<String> RESTART_SIGNAL_KEY =
            Setting.of(
                    "restart_signal.key",
                    Kind.line(255),
                    "laravel:reverb:restart",
                    "The whole key, with the application's prefixes before it.");

    static final Setting<Duration> RESTART_SIGNAL_INTERVAL =
            Setting.of(
                    "restart_signal.interval",
                    Kind.duration(Duration.ofMillis(100), Duration.ofHours(1)),
                    "5s",
                    "How often it is looked at.");

    // ---- all apps

    static final Setting<Dialect> DIALECT =
            Setting.of(
                    "dialect",
                    Kind.choice(DIALECTS, Dialect::name),
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

    // ---- one app

    static final Setting<String> APP_ID =
            Setting.of("apps[].id", Kind.name(), "(required)", "Names the app in HTTP paths.")
                    .reverb("REVERB_APP_ID")
                    .soketi("SOKETI_DEFAULT_APP_ID");

    static final Setting<String> APP_KEY =
            Setting.of(
                            "apps[].key",
                            Kind.name(),
                            "(required)",
                            "Public; names the app in WebSocket paths.")
                    .reverb("REVERB_APP_KEY")
                    .soketi("SOKETI_DEFAULT_APP_KEY");

    static final Setting<String> APP_SECRET =
            Setting.of(
                            "apps[].secret",
                            Kind.secret(),
                            "(required)",
                            "Signs subscriptions and HTTP requests.")
                    .reverb("REVERB_APP_SECRET")
                    .soketi("SOKETI_DEFAULT_APP_SECRET");

    static final Setting<Boolean> APP_ENABLED =
            Setting.of("apps[].enabled", Kind.flag(), "true", "Whether the app is served.")
                    .soketi("SOKETI_DEFAULT_APP_ENABLED");

    static final Setting<Dialect> APP_DIALECT =
            Setting.of(
                    "apps[].dialect",
                    Kind.choice(DIALECTS, Dialect::name),
                    "(that of `dialect`)",
                    "How the app's sockets and HTTP API answer, and what its defaults are.");

    static final Setting<List<String>> APP_ORIGINS =
            Setting.of(
                            "apps[].allowed_origins",
                            Kind.origins(),
                            "*",
                            "From which web pages sockets may come; `*` stands for any run of"
                                    + " characters.")
                    .reverb("REVERB_ALLOWED_ORIGINS");

    static final Setting<ClientEvents> APP_CLIENT_EVENTS =
            Setting.of(
                            "apps[].accept_client_events_from",
                            Kind.choice(Arrays.asList(ClientEvents.values()), Settings::word),
                            byDialect(defaults -> word(defaults.clientEvents())),
                            "Who may send client events: `members` of the channel, `all`,"
                                    + " `none`.")
                    .reverb("REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM")
                    .soketi(
                            "SOKETI_DEFAULT_APP_ENABLE_CLIENT_MESSAGES",
                            SoketiVariable.Form.CLIENT_MESSAGES);

    static final Setting<Integer> APP_MAX_CONNECTIONS =
            Setting.of(
                            "apps[].max_connections",
                            Kind.limit(MAX),
                            "0",
                            "Open sockets of this app; 0 is no limit.")
                    .reverb("REVERB_APP_MAX_CONNECTIONS")
                    .soketi("SOKETI_DEFAULT_APP_MAX_CONNS", SoketiVariable.Form.RATE);

    static final Setting<Integer> APP_MAX_MESSAGE_SIZE =
            Setting.of(
                            "apps[].max_message_size",
                            Kind.size(1, 1 << 30),
                            byDialect(defaults -> Units.size(defaults.maxMessageBytes())),
                            "The largest message taken from a socket.")
                    .reverb("REVERB_APP_MAX_MESSAGE_SIZE");

    static final Setting<Integer> APP_ACTIVITY_TIMEOUT =
            Setting.of(
                            "apps[].activity_timeout",
                            Kind.seconds(1, DAY_SECONDS),
                            byDialect(defaults -> Integer.toString(defaults.activityTimeout())),
                            "Told to clients: after so much silence they ping.")
                    .reverb("REVERB_APP_ACTIVITY_TIMEOUT");

    static final Setting<Integer> APP_PING_INTERVAL =
            Setting.of(
                            "apps[].ping_interval",
                            Kind.seconds(1, DAY_SECONDS),
                            byDialect(defaults -> Integer.toString(defaults.pingInterval())),
                            "After so much silence of a client the server pings.")
                    .reverb("REVERB_APP_PING_INTERVAL");

    static final Setting<Integer> APP_PONG_TIMEOUT =
            Setting.of(
                    "apps[].pong_timeout",
                    Kind.seconds(1, DAY_SECONDS),
                    "30",
                    "After so much further silence the client is dropped.");

    static final Setting<Integer> APP_MAX_CHANNELS =
            Setting.of(
                    "apps[].max_channels_per_connection",
                    Kind.limit(MAX),
                    "1000",
                    "Channels one socket may be in; 0 is no limit.");

    static final Setting<Boolean> APP_RATE_ENABLED =
            Setting.of(
                            "apps[].rate_limiting.enabled",
                            Kind.flag(),
                            "false",
                            "Whether the messages of one socket are counted and limited.")
                    .reverb("REVERB_APP_RATE_LIMITING_ENABLED");

    static final Setting<Integer> APP_RATE_ATTEMPTS =
            Setting.of(
                            "apps[].rate_limiting.max_attempts",
                            Kind.count(1, MAX),
                            "60",
                            "Messages in one window.")
                    .reverb("REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS");

    static final Setting<Integer> APP_RATE_SECONDS =
            Setting.of(
                            "apps[].rate_limiting.decay_seconds",
                            Kind.seconds(1, DAY_SECONDS),
                            "60",
                            "The window, which opens with the first message.")
                    .reverb("REVERB_APP_RATE_LIMIT_DECAY_SECONDS");

    static final Setting<Boolean> APP_RATE_TERMINATES =
            Setting.of(
                            "apps[].rate_limiting.terminate_on_limit",
                            Kind.flag(),
                            "false",
                            "Whether a socket beyond the limit is closed, or only told.")
                    .reverb("REVERB_APP_RATE_LIMIT_TERMINATE");

    static final Setting<Boolean> APP_CHECK_TIMESTAMP =
            Setting.of(
                    "apps[].check_timestamp",
                    Kind.flag(),
                    byDialect(defaults -> Boolean.toString(defaults.checksTimestamp())),
                    "Whether signed HTTP requests older or newer than 600 s are refused.");

    static final Setting<Integer> APP_PRESENCE_MEMBERS =
            Setting.of(
                            "apps[].presence.max_members",
                            Kind.limit(MAX),
                            byDialect(defaults -> Integer.toString(defaults.presence().members())),
                            "Members of one presence channel; 0 is no limit.")
                    .soketi("SOKETI_PRESENCE_MAX_MEMBERS", SoketiVariable.Form.LIMIT);

    static final Setting<Integer> APP_PRESENCE_MEMBER_BYTES =
            Setting.of(
                            "apps[].presence.max_member_bytes",
                            Kind.size(0, 1 << 30),
                            byDialect(defaults -> Units.size(defaults.presence().memberBytes())),
                            "The data of one member; 0 is no limit.")
                    .soketi("SOKETI_PRESENCE_MAX_MEMBER_SIZE", SoketiVariable.Form.KILOBYTES);

    static final Setting<Integer> APP_EVENT_CHANNELS =
            Setting.of(
                            "apps[].event.max_channels",
                            Kind.limit(MAX),
                            byDialect(defaults -> Integer.toString(defaults.publish().channels())),
                            "Channels of one published event; 0 is no limit.")
                    .soketi("SOKETI_EVENT_MAX_CHANNELS_AT_ONCE", SoketiVariable.Form.LIMIT);

    static final Setting<Integer> APP_EVENT_BATCH =
            Setting.of(
                            "apps[].event.max_batch",
                            Kind.limit(MAX),
                            byDialect(defaults -> Integer.toString(defaults.publish().batch())),
                            "Events of one batch; 0 is no limit.")
                    .soketi("SOKETI_EVENT_MAX_BATCH_SIZE", SoketiVariable.Form.LIMIT);

    static final Setting<Integer> APP_EVENT_BYTES =
            Setting.of(
                            "apps[].event.max_payload_bytes",
                            Kind.size(0, 1 << 30),
                            byDialect(defaults -> Units.size(defaults.publish().dataBytes())),
                            "The data of one published event; 0 is no limit but that of the"
                                    + " request.")
                    .soketi("SOKETI_EVENT_MAX_SIZE_IN_KB", SoketiVariable.Form.KILOBYTES);

    static final Setting<Integer> APP_EVENT_NAME =
            Setting.of(
                            "apps[].event.max_name_length",
                            Kind.limit(MAX),
                            byDialect(defaults -> Integer.toString(defaults.publish().nameChars())),
                            "Characters of a published event's name; 0 is no limit.")
                    .soketi("SOKETI_EVENT_MAX_NAME_LENGTH", SoketiVariable.Form.LIMIT);

    // ---- rows of the dialect, for one app

    static final Setting<String> APP_POWERED_BY =
            Setting.of(
                    "apps[].powered_by",
                    Kind.headerValue(),
                    "(`Laravel Reverb` (reverb), none otherwise)",
                    "The `X-Powered-By` of the handshake.");

    static final Setting<Integer> APP_OVER_QUOTA_CODE =
            Setting.of(
                    "apps[].over_quota_code",
                    Kind.choice(List.of(4004, 4100), String::valueOf),
                    "(`4004` (reverb), `4004` (pusher), `4100` (soketi))",
                    "Close code of sockets beyond `max_connections`: browsers give up at 4004 and"
                            + " come back at 4100.");

    static final Setting<Integer> APP_TERMINATE_CODE =
            Setting.of(
                    "apps[].terminate_code",
                    Kind.choice(List.of(0, 4009), String::valueOf),
                    "(`0` (reverb), `4009` (pusher), `4009` (soketi))",
                    "Close code of terminated users: at 4009 they stay away, at 0 the connection"
                            + " just ends and browsers come back.");

    static final Setting<Boolean> APP_ERROR_DATA =
            Setting.of(
                    "apps[].error_data",
                    Kind.either("object", "string"),
                    "(`string` (reverb), `object` (pusher), `object` (soketi))",
                    "How `pusher:error` says what is wrong; the Swift client reads objects only.");

    static final Setting<Boolean> APP_ERROR_FRAMES =
            Setting.of(
                    "apps[].error_frames",
                    Kind.flag(),
                    "(`true`)",
                    "Whether sockets that are turned away get a `pusher:error` before the close"
                            + " code.");

    static final Setting<Dialect.RefusalFrames> APP_SUBSCRIPTION_ERRORS =
            Setting.of(
                    "apps[].subscription_errors",
                    Kind.choice(Arrays.asList(Dialect.RefusalFrames.values()), Settings::word),
                    "(`error` (reverb), `subscription_error` (pusher), `subscription_error`"
                            + " (soketi))",
                    "What a refused subscription gets: `error` is `pusher:error` without the"
                            + " channel, `subscription_error` names it and is what Echo's"
                            + " `.error()` hears, `both` is both.");

    static final Setting<Boolean> APP_CHANNEL_NAMES =
            Setting.of(
                    "apps[].channel_names",
                    Kind.either("strict", "lenient"),
                    "(`lenient` (reverb), `strict` (pusher), `strict` (soketi))",
                    "`strict`: letters, digits and `_-=@,.;` only; `lenient`: anything without"
                            + " control characters. 200 characters at most.");

    static final Setting<Boolean> APP_PROTOCOL_CHECK =
            Setting.of(
                    "apps[].protocol_check",
                    Kind.either("strict", "off"),
                    "off",
                    "`strict` refuses sockets without a protocol number from 5 to 7 (4008, 4007)"
                            + " or with a malformed version (4006).");

    static final Setting<Boolean> APP_TLS_ONLY =
            Setting.of(
                    "apps[].tls_only",
                    Kind.flag(),
                    "false",
                    "Refuses sockets that do not use this server's own TLS (4000).");

    // ---- rates of one app

    static final Setting<Integer> APP_RATE_CLIENT_EVENTS_EACH =
            Setting.of(
                            "apps[].rates.client_events_per_connection",
                            Kind.limit(MAX),
                            "10",
                            "Client events one socket may send in a second, twice as many at"
                                    + " once; 0 is no limit.")
                    .soketi(
                            "SOKETI_DEFAULT_APP_MAX_CLIENT_EVENTS_PER_SEC",
                            SoketiVariable.Form.RATE);

    static final Setting<Integer> APP_RATE_CLIENT_EVENTS =
            Setting.of(
                    "apps[].rates.client_events",
                    Kind.limit(MAX),
                    "0",
                    "Client events all sockets of the app may send in a second; 0 is no limit.");

    static final Setting<Integer> APP_RATE_BACK_END_EVENTS =
            Setting.of(
                            "apps[].rates.back_end_events",
                            Kind.limit(MAX),
                            "0",
                            "Events published over HTTP in a second, counted for each channel; 0 is no"
                                    + " limit.")
                    .soketi(
                            "SOKETI_DEFAULT_APP_MAX_BACKEND_EVENTS_PER_SEC",
                            SoketiVariable.Form.RATE);

    static final Setting<Integer> APP_RATE_READS =
            Setting.of(
                            "apps[].rates.reads",
                            Kind.limit(MAX),
                            "0",
                            "Questions about channels over HTTP in a second; 0 is no limit.")
                    .soketi("SOKETI_DEFAULT_APP_MAX_READ_REQ_PER_SEC", SoketiVariable.Form.RATE);

    // ---- users and channels of one app

    static final Setting<Boolean> APP_SIGN_IN =
            Setting.of(
                            "apps[].users.sign_in",
                            Kind.flag(),
                            byDialect(defaults -> Boolean.toString(defaults.signIn())),
                            "Whether users may sign in (`pusher.signin()`).")
                    .soketi("SOKETI_DEFAULT_APP_USER_AUTHENTICATION");

    static final Setting<Integer> APP_WATCHLIST =
            Setting.of(
                    "apps[].users.max_watchlist",
                    Kind.count(0, 10_000),
                    "100",
                    "Users one user may watch.");

    static final Setting<Integer> APP_AUTHENTICATION_TIMEOUT =
            Setting.of(
                            "apps[].users.authentication_timeout",
                            Kind.seconds(0, DAY_SECONDS),
                            "0",
                            "Sockets that have neither signed in nor joined a private or presence channel"
                                    + " by then are closed (4009); 0 is never.")
                    .soketi(
                            "SOKETI_USER_AUTHENTICATION_TIMEOUT",
                            SoketiVariable.Form.WHOLE_SECONDS);

    static final Setting<Boolean> APP_SUBSCRIPTION_COUNTS =
            Setting.of(
                    "apps[].subscription_count_events",
                    Kind.flag(),
                    "false",
                    "Whether subscribers are told how many they are.");

    static final Setting<Integer> APP_CACHE_TTL =
            Setting.of(
                            "apps[].cache_ttl",
                            Kind.seconds(1, DAY_SECONDS),
                            byDialect(defaults -> Integer.toString(defaults.cacheSeconds())),
                            "For how long cache channels keep their last event.")
                    .soketi("SOKETI_CHANNEL_CACHE_TTL");

    // ---- extensions

    static final Setting<Integer> APP_IDEMPOTENCY_WINDOW =
            Setting.of(
                    "apps[].idempotency_window",
                    Kind.seconds(0, DAY_SECONDS),
                    "0",
                    "For how long a publish that names itself (`X-Idempotency-Key`) is done only"
                            + " once; 0: names are not looked at.");

    static final Setting<Boolean> APP_HISTORY_ENABLED =
            Setting.of(
                    "apps[].history.enabled",
                    Kind.flag(),
                    "false",
                    "Whether clients that come back can ask for the events they missed.");

    static final Setting<Integer> APP_HISTORY_EVENTS =
            Setting.of(
                    "apps[].history.max_events",
                    Kind.count(1, 100_000),
                    "1000",
                    "Events kept of each channel.");

    static final Setting<Integer> APP_HISTORY_BYTES =
            Setting.of(
                    "apps[].history.max_bytes",
                    Kind.size(1_024, 1 << 30),
                    "1MB",
                    "What these may hold.");

    static final Setting<Integer> APP_HISTORY_TIME =
            Setting.of(
                    "apps[].history.time",
                    Kind.seconds(1, DAY_SECONDS),
                    "300",
                    "For how long they are kept.");

    static final Setting<List<Webhook>> APP_WEBHOOKS =
            Setting.of(
                            "apps[].webhooks",
                            Kind.webhooks(),
                            "[]",
                            "Who is told over HTTP what happens; see [Webhooks](webhooks.md).")
                    .soketi("SOKETI_DEFAULT_APP_WEBHOOKS", SoketiVariable.Form.WEBHOOKS);

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
                    WEBHOOKS_BATCH_TIME,
                    APP_SOURCE_URL,
                    APP_SOURCE_USER,
                    APP_SOURCE_PASSWORD,
                    APP_SOURCE_TABLE,
                    APP_SOURCE_POOL,
                    APP_SOURCE_CACHE_TTL,
                    APP_SOURCE_NEGATIVE_TTL,
                    APP_SOURCE_STALE_TTL,
                    APP_SOURCE_DIALECT,
                    RESTART_SIGNAL_STORE,
                    RESTART_SIGNAL_USER,
                    RESTART_SIGNAL_PASSWORD,
                    RESTART_SIGNAL_TABLE,
                    RESTART_SIGNAL_KEY,
                    RESTART_SIGNAL_INTERVAL,
                    APP_ID,
                    APP_KEY,
                    APP_SECRET,
                    APP_ENABLED,
                    APP_DIALECT,
                    APP_ORIGINS,
                    APP_CLIENT_EVENTS,
                    APP_MAX_CONNECTIONS,
                    APP_MAX_MESSAGE_SIZE,
                    APP_ACTIVITY_TIMEOUT,
                    APP_PING_INTERVAL,
                    APP_PONG_TIMEOUT,
                    APP_MAX_CHANNELS,
                    APP_RATE_ENABLED,
                    APP_RATE_ATTEMPTS,
                    APP_RATE_SECONDS,
                    APP_RATE_TERMINATES,
                    APP_CHECK_TIMESTAMP,
                    APP_PRESENCE_MEMBERS,
                    APP_PRESENCE_MEMBER_BYTES,
                    APP_EVENT_CHANNELS,
                    APP_EVENT_BATCH,
                    APP_EVENT_BYTES,
                    APP_EVENT_NAME,
                    APP_POWERED_BY,
                    APP_OVER_QUOTA_CODE,
                    APP_TERMINATE_CODE,
                    APP_ERROR_DATA,
                    APP_ERROR_FRAMES,
                    APP_SUBSCRIPTION_ERRORS,
                    APP_CHANNEL_NAMES,
                    APP_PROTOCOL_CHECK,
                    APP_TLS_ONLY,
                    APP_RATE_CLIENT_EVENTS_EACH,
                    APP_RATE_CLIENT_EVENTS,
                    APP_RATE_BACK_END_EVENTS,
                    APP_RATE_READS,
                    APP_SIGN_IN,
                    APP_WATCHLIST,
                    APP_AUTHENTICATION_TIMEOUT,
                    APP_SUBSCRIPTION_COUNTS,
                    APP_CACHE_TTL,
                    APP_IDEMPOTENCY_WINDOW,
                    APP_HISTORY_ENABLED,
                    APP_HISTORY_EVENTS,
                    APP_HISTORY_BYTES,
                    APP_HISTORY_TIME,
                    APP_WEBHOOKS);

    private static Kind<String> table() {
        return new Kind<>(
                "letters, digits and _, perhaps with the name of the schema and a dot before it",
                Kind.Form.PLAIN,
                text -> AppTable.isTable(text) ? text : null);
    }

    private static Kind<Duration> aWhile() {
        return Kind.duration(Duration.ofMillis(1), Duration.ofHours(24));
    }

    private static Kind<Duration> aPause() {
        return Kind.duration(Duration.ZERO, Duration.ofHours(24));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** The default as it is when all dialects agree, otherwise one per dialect. */
    private static String byDialect(Function<Dialect.Defaults, String> value) {
        List<String> values = DIALECTS.stream().map(d -> value.apply(d.defaults())).toList();
        if (values.stream().distinct().count() == 1) {
            return values.getFirst();
        }
        return DIALECTS.stream()
                .map(d -> "`" + value.apply(d.defaults()) + "` (" + d.name() + ")")
                .collect(Collectors.joining(", ", "(", ")"));
    }
}
