package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The signal in a table, whatever database it is in. */
abstract class SqlRestartSignalContract extends RestartSignalContract {
    private static final String SECRET = "never-to-be-shown";

    private final DatabaseServer.Product product;
    private DatabaseServer server;

    SqlRestartSignalContract(DatabaseServer.Product product) {
        this.product = product;
    }

    /** Begins the declaration of a table's column that has a name of the language. */
    abstract String quoted(String column);

    /** The type of the column {@code value}. */
    abstract String textType();

    @BeforeAll
    void startServer() {
        server = DatabaseServer.start(product);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @Override
    SignalStore store() {
        return table("cache");
    }

    private SignalStore table(String name) {
        return new TableStore(new Database(server.url(), server.user(), ""), name);
    }

    private String create(String table) {
        return "CREATE TABLE %s (%s varchar(255) PRIMARY KEY, value %s NOT NULL, expiration integer NOT NULL)"
                .formatted(table, quoted("key"), textType());
    }

    @Override
    void empty() {
        server.execute("DROP TABLE IF EXISTS cache", create("cache"));
    }

    private void row(String key, String value, long expiration) {
        server.execute(
                "DELETE FROM cache WHERE " + quoted("key") + " = '" + key + "'",
                "INSERT INTO cache VALUES ('" + key + "', '" + value + "', " + expiration + ")");
    }

    @Override
    void laravelPuts(String key, long number) {
        row(key, "i:" + number + ";", NOW + 315_360_000);
    }

    @Override
    void put(String value) {
        row(KEY, value, NOW + 315_360_000);
    }

    @Override
    String stored(String key) {
        return server.query(
                "SELECT concat(value, ' until ', expiration) FROM cache WHERE "
                        + quoted("key")
                        + " = '"
                        + key
                        + "'");
    }

    @Override
    String inLaravelsForm(long number) {
        return "i:" + number + "; until " + (NOW + 315_360_000);
    }

    @Override
    void stop() {
        server.stop();
    }

    @Override
    void startAgain() throws IOException {
        server.start();
    }

    @Test
    void whatIsNoLongerValidIsNotThere() throws IOException {
        row(KEY, "i:1;", NOW);
        assertThat(signal().read()).isNull();
        row(KEY, "i:1;", NOW + 1);
        assertThat(signal().read()).isEqualTo("i:1;");
    }

    @Test
    void theTableMayHaveAnotherNameAndASchema() throws IOException {
        String cascade = product == DatabaseServer.Product.POSTGRESQL ? " CASCADE" : "";
        server.execute(
                "DROP SCHEMA IF EXISTS shop" + cascade,
                "CREATE SCHEMA shop",
                create("shop.app_cache"));
        try (RestartSignal other =
                RestartSignal.in(table("shop.app_cache"), KEY, InstantSource.system())) {
            other.write(NOW);
            assertThat(other.read()).isEqualTo("i:" + NOW + ";");
        }
        assertThat(signal().read()).isNull();
    }

    @Test
    void inADistantYearTheTimeStillFitsTheColumn() throws IOException {
        long later = 1_900_000_000;
        try (RestartSignal other =
                RestartSignal.in(store(), KEY, () -> Instant.ofEpochSecond(later))) {
            other.write(later);
            assertThat(other.read()).isEqualTo("i:" + later + ";");
        }
    }

    @Test
    void aTableThatIsMissingIsAFailure() {
        server.execute("DROP TABLE cache");
        assertThatThrownBy(() -> signal().read())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cache");
    }

    @Test
    void noFailureShowsASecret() {
        String scheme = server.url().substring(0, server.url().indexOf("//"));
        for (String rest :
                new String[] {
                    "//127.0.0.1:1/x?password=" + SECRET,
                    "//127.0.0.1:notaport/x?password=" + SECRET,
                    "//127.0.0.1:1:2/x?user=" + SECRET + "&password=" + SECRET,
                }) {
            var store = new TableStore(new Database(scheme + rest, null, SECRET), "cache");
            assertThat(store.toString()).doesNotContain(SECRET);
            try (RestartSignal signal = RestartSignal.in(store, KEY, InstantSource.system())) {
                assertThatThrownBy(signal::read)
                        .isInstanceOf(IOException.class)
                        .hasNoCause()
                        .hasMessageNotContaining(SECRET);
            }
        }
    }
}
