package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.resound.pusher.App;
import dev.resound.pusher.Dialect;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database that takes connections and never says a word. */
@Timeout(60)
class HangingDatabaseTest {

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:postgresql", "jdbc:mariadb", "jdbc:mysql"})
    void lookUpsFailSoonAndDoNotPileUp(String scheme) throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            AppTable table =
                    new AppTable(
                            scheme + "://127.0.0.1:" + mute.getLocalPort() + "/x",
                            "user",
                            "never-to-be-shown",
                            "apps",
                            4,
                            Duration.ofSeconds(60),
                            Duration.ofSeconds(5),
                            Duration.ofHours(24),
                            Dialect.SOKETI);
            assertThat(table.toString()).doesNotContain("never-to-be-shown");
            try (HikariDataSource connections = SqlAppSource.connectionsTo(table)) {
                SqlAppSource source = new SqlAppSource(connections, table, true);
                CompletableFuture<Optional<App>> first = source.byId("one").toCompletableFuture();
                for (int i = 1; i < SqlAppSource.MAX_WAITING; i++) {
                    source.byId("one");
                }
                CompletableFuture<Optional<App>> tooMany = source.byId("one").toCompletableFuture();
                assertThat(tooMany.isCompletedExceptionally()).isTrue();
                assertThat(tooMany.exceptionNow()).isInstanceOf(RejectedExecutionException.class);
                assertThat(first).isNotDone();
                assertThatThrownBy(() -> first.get(20, TimeUnit.SECONDS))
                        .hasMessageNotContaining("never-to-be-shown")
                        .hasMessageContaining("resound-apps");
            }
        }
    }
}
