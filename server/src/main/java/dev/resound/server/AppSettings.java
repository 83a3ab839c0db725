package dev.resound.server;

import dev.resound.pusher.ClientEvents;
import dev.resound.pusher.Dialect;
import dev.resound.pusher.Webhook;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The rows of the table of settings that each app has: {@code apps[].…}. */
final class AppSettings {
    static final List<Dialect> DIALECTS = List.of(Dialect.REVERB, Dialect.PUSHER, Dialect.SOKETI);

    private static final int MAX = 1_000_000_000;
    private static final int DAY_SECONDS = 86_400;

    private AppSettings() {}

    static final Setting<String> ID =
            Setting.of("apps[].id", Kind.name(), "(required)", "Names the app in HTTP paths.")
                    .reverb("REVERB_APP_ID")
                    .soketi("SOKETI_DEFAULT_APP_ID");

    static final Setting<String> KEY =
            Setting.of(
                            "apps[].key",
                            Kind.name(),
                            "(required)",
                            "Public; names the app in WebSocket paths.")
                    .reverb("REVERB_APP_KEY")
                    .soketi("SOKETI_DEFAULT_APP_KEY");

    static final Setting<String> SECRET =
            Setting.of(
                            "apps[].secret",
                            Kind.secret(),
                            "(required)",
                            "Signs subscriptions and HTTP requests.")
                    .reverb("REVERB_APP_SECRET")
                    .soketi("SOKETI_DEFAULT_APP_SECRET");

    static final Setting<Boolean> ENABLED =
            Setting.of("apps[].enabled", Kind.flag(), "true", "Whether the app is served.")
                    .soketi("SOKETI_DEFAULT_APP_ENABLED");

    static final Setting<Dialect> DIALECT =
            Setting.of(
                    "apps[].dialect",
                    Kind.choice(DIALECTS, Dialect::name),
                    "(that of `dialect`)",
                    "How the app's sockets and HTTP API answer, and what its defaults are.");

    static final Setting<List<String>> ORIGINS =
            Setting.of(
                            "apps[].allowed_origins",
                            Kind.origins(),
                            "*",
                            "From which web pages sockets may come; `*` stands for any run of"
                                    + " characters.")
                    .reverb("REVERB_ALLOWED_ORIGINS");

    static final Setting<ClientEvents> CLIENT_EVENTS =
            Setting.of(
                            "apps[].accept_client_events_from",
                            Kind.choice(Arrays.asList(ClientEvents.values()), AppSettings::word),
                            byDialect(defaults -> word(defaults.clientEvents())),
                            "Who may send client events: `members` of the channel, `all`,"
                                    + " `none`.")
                    .reverb("REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM")
                    .soketi(
                            "SOKETI_DEFAULT_APP_ENABLE_CLIENT_MESSAGES",
                            SoketiVariable.Form.CLIENT_MESSAGES);

    static final Setting<Integer> MAX_CONNECTIONS =
            Setting.of(
                            "apps[].max_connections",
                            Kind.limit(MAX),
                            "0",
                            "Open sockets of this app; 0 is no limit.")
                    .reverb("REVERB_APP_MAX_CONNECTIONS")
                    .soketi("SOKETI_DEFAULT_APP_MAX_CONNS", SoketiVariable.Form.RATE);

    static final Setting<Integer> MAX_MESSAGE_SIZE =
            Setting.of(
                            "apps[].max_message_size",
                            Kind.size(1, 1 << 30),
                            byDialect(defaults -> Units.size(defaults.maxMessageBytes())),
                            "The largest message taken from a socket.")
                    .reverb("REVERB_APP_MAX_MESSAGE_SIZE");

    static final Setting<Integer> ACTIVITY_TIMEOUT =
            Setting.of(
                            "apps[].activity_timeout",
                            Kind.seconds(1, DAY_SECONDS),
                            byDialect(defaults -> Integer.toString(defaults.activityTimeout())),
                            "Told to clients: after so much silence they ping.")
                    .reverb("REVERB_APP_ACTIVITY_TIMEOUT");

    static final Setting<Integer> PING_INTERVAL =
            Setting.of(
                            "apps[].ping_interval",
                            Kind.seconds(1, DAY_SECONDS),
                            byDialect(defaults -> Integer.toString(defaults.pingInterval())),
                            "After so much silence of a client the server pings.")
                    .reverb("REVERB_APP_PING_INTERVAL");

    static final Setting<Integer> PONG_TIMEOUT =
            Setting.of(
                    "apps[].pong_timeout",
                    Kind.seconds(1, DAY_SECONDS),
                    "30",
                    "After so much further silence the client is dropped.");

    static final Setting<Integer> MAX_CHANNELS =
            Setting.of(
                    "apps[].max_channels_per_connection",
                    Kind.limit(MAX),
                    "1000",
                    "Channels one socket may be in; 0 is no limit.");

    static final Setting<Boolean> RATE_ENABLED =
            Setting.of(
                            "apps[].rate_limiting.enabled",
                            Kind.flag(),
                            "false",
                            "Whether the messages of one socket are counted and limited.")
                    .reverb("REVERB_APP_RATE_LIMITING_ENABLED");

    static final Setting<Integer> RATE_ATTEMPTS =
            Setting.of(
                            "apps[].rate_limiting.max_attempts",
                            Kind.count(1, MAX),
                            "60",
                            "Messages in one window.")
                    .reverb("REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS");

    static final Setting<Integer> RATE_SECONDS =
            Setting.of(
                            "apps[].rate_limiting.decay_seconds",
                            Kind.seconds(1, DAY_SECONDS),
                            "60",
                            "The window, which opens with the first message.")
                    .reverb("REVERB_APP_RATE_LIMIT_DECAY_SECONDS");

    static final Setting<Boolean> RATE_TERMINATES =
            Setting.of(
                            "apps[].rate_limiting.terminate_on_limit",
                            Kind.flag(),
                            "false",
                            "Whether a socket beyond the limit is closed, or only told.")
                    .reverb("REVERB_APP_RATE_LIMIT_TERMINATE");

    static final Setting<Boolean> CHECK_TIMESTAMP =
            Setting.of(
                    "apps[].check_timestamp",
                    Kind.flag(),
                    byDialect(defaults -> Boolean.toString(defaults.checksTimestamp())),
                    "Whether signed HTTP requests older or newer than 600 s are refused.");

    static final Setting<Integer> PRESENCE_MEMBERS =
            Setting.of(
                            "apps[].presence.max_members",
                            Kind.limit(MAX),
                            byDialect(defaults -> Integer.toString(defaults.presence().members())),
                            "Members of one presence channel; 0 is no limit.")
                    .soketi("SOKETI_PRESENCE_MAX_MEMBERS", SoketiVariable.Form.LIMIT);

    static final Setting<Integer> PRESENCE_MEMBER_BYTES =
            Setting.of(
                            "apps[].presence.max_member_bytes",
                            Kind.size(0, 1 << 30),
                            byDialect(defaults -> Units.size(defaults.presence().memberBytes())),
                            "The data of one member; 0 is no limit.")
                    .soketi("SOKETI_PRESENCE_MAX_MEMBER_SIZE", SoketiVariable.Form.KILOBYTES);

    static final Setting<Integer> EVENT_CHANNELS =
            Setting.of(
                            "apps[].event.max_channels",
                            Kind.limit(MAX),
                            byDialect(defaults -> Integer.toString(defaults.publish().channels())),
                            "Channels of one published event; 0 is no limit.")
                    .soketi("SOKETI_EVENT_MAX_CHANNELS_AT_ONCE", SoketiVariable.Form.LIMIT);

    static final Setting<Integer> EVENT_BATCH =
            Setting.of(
                            "apps[].event.max_batch",
                            Kind.limit(MAX),
                            byDialect(defaults -> Integer.toString(defaults.publish().batch())),
                            "Events of one batch; 0 is no limit.")
                    .soketi("SOKETI_EVENT_MAX_BATCH_SIZE", SoketiVariable.Form.LIMIT);

    static final Setting<Integer> EVENT_BYTES =
            Setting.of(
                            "apps[].event.max_payload_bytes",
                            Kind.size(0, 1 << 30),
                            byDialect(defaults -> Units.size(defaults.publish().dataBytes())),
                            "The data of one published event; 0 is no limit but that of the"
                                    + " request.")
                    .soketi("SOKETI_EVENT_MAX_SIZE_IN_KB", SoketiVariable.Form.KILOBYTES);

    static final Setting<Integer> EVENT_NAME =
            Setting.of(
                            "apps[].event.max_name_length",
                            Kind.limit(MAX),
                            byDialect(defaults -> Integer.toString(defaults.publish().nameChars())),
                            "Characters of a published event's name; 0 is no limit.")
                    .soketi("SOKETI_EVENT_MAX_NAME_LENGTH", SoketiVariable.Form.LIMIT);

    // ---- rows of the dialect, for one app

    static final Setting<String> POWERED_BY =
            Setting.of(
                    "apps[].powered_by",
                    Kind.headerValue(),
                    "(`Laravel Reverb` (reverb), none otherwise)",
                    "The `X-Powered-By` of the handshake.");

    static final Setting<Integer> OVER_QUOTA_CODE =
            Setting.of(
                    "apps[].over_quota_code",
                    Kind.choice(List.of(4004, 4100), String::valueOf),
                    "(`4004` (reverb), `4004` (pusher), `4100` (soketi))",
                    "Close code of sockets beyond `max_connections`: browsers give up at 4004 and"
                            + " come back at 4100.");

    static final Setting<Integer> TERMINATE_CODE =
            Setting.of(
                    "apps[].terminate_code",
                    Kind.choice(List.of(0, 4009), String::valueOf),
                    "(`0` (reverb), `4009` (pusher), `4009` (soketi))",
                    "Close code of terminated users: at 4009 they stay away, at 0 the connection"
                            + " just ends and browsers come back.");

    static final Setting<Boolean> ERROR_DATA =
            Setting.of(
                    "apps[].error_data",
                    Kind.either("object", "string"),
                    "(`string` (reverb), `object` (pusher), `object` (soketi))",
                    "How `pusher:error` says what is wrong; the Swift client reads objects only.");

    static final Setting<Boolean> ERROR_FRAMES =
            Setting.of(
                    "apps[].error_frames",
                    Kind.flag(),
                    "(`true`)",
                    "Whether sockets that are turned away get a `pusher:error` before the close"
                            + " code.");

    static final Setting<Dialect.RefusalFrames> SUBSCRIPTION_ERRORS =
            Setting.of(
                    "apps[].subscription_errors",
                    Kind.choice(Arrays.asList(Dialect.RefusalFrames.values()), AppSettings::word),
                    "(`error` (reverb), `subscription_error` (pusher), `subscription_error`"
                            + " (soketi))",
                    "What a refused subscription gets: `error` is `pusher:error` without the"
                            + " channel, `subscription_error` names it and is what Echo's"
                            + " `.error()` hears, `both` is both.");

    static final Setting<Boolean> CHANNEL_NAMES =
            Setting.of(
                    "apps[].channel_names",
                    Kind.either("strict", "lenient"),
                    "(`lenient` (reverb), `strict` (pusher), `strict` (soketi))",
                    "`strict`: letters, digits and `_-=@,.;` only; `lenient`: anything without"
                            + " control characters. 200 characters at most.");

    static final Setting<Boolean> PROTOCOL_CHECK =
            Setting.of(
                    "apps[].protocol_check",
                    Kind.either("strict", "off"),
                    "off",
                    "`strict` refuses sockets without a protocol number from 5 to 7 (4008, 4007)"
                            + " or with a malformed version (4006).");

    static final Setting<Boolean> TLS_ONLY =
            Setting.of(
                    "apps[].tls_only",
                    Kind.flag(),
                    "false",
                    "Refuses sockets that do not use this server's own TLS (4000).");

    // ---- rates of one app

    static final Setting<Integer> RATE_CLIENT_EVENTS_EACH =
            Setting.of(
                            "apps[].rates.client_events_per_connection",
                            Kind.limit(MAX),
                            "10",
                            "Client events one socket may send in a second, twice as many at"
                                    + " once; 0 is no limit.")
                    .soketi(
                            "SOKETI_DEFAULT_APP_MAX_CLIENT_EVENTS_PER_SEC",
                            SoketiVariable.Form.RATE);

    static final Setting<Integer> RATE_CLIENT_EVENTS =
            Setting.of(
                    "apps[].rates.client_events",
                    Kind.limit(MAX),
                    "0",
                    "Client events all sockets of the app may send in a second; 0 is no limit.");

    static final Setting<Integer> RATE_BACK_END_EVENTS =
            Setting.of(
                            "apps[].rates.back_end_events",
                            Kind.limit(MAX),
                            "0",
                            "Events published over HTTP in a second, counted for each channel; 0 is no"
                                    + " limit.")
                    .soketi(
                            "SOKETI_DEFAULT_APP_MAX_BACKEND_EVENTS_PER_SEC",
                            SoketiVariable.Form.RATE);

    static final Setting<Integer> RATE_READS =
            Setting.of(
                            "apps[].rates.reads",
                            Kind.limit(MAX),
                            "0",
                            "Questions about channels over HTTP in a second; 0 is no limit.")
                    .soketi("SOKETI_DEFAULT_APP_MAX_READ_REQ_PER_SEC", SoketiVariable.Form.RATE);

    // ---- users and channels of one app

    static final Setting<Boolean> SIGN_IN =
            Setting.of(
                            "apps[].users.sign_in",
                            Kind.flag(),
                            byDialect(defaults -> Boolean.toString(defaults.signIn())),
                            "Whether users may sign in (`pusher.signin()`).")
                    .soketi("SOKETI_DEFAULT_APP_USER_AUTHENTICATION");

    static final Setting<Integer> WATCHLIST =
            Setting.of(
                    "apps[].users.max_watchlist",
                    Kind.count(0, 10_000),
                    "100",
                    "Users one user may watch.");

    static final Setting<Integer> AUTHENTICATION_TIMEOUT =
            Setting.of(
                            "apps[].users.authentication_timeout",
                            Kind.seconds(0, DAY_SECONDS),
                            "0",
                            "Sockets that have neither signed in nor joined a private or presence channel"
                                    + " by then are closed (4009); 0 is never.")
                    .soketi(
                            "SOKETI_USER_AUTHENTICATION_TIMEOUT",
                            SoketiVariable.Form.WHOLE_SECONDS);

    static final Setting<Boolean> SUBSCRIPTION_COUNTS =
            Setting.of(
                    "apps[].subscription_count_events",
                    Kind.flag(),
                    "false",
                    "Whether subscribers are told how many they are.");

    static final Setting<Integer> CACHE_TTL =
            Setting.of(
                            "apps[].cache_ttl",
                            Kind.seconds(1, DAY_SECONDS),
                            byDialect(defaults -> Integer.toString(defaults.cacheSeconds())),
                            "For how long cache channels keep their last event.")
                    .soketi("SOKETI_CHANNEL_CACHE_TTL");

    // ---- extensions

    static final Setting<Integer> IDEMPOTENCY_WINDOW =
            Setting.of(
                    "apps[].idempotency_window",
                    Kind.seconds(0, DAY_SECONDS),
                    "0",
                    "For how long a publish that names itself (`X-Idempotency-Key`) is done only"
                            + " once; 0: names are not looked at.");

    static final Setting<Boolean> HISTORY_ENABLED =
            Setting.of(
                    "apps[].history.enabled",
                    Kind.flag(),
                    "false",
                    "Whether clients that come back can ask for the events they missed.");

    static final Setting<Integer> HISTORY_EVENTS =
            Setting.of(
                    "apps[].history.max_events",
                    Kind.count(1, 100_000),
                    "1000",
                    "Events kept of each channel.");

    static final Setting<Integer> HISTORY_BYTES =
            Setting.of(
                    "apps[].history.max_bytes",
                    Kind.size(1_024, 1 << 30),
                    "1MB",
                    "What these may hold.");

    static final Setting<Integer> HISTORY_TIME =
            Setting.of(
                    "apps[].history.time",
                    Kind.seconds(1, DAY_SECONDS),
                    "300",
                    "For how long they are kept.");

    static final Setting<List<Webhook>> WEBHOOKS =
            Setting.of(
                            "apps[].webhooks",
                            Kind.webhooks(),
                            "[]",
                            "Who is told over HTTP what happens; see [Webhooks](webhooks.md).")
                    .soketi("SOKETI_DEFAULT_APP_WEBHOOKS", SoketiVariable.Form.WEBHOOKS);

    /** All of them, in the order in which they are explained. */
    static final List<Setting<?>> ALL =
            List.of(
                    ID,
                    KEY,
                    SECRET,
                    ENABLED,
                    DIALECT,
                    ORIGINS,
                    CLIENT_EVENTS,
                    MAX_CONNECTIONS,
                    MAX_MESSAGE_SIZE,
                    ACTIVITY_TIMEOUT,
                    PING_INTERVAL,
                    PONG_TIMEOUT,
                    MAX_CHANNELS,
                    RATE_ENABLED,
                    RATE_ATTEMPTS,
                    RATE_SECONDS,
                    RATE_TERMINATES,
                    CHECK_TIMESTAMP,
                    PRESENCE_MEMBERS,
                    PRESENCE_MEMBER_BYTES,
                    EVENT_CHANNELS,
                    EVENT_BATCH,
                    EVENT_BYTES,
                    EVENT_NAME,
                    POWERED_BY,
                    OVER_QUOTA_CODE,
                    TERMINATE_CODE,
                    ERROR_DATA,
                    ERROR_FRAMES,
                    SUBSCRIPTION_ERRORS,
                    CHANNEL_NAMES,
                    PROTOCOL_CHECK,
                    TLS_ONLY,
                    RATE_CLIENT_EVENTS_EACH,
                    RATE_CLIENT_EVENTS,
                    RATE_BACK_END_EVENTS,
                    RATE_READS,
                    SIGN_IN,
                    WATCHLIST,
                    AUTHENTICATION_TIMEOUT,
                    SUBSCRIPTION_COUNTS,
                    CACHE_TTL,
                    IDEMPOTENCY_WINDOW,
                    HISTORY_ENABLED,
                    HISTORY_EVENTS,
                    HISTORY_BYTES,
                    HISTORY_TIME,
                    WEBHOOKS);

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
