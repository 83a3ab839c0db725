package dev.resound.server;

import dev.resound.sessions.Companion;
import dev.resound.sessions.DeviceSessionOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The rows of the table of settings about device sessions: {@code device_sessions.…}. */
final class DeviceSettings {
    private static final DeviceSessionOptions DEFAULTS = DeviceSessionOptions.defaults();

    private DeviceSettings() {}

    // ---- whether, and who gets in

    static final Setting<Boolean> ENABLED =
            Setting.of(
                    "device_sessions.enabled",
                    Kind.flag(),
                    "false",
                    "Whether devices and their apps are served; see [Device"
                            + " sessions](device-sessions.md).");

    static final Setting<String> PROFILE =
            Setting.of(
                    "device_sessions.profile",
                    Kind.choice(List.of("mentraos"), name -> name),
                    "mentraos",
                    "What kind of devices.");

    static final Setting<String> JWT_SECRET =
            Setting.of(
                    "device_sessions.jwt_secret",
                    Kind.secret(),
                    "(none)",
                    "What tokens are signed with, if `device_sessions.jwt_algorithm` is `HS256`; 32"
                            + " bytes or more.");

    static final Setting<String> JWT_ALGORITHM =
            Setting.of(
                    "device_sessions.jwt_algorithm",
                    Kind.choice(List.of("HS256", "RS256", "ES256"), name -> name),
                    "HS256",
                    "How tokens are signed; no other way is accepted.");

    static final Setting<Path> JWT_PUBLIC_KEY =
            Setting.of(
                    "device_sessions.jwt_public_key",
                    Kind.file(),
                    "(none)",
                    "PEM file with the public key (or a certificate) for `RS256` or `ES256`.");

    static final Setting<URI> JWKS_URL =
            Setting.of(
                    "device_sessions.jwks_url",
                    Kind.url(),
                    "(none)",
                    "Where public keys are fetched from, instead of a file.");

    static final Setting<String> JWT_ISSUER =
            Setting.of(
                    "device_sessions.jwt_issuer",
                    Kind.line(500),
                    "(any)",
                    "The `iss` that tokens must have.");

    static final Setting<String> JWT_AUDIENCE =
            Setting.of(
                    "device_sessions.jwt_audience",
                    Kind.line(500),
                    "(any)",
                    "The `aud` that tokens must have.");

    static final Setting<Boolean> CLOSE_ON_EXPIRY =
            Setting.of(
                    "device_sessions.close_on_expiry",
                    Kind.flag(),
                    "false",
                    "Whether a socket is closed (4401) when the token it came with expires.");

    // ---- times

    static final Setting<Duration> DEVICE_GRACE =
            time(
                    "device_grace",
                    DEFAULTS.grace().device(),
                    "How long a session waits for its device to come back.");

    static final Setting<Duration> APP_GRACE =
            time(
                    "app_grace",
                    DEFAULTS.grace().companion(),
                    "How long an app that was lost may take to come back by itself; then it is"
                            + " called again.");

    static final Setting<Duration> APP_CONNECT_TIMEOUT =
            time(
                    "app_connect_timeout",
                    DEFAULTS.grace().invited(),
                    "How long an app may take to join once it was called.");

    static final Setting<Duration> APP_JOIN_TIMEOUT =
            time(
                    "app_join_timeout",
                    DEFAULTS.grace().introduction(),
                    "How long an app's socket may take to say who it is.");

    static final Setting<Duration> PING_INTERVAL =
            Setting.of(
                    "device_sessions.ping_interval",
                    Kind.duration(Duration.ofMillis(100), Duration.ofHours(1)),
                    Units.time(DEFAULTS.liveness().pingInterval()),
                    "How often peers are sent a ping.");

    static final Setting<Duration> PONG_TIMEOUT =
            time(
                    "pong_timeout",
                    DEFAULTS.liveness().silence(),
                    "A peer that was not heard of for so long is gone; `0s`: never, for networks"
                            + " that answer pings themselves.");

    static final Setting<Duration> IDLE_TIMEOUT =
            time(
                    "idle_timeout",
                    DEFAULTS.liveness().idle(),
                    "The same, whatever `device_sessions.pong_timeout` says; `0s`: never.");

    static final Setting<Duration> EMPTY_SUBSCRIPTION_WINDOW =
            time(
                    "empty_subscription_window",
                    DEFAULTS.pace().emptySubscription(),
                    "How long after its join an app's empty list of subscriptions is not believed"
                            + " yet: its library sends one before the real one.");

    static final Setting<Duration> DISPLAY_MIN_INTERVAL =
            time(
                    "display_min_interval",
                    DEFAULTS.pace().show(),
                    "The least time between two displays; of those in between the newest of each"
                            + " app is shown.");

    static final Setting<Duration> STATE_COALESCE =
            time(
                    "state_coalesce",
                    DEFAULTS.pace().changes(),
                    "The least time between two notes to a device that its apps have changed.");

    // ---- how much

    static final Setting<Integer> MAX_MESSAGE_SIZE =
            Setting.of(
                    "device_sessions.max_message_size",
                    Kind.size(1_024, 1 << 28),
                    Units.size(DEFAULTS.bounds().messageBytes()),
                    "The largest binary message of a device, and the largest of an app that has"
                            + " joined (before: 64 KiB).");

    static final Setting<Integer> MAX_TEXT_SIZE =
            Setting.of(
                    "device_sessions.max_text_size",
                    Kind.size(1_024, 1 << 28),
                    Units.size(DEFAULTS.bounds().textBytes()),
                    "The largest text message of a device; at most"
                            + " `device_sessions.max_message_size` counts.");

    static final Setting<Integer> MEDIA_QUEUE_FRAMES =
            Setting.of(
                    "device_sessions.media_queue_frames",
                    Kind.count(1, 100_000),
                    Integer.toString(DEFAULTS.bounds().mediaFrames()),
                    "Binary messages that wait for an app that is slow; beyond, the oldest are"
                            + " dropped.");

    static final Setting<Integer> MEDIA_QUEUE_BYTES =
            Setting.of(
                    "device_sessions.media_queue_size",
                    Kind.size(1_024, 1 << 28),
                    Units.size(DEFAULTS.bounds().mediaBytes()),
                    "The same in bytes.");

    static final Setting<Integer> MAX_APPS =
            Setting.of(
                    "device_sessions.max_apps",
                    Kind.count(1, 10_000),
                    Integer.toString(DEFAULTS.bounds().companions()),
                    "Apps in a session.");

    static final Setting<Integer> MAX_SUBSCRIPTIONS =
            Setting.of(
                    "device_sessions.max_subscriptions",
                    Kind.count(1, 10_000),
                    Integer.toString(DEFAULTS.bounds().subscriptions()),
                    "Subscriptions of an app.");

    static final Setting<Integer> MAX_PENDING =
            Setting.of(
                    "device_sessions.max_pending",
                    Kind.count(1, 10_000),
                    Integer.toString(DEFAULTS.bounds().pending()),
                    "Answers of the device an app waits for.");

    static final Setting<Integer> REPLAY_MESSAGES =
            Setting.of(
                    "device_sessions.replay_messages",
                    Kind.count(0, 10_000),
                    Integer.toString(DEFAULTS.bounds().replayed()),
                    "Messages kept for a device that is away, and sent when it comes back.");

    static final Setting<Boolean> SUPERSEDE =
            Setting.of(
                    "device_sessions.supersede",
                    Kind.either("close", "detach"),
                    "close",
                    "What becomes of a device's socket when a newer one takes over: it is closed"
                            + " (4409), or left to itself.");

    // ---- apps

    static final Setting<URI> PUBLIC_URL =
            Setting.of(
                    "device_sessions.public_url",
                    webSocketUrl(),
                    "(`server.hostname`, or this address)",
                    "What apps are told to dial: `wss://ws.example.com`, with the prefix of a path"
                            + " if there is one.");

    static final Setting<Duration> WEBHOOK_TIMEOUT =
            Setting.of(
                    "device_sessions.webhook_timeout",
                    Kind.duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                    "10s",
                    "How long an app's server may take to answer a call.");

    static final Setting<Integer> WEBHOOK_ATTEMPTS =
            Setting.of(
                    "device_sessions.webhook_attempts",
                    Kind.count(1, 10),
                    "2",
                    "How often an app's server is called, a second apart, until it answers.");

    static final Setting<Boolean> STOP_BEFORE_RESTART =
            Setting.of(
                    "device_sessions.stop_before_restart",
                    Kind.flag(),
                    "true",
                    "Whether an app of SDK 2 that was lost is told to stop before it is called"
                            + " again.");

    static final Setting<Boolean> DASHBOARD =
            Setting.of(
                    "device_sessions.dashboard",
                    Kind.flag(),
                    "true",
                    "Whether any app may show something on the dashboard; otherwise it goes to the"
                            + " main view.");

    static final Setting<Path> RUNNING_APPS =
            Setting.of(
                    "device_sessions.running_apps",
                    Kind.file(),
                    "(none: in memory)",
                    "File that remembers which apps run, so that they are called again after a"
                            + " restart.");

    static final Setting<Map<String, JsonNode>> CAPABILITIES =
            Setting.of(
                    "device_sessions.capabilities",
                    new Kind<>(
                            "an object with what each model of glasses can do, by its name",
                            Kind.Form.TREE,
                            DeviceApps::capabilities),
                    "(none)",
                    "What each model of glasses can do, by its name; told to apps as it is.");

    static final Setting<List<Companion>> APPS =
            Setting.of(
                    "device_sessions.apps",
                    new Kind<>(DeviceApps.EXPECTED, Kind.Form.TREE, DeviceApps::read),
                    "(none)",
                    "The apps that can be started.");

    /** All of them, in the order in which they are explained. */
    static final List<Setting<?>> ALL =
            List.of(
                    ENABLED,
                    PROFILE,
                    JWT_SECRET,
                    JWT_ALGORITHM,
                    JWT_PUBLIC_KEY,
                    JWKS_URL,
                    JWT_ISSUER,
                    JWT_AUDIENCE,
                    CLOSE_ON_EXPIRY,
                    APPS,
                    PUBLIC_URL,
                    WEBHOOK_TIMEOUT,
                    WEBHOOK_ATTEMPTS,
                    STOP_BEFORE_RESTART,
                    RUNNING_APPS,
                    CAPABILITIES,
                    DASHBOARD,
                    DEVICE_GRACE,
                    APP_GRACE,
                    APP_CONNECT_TIMEOUT,
                    APP_JOIN_TIMEOUT,
                    PING_INTERVAL,
                    PONG_TIMEOUT,
                    IDLE_TIMEOUT,
                    EMPTY_SUBSCRIPTION_WINDOW,
                    DISPLAY_MIN_INTERVAL,
                    STATE_COALESCE,
                    SUPERSEDE,
                    MAX_MESSAGE_SIZE,
                    MAX_TEXT_SIZE,
                    MEDIA_QUEUE_FRAMES,
                    MEDIA_QUEUE_BYTES,
                    MAX_APPS,
                    MAX_SUBSCRIPTIONS,
                    MAX_PENDING,
                    REPLAY_MESSAGES);

    private static Setting<Duration> time(String name, Duration byDefault, String meaning) {
        return Setting.of(
                "device_sessions." + name,
                Kind.duration(Duration.ZERO, Duration.ofHours(24)),
                Units.time(byDefault),
                meaning);
    }

    private static Kind<URI> webSocketUrl() {
        return new Kind<>(
                "a URL such as wss://ws.example.com, without a query",
                Kind.Form.PLAIN,
                text -> {
                    String plain = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
                    try {
                        URI url = new URI(plain);
                        boolean webSocket =
                                "ws".equalsIgnoreCase(url.getScheme())
                                        || "wss".equalsIgnoreCase(url.getScheme());
                        return webSocket
                                        && url.getHost() != null
                                        && url.getQuery() == null
                                        && url.getFragment() == null
                                ? url
                                : null;
                    } catch (URISyntaxException malformed) {
                        return null;
                    }
                });
    }
}
