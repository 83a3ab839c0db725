package dev.resound.server;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.resound.pusher.App;
import dev.resound.pusher.AppSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * Reads apps from a table, each time it is asked. A row whose values make no app fails with {@link
 * UnusableApp}, everything else that goes wrong with another exception.
 *
 * <p><b>Thread:</b> any. JDBC blocks, so a virtual thread does each query; as many at once as there
 * are connections, for which the others wait, but not long and not in any number.
 */
final class SqlAppSource implements AppSource {
    /** For a connection, and once more for an answer. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Look-ups under way, almost all of them waiting; more fail at once. */
    static final int MAX_WAITING = 1_000;

    /** Rows that are the same but for capitals; more than one of them is unusual. */
    private static final int MAX_ROWS = 100;

    private final DataSource database;
    private final AppTable table;
    private final boolean open;
    private final AtomicInteger underWay = new AtomicInteger();

    /**
     * Connects when it is asked.
     *
     * @param open whether more than this machine can reach the server: apps whose secret everybody
     *     knows are not served then, as those of the configuration are not
     */
    SqlAppSource(DataSource database, AppTable table, boolean open) {
        this.database = database;
        this.table = table;
        this.open = open;
    }

    /** Connections to the table's database, made when they are needed: it may be down at first. */
    static HikariDataSource connectionsTo(AppTable table) {
        long millis = PATIENCE.toMillis();
        Database database = table.database();
        HikariConfig config = new HikariConfig();
        config.setPoolName("resound-apps");
        config.setJdbcUrl(database.driverUrl());
        config.setUsername(table.user());
        config.setPassword(table.password());
        config.setMaximumPoolSize(table.pool());
        config.setMinimumIdle(1);
        config.setReadOnly(true);
        config.setConnectionTimeout(millis);
        config.setValidationTimeout(millis / 2);
        config.setInitializationFailTimeout(-1);
        database.properties(PATIENCE).forEach(config::addDataSourceProperty);
        if (database.isPostgreSql()) {
            // A prepared "SELECT *" fails once a column has been added to the table.
            config.addDataSourceProperty("prepareThreshold", "0");
        }
        return new HikariDataSource(config);
    }

    @Override
    public CompletionStage<Optional<App>> byKey(String key) {
        return find("key", key);
    }

    @Override
    public CompletionStage<Optional<App>> byId(String id) {
        return find("id", id);
    }

    private CompletionStage<Optional<App>> find(String column, String text) {
        CompletableFuture<Optional<App>> answer = new CompletableFuture<>();
        if (underWay.incrementAndGet() > MAX_WAITING) {
            underWay.decrementAndGet();
            answer.completeExceptionally(
                    new RejectedExecutionException(MAX_WAITING + " look-ups are waiting already"));
            return answer;
        }
        Thread.ofVirtual()
                .name("resound-apps")
                .start(() -> {
                    Optional<App> found;
                    try {
                        found = read(column, text);
                    } catch (Throwable failure) { // somebody waits for this answer, whatever it is
                        underWay.decrementAndGet();
                        answer.completeExceptionally(failure);
                        return;
                    }
                    underWay.decrementAndGet();
                    answer.complete(found);
                });
        return answer;
    }

    private Optional<App> read(String column, String text) throws SQLException, UnusableApp {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(table.query(column))) {
            statement.setString(1, text);
            statement.setMaxRows(MAX_ROWS);
            try (ResultSet result = statement.executeQuery()) {
                AppRow found = null;
                while (result.next()) {
                    AppRow row = AppRow.of(result);
                    if (row.has(column, text)) {
                        if (found != null) {
                            throw new UnusableApp(text, column, "has this value in two rows");
                        }
                        found = row;
                    }
                }
                return found == null ? Optional.empty() : Optional.of(usable(found));
            }
        }
    }

    private App usable(AppRow row) throws UnusableApp {
        App app = row.app(table.dialect());
        if (open && Secrets.isSample(app.secret())) {
            throw new UnusableApp(app.id(), "secret", "is a sample that everybody knows");
        }
        if (open && (app.secret().equals(app.key()) || app.secret().equals(app.id()))) {
            throw new UnusableApp(app.id(), "secret", "is the app's key or id");
        }
        return app;
    }
}
