package dev.resound.server;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The signal in a table, as Laravel's cache store {@code database} has it. Connects anew each time:
 * that is seldom, and a connection that is kept may have been lost.
 */
final class SqlRestartSignal implements RestartSignal {
    /** For so long Laravel keeps what it keeps forever. */
    private static final Duration FOREVER = Duration.ofDays(3_650);

    private final TableStore store;
    private final String key;
    private final InstantSource clock;

    SqlRestartSignal(TableStore store, String key, InstantSource clock) {
        this.store = store;
        this.key = key;
        this.clock = clock;
    }

    @Override
    public @Nullable String read() throws IOException {
        String query =
                "SELECT "
                        + column("value")
                        + ", "
                        + column("expiration")
                        + " FROM "
                        + table()
                        + " WHERE "
                        + column("key")
                        + " = ?";
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, key);
            try (ResultSet result = statement.executeQuery()) {
                boolean valid =
                        result.next() && result.getLong(2) > clock.instant().getEpochSecond();
                return valid ? result.getString(1) : null;
            }
        } catch (SQLException failure) {
            throw failed(failure);
        }
    }

    @Override
    public void write(long epochSeconds) throws IOException {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(upsert())) {
            statement.setString(1, key);
            statement.setString(2, PhpInteger.serialized(epochSeconds));
            statement.setLong(3, expiration());
            statement.executeUpdate();
        } catch (SQLException failure) {
            throw failed(failure);
        }
    }

    private String upsert() {
        String insert =
                "INSERT INTO "
                        + table()
                        + " ("
                        + column("key")
                        + ", "
                        + column("value")
                        + ", "
                        + column("expiration")
                        + ") VALUES (?, ?, ?) ";
        return insert
                + (store.database().isPostgreSql()
                        ? "ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value,"
                                + " expiration = EXCLUDED.expiration"
                        : "ON DUPLICATE KEY UPDATE `value` = VALUES(`value`),"
                                + " `expiration` = VALUES(`expiration`)");
    }

    /** Of 32 bits: so wide is the column in the tables of most applications there are. */
    private long expiration() {
        return Math.min(clock.instant().plus(FOREVER).getEpochSecond(), Integer.MAX_VALUE);
    }

    private String table() {
        return store.database().quoted(store.table());
    }

    private String column(String name) {
        return store.database().quoted(name);
    }

    private Connection connect() throws SQLException {
        Database database = store.database();
        Properties properties = new Properties();
        properties.putAll(database.properties(PATIENCE));
        if (database.user() != null) {
            properties.put("user", database.user());
        }
        if (database.password() != null) {
            properties.put("password", database.password());
        }
        return DriverManager.getConnection(database.driverUrl(), properties);
    }

    /** Of a URL it does not understand a driver says all of it. */
    private IOException failed(SQLException failure) {
        String reason = Reason.of(failure);
        String parameters = store.database().driverUrl().replaceFirst("[^?;]*", "");
        boolean quotesTheUrl =
                reason.contains("jdbc:") || (!parameters.isEmpty() && reason.contains(parameters));
        return new IOException(
                quotesTheUrl
                        ? "the driver refuses the URL: SQLState " + failure.getSQLState()
                        : reason);
    }

    @Override
    public void close() {}
}
