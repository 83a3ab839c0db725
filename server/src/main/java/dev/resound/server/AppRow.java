package dev.resound.server;

import dev.resound.pusher.App;
import dev.resound.pusher.ClientEvents;
import dev.resound.pusher.Dialect;
import dev.resound.pusher.Webhook;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A row of soketi's table of apps. Columns that are missing, or null, leave the dialect's default;
 * columns nobody here knows are not looked at.
 */
final class AppRow {
    /** As soketi's {@code userAuthenticationTimeout}, which is no column. */
    private static final int SIGN_IN_SECONDS = 30;

    private static final int KIB = 1_024;
    private static final BigDecimal NO_LIMIT = BigDecimal.ONE.negate();
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000_000);

    private final Map<String, String> columns;
    private final String id;

    private AppRow(Map<String, String> columns) {
        this.columns = columns;
        this.id = columns.getOrDefault("id", "");
    }

    /** The row at which the result stands. */
    static AppRow of(ResultSet result) throws SQLException {
        ResultSetMetaData shape = result.getMetaData();
        Map<String, String> columns = new HashMap<>();
        for (int i = 1; i <= shape.getColumnCount(); i++) {
            String text = result.getString(i);
            if (text != null) {
                columns.put(shape.getColumnLabel(i).toLowerCase(Locale.ROOT), text);
            }
        }
        return new AppRow(columns);
    }

    /** Databases may compare without regard to capitals and blanks; we do not. */
    boolean has(String column, String text) {
        return text.equals(columns.get(column));
    }

    App app(Dialect dialect) throws UnusableApp {
        Dialect.Defaults defaults = dialect.defaults();
        boolean signIn = flag("enable_user_authentication", defaults.signIn());
        int clientEvents = rate("max_client_events_per_sec", true);
        boolean mayTalk =
                flag("enable_client_messages", defaults.clientEvents() != ClientEvents.NONE)
                        && clientEvents >= 0;
        return App.builder(
                        text("id", Kind.name()),
                        text("key", Kind.name()),
                        text("secret", Kind.secret()))
                .dialect(dialect)
                .enabled(flag("enabled", true))
                .maxConnections(rate("max_connections", false))
                .clientEvents(mayTalk ? ClientEvents.MEMBERS : ClientEvents.NONE)
                .rates(
                        new App.Rates(
                                Math.max(0, clientEvents),
                                0,
                                rate("max_backend_events_per_sec", false),
                                rate("max_read_req_per_sec", false)))
                .signIn(signIn)
                .authenticationSeconds(signIn ? SIGN_IN_SECONDS : 0)
                .presence(
                        new Dialect.PresenceLimits(
                                size(
                                        "max_presence_members_per_channel",
                                        1,
                                        defaults.presence().members()),
                                size(
                                        "max_presence_member_size_in_kb",
                                        KIB,
                                        defaults.presence().memberBytes())))
                .publish(
                        new Dialect.PublishLimits(
                                size(
                                        "max_event_channels_at_once",
                                        1,
                                        defaults.publish().channels()),
                                size("max_event_batch_size", 1, defaults.publish().batch()),
                                size(
                                        "max_event_payload_in_kb",
                                        KIB,
                                        defaults.publish().dataBytes()),
                                size("max_event_name_length", 1, defaults.publish().nameChars())))
                .webhooks(webhooks())
                .build();
    }

    private String text(String column, Kind<String> kind) throws UnusableApp {
        String text = columns.get(column);
        if (text == null) {
            throw unusable(column, "is missing or null");
        }
        String read = kind.read(text);
        if (read == null) {
            throw unusable(column, "must be " + kind.expected());
        }
        return read;
    }

    private boolean flag(String column, boolean byDefault) throws UnusableApp {
        String text = columns.get(column);
        if (text == null) {
            return byDefault;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "t" -> true;
            case "f" -> false;
            default -> {
                Boolean flag = Kind.flag().read(text);
                if (flag == null) {
                    throw unusable(column, "must be " + Kind.flag().expected());
                }
                yield flag;
            }
        };
    }

    /**
     * A number of which -1 is no limit, and 0 is none at all.
     *
     * @param noneIsPossible whether "none at all" can be said here: it is -1 then
     * @return 0 for no limit
     */
    private int rate(String column, boolean noneIsPossible) throws UnusableApp {
        BigDecimal number = number(column);
        if (number == null || number.compareTo(NO_LIMIT) == 0) {
            return 0;
        }
        if (number.signum() == 0) {
            if (noneIsPossible) {
                return -1;
            }
            throw unusable(column, "is 0, which forbids everything; -1 is no limit");
        }
        return whole(column, number);
    }

    /** A number of which 0 is the default, and -1 no limit. */
    private int size(String column, int unit, int byDefault) throws UnusableApp {
        BigDecimal number = number(column);
        if (number == null || number.signum() == 0) {
            return byDefault;
        }
        return number.compareTo(NO_LIMIT) == 0
                ? 0
                : Math.max(1, whole(column, number.multiply(BigDecimal.valueOf(unit))));
    }

    private @Nullable BigDecimal number(String column) throws UnusableApp {
        String text = columns.get(column);
        try {
            // Long before it is too much to be a limit it is too much to be computed with.
            return text == null || text.length() > 20
                    ? tooLong(column, text)
                    : new BigDecimal(text);
        } catch (NumberFormatException none) {
            throw unusable(column, "must be a number");
        }
    }

    private @Nullable BigDecimal tooLong(String column, @Nullable String text) throws UnusableApp {
        if (text != null) {
            throw unusable(column, "must be a number");
        }
        return null;
    }

    private int whole(String column, BigDecimal number) throws UnusableApp {
        if (number.signum() < 0 || number.compareTo(MOST) > 0) {
            throw unusable(column, "must be from -1 (no limit) to " + MOST);
        }
        return number.intValue();
    }

    private List<Webhook> webhooks() throws UnusableApp {
        String json = columns.getOrDefault("webhooks", "").strip();
        if (json.isEmpty() || json.equals("null")) {
            return List.of();
        }
        // Whoever may write to a table need not be one who may reach our network.
        List<Webhook> webhooks = WebhookList.read(json, false);
        if (webhooks == null) {
            throw unusable("webhooks", "must be " + Kind.webhooks().expected());
        }
        return webhooks;
    }

    private UnusableApp unusable(String column, String reason) {
        return new UnusableApp(Objects.requireNonNull(id), column, reason);
    }
}
