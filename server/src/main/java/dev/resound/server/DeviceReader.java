package dev.resound.server;

import dev.resound.sessions.Companion;
import dev.resound.sessions.DeviceSessionOptions;
import dev.resound.sessions.JwksOptions;
import dev.resound.sessions.TokenAlgorithm;
import dev.resound.sessions.TokenKeys;
import dev.resound.sessions.Tokens;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The device sessions of a configuration. Goes on after a mistake, to find them all. */
final class DeviceReader {
    private final Path directory;
    private final Values values;
    private final Problems problems;
    private final List<String> warnings;

    DeviceReader(Path directory, Values values, Problems problems, List<String> warnings) {
        this.directory = directory;
        this.values = values;
        this.problems = problems;
        this.warnings = warnings;
    }

    /**
     * Null if there are none; what is configured for them is looked at nevertheless.
     *
     * @param host that is listened on
     */
    @Nullable DeviceConfiguration read(String host) {
        boolean enabled = values.value(DeviceSettings.ENABLED);
        values.value(DeviceSettings.PROFILE);
        List<Companion> apps = apps();
        DeviceSessionOptions options = options();
        Function<InstantSource, Tokens> tokens = tokens(enabled, host);
        var configuration =
                new DeviceConfiguration(
                        options,
                        tokens,
                        apps,
                        values.find(DeviceSettings.PUBLIC_URL),
                        values.value(DeviceSettings.WEBHOOK_TIMEOUT),
                        values.value(DeviceSettings.WEBHOOK_ATTEMPTS),
                        values.fileToWrite(DeviceSettings.RUNNING_APPS, directory),
                        values.valueOr(DeviceSettings.CAPABILITIES, Map.of()),
                        values.value(DeviceSettings.DASHBOARD));
        if (enabled && apps.isEmpty()) {
            warnings.add("device_sessions.apps has no app that could be started");
        }
        return enabled ? configuration : null;
    }

    /** By themselves, to tell which of them is wrong, and what of it. */
    private List<Companion> apps() {
        Given given = values.given(DeviceSettings.APPS.name());
        return given == null
                ? List.of()
                : DeviceApps.read(given.text(), problem -> problems.add(given.origin(), problem));
    }

    /** Somebody who is alive has to have a chance to show it. */
    private void checkTimes() {
        Duration ping = values.value(DeviceSettings.PING_INTERVAL);
        for (Setting<Duration> setting :
                List.of(DeviceSettings.PONG_TIMEOUT, DeviceSettings.IDLE_TIMEOUT)) {
            Duration patience = values.value(setting);
            if (!patience.isZero() && patience.compareTo(ping) <= 0) {
                problems.add(
                        values.origin(setting),
                        setting.name()
                                + " ("
                                + Units.time(patience)
                                + ") must be longer than device_sessions.ping_interval ("
                                + Units.time(ping)
                                + "), or 0");
            }
        }
    }

    private DeviceSessionOptions options() {
        checkTimes();
        return new DeviceSessionOptions(
                new DeviceSessionOptions.Grace(
                        values.value(DeviceSettings.DEVICE_GRACE),
                        values.value(DeviceSettings.APP_GRACE),
                        values.value(DeviceSettings.APP_CONNECT_TIMEOUT),
                        values.value(DeviceSettings.APP_JOIN_TIMEOUT)),
                new DeviceSessionOptions.Liveness(
                        values.value(DeviceSettings.PING_INTERVAL),
                        values.value(DeviceSettings.PONG_TIMEOUT),
                        values.value(DeviceSettings.IDLE_TIMEOUT)),
                new DeviceSessionOptions.Pace(
                        values.value(DeviceSettings.EMPTY_SUBSCRIPTION_WINDOW),
                        values.value(DeviceSettings.DISPLAY_MIN_INTERVAL),
                        values.value(DeviceSettings.STATE_COALESCE)),
                new DeviceSessionOptions.Bounds(
                        values.value(DeviceSettings.MAX_MESSAGE_SIZE),
                        values.value(DeviceSettings.MAX_TEXT_SIZE),
                        values.value(DeviceSettings.MEDIA_QUEUE_FRAMES),
                        values.value(DeviceSettings.MEDIA_QUEUE_BYTES),
                        values.value(DeviceSettings.MAX_APPS),
                        values.value(DeviceSettings.MAX_SUBSCRIPTIONS),
                        values.value(DeviceSettings.MAX_PENDING),
                        values.value(DeviceSettings.REPLAY_MESSAGES)),
                values.value(DeviceSettings.SUPERSEDE),
                values.value(DeviceSettings.CLOSE_ON_EXPIRY),
                values.value(DeviceSettings.STOP_BEFORE_RESTART));
    }

    // ---- tokens

    private Function<InstantSource, Tokens> tokens(boolean enabled, String host) {
        TokenAlgorithm algorithm =
                TokenAlgorithm.valueOf(values.value(DeviceSettings.JWT_ALGORITHM));
        String issuer = values.find(DeviceSettings.JWT_ISSUER);
        String audience = values.find(DeviceSettings.JWT_AUDIENCE);
        Function<InstantSource, Tokens> made =
                algorithm == TokenAlgorithm.HS256
                        ? shared(enabled, host)
                        : published(enabled, algorithm);
        return clock -> {
            Tokens tokens = made.apply(clock);
            tokens = issuer == null ? tokens : tokens.withIssuer(issuer);
            return audience == null ? tokens : tokens.withAudience(audience);
        };
    }

    private Function<InstantSource, Tokens> shared(boolean enabled, String host) {
        for (Setting<?> setting : List.of(DeviceSettings.JWT_PUBLIC_KEY, DeviceSettings.JWKS_URL)) {
            if (values.given(setting.name()) != null) {
                problems.add(
                        values.origin(setting),
                        setting.name()
                                + " is for device_sessions.jwt_algorithm RS256 or ES256 only");
            }
        }
        String secret = values.find(DeviceSettings.JWT_SECRET);
        if (secret == null) {
            if (enabled && values.given(DeviceSettings.JWT_SECRET.name()) == null) {
                missing(DeviceSettings.JWT_SECRET);
            }
            return DeviceReader::none;
        }
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < Tokens.LEAST_SECRET_BYTES) {
            problems.add(
                    values.origin(DeviceSettings.JWT_SECRET),
                    "device_sessions.jwt_secret is too short (and not shown here); it must have "
                            + Tokens.LEAST_SECRET_BYTES
                            + " bytes or more");
            return DeviceReader::none;
        }
        if (Secrets.isSample(secret) && !ConfigurationReader.isLoopback(host)) {
            problems.add(
                    values.origin(DeviceSettings.JWT_SECRET),
                    "device_sessions.jwt_secret is a sample that everybody knows, and "
                            + host
                            + " is not this machine alone");
        }
        return clock -> Tokens.hs256(bytes, clock);
    }

    private Function<InstantSource, Tokens> published(boolean enabled, TokenAlgorithm algorithm) {
        if (values.given(DeviceSettings.JWT_SECRET.name()) != null) {
            problems.add(
                    values.origin(DeviceSettings.JWT_SECRET),
                    "device_sessions.jwt_secret is for device_sessions.jwt_algorithm HS256 only");
        }
        URI url = values.find(DeviceSettings.JWKS_URL);
        Path file = values.find(DeviceSettings.JWT_PUBLIC_KEY);
        if (url != null && file != null) {
            problems.add(
                    values.origin(DeviceSettings.JWKS_URL),
                    "device_sessions.jwt_public_key is there as well; keys come from one of them");
        }
        if (url != null) {
            return clock -> Tokens.jwks(JwksOptions.of(url, algorithm), clock);
        }
        if (file != null) {
            return fromFile(directory.resolve(file), algorithm);
        }
        if (enabled
                && values.given(DeviceSettings.JWKS_URL.name()) == null
                && values.given(DeviceSettings.JWT_PUBLIC_KEY.name()) == null) {
            missing(DeviceSettings.JWT_PUBLIC_KEY);
        }
        return DeviceReader::none;
    }

    /** Stands in where the right ones are missing, which is an error by itself. */
    private static Tokens none(InstantSource clock) {
        throw new IllegalStateException("without tokens nothing is served");
    }

    private void missing(Setting<?> setting) {
        problems.add(
                values.origin(DeviceSettings.ENABLED),
                setting.name()
                        + " is missing; set it in the file, or with "
                        + setting.environment());
    }

    private Function<InstantSource, Tokens> fromFile(Path file, TokenAlgorithm algorithm) {
        try {
            String pem = Files.readString(file);
            if (algorithm == TokenAlgorithm.RS256) {
                var key = TokenKeys.rsa(pem);
                return clock -> Tokens.rs256(key, clock);
            }
            var key = TokenKeys.ec(pem);
            return clock -> Tokens.es256(key, clock);
        } catch (IOException unreadable) {
            wrongKey("cannot be read (" + unreadable.getClass().getSimpleName() + ")");
        } catch (IllegalArgumentException unfit) {
            wrongKey("cannot be used: " + unfit.getMessage());
        }
        return DeviceReader::none;
    }

    private void wrongKey(String why) {
        problems.add(
                values.origin(DeviceSettings.JWT_PUBLIC_KEY),
                "device_sessions.jwt_public_key names a file that " + why);
    }
}
