package dev.resound.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.resound.testkit.RedisServer;
import dev.resound.testkit.SecuredRedis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Redis with TLS, for one who may do no more than a link must. */
class RedisLinkTlsTest extends RedisLinkContract {
    private final SecuredRedis redis = SecuredRedis.start();

    @AfterAll
    void stop() {
        redis.close();
    }

    @Override
    RedisOptions options() {
        return RedisOptions.of(redis.url())
                .withTrust(redis.certificate())
                .withCredentials(SecuredRedis.USER, SecuredRedis.USER_PASSWORD);
    }

    @Override
    List<RedisServer> servers() {
        return List.of(redis.server());
    }

    @Override
    String execute(RedisServer server, String... commands) {
        String[] all = new String[commands.length + 1];
        all[0] = "AUTH " + SecuredRedis.PASSWORD;
        System.arraycopy(commands, 0, all, 1, commands.length);
        return server.execute(all);
    }

    @Test
    void thePasswordOfTheDefaultUserIsEnough() {
        var options =
                RedisOptions.of(redis.url())
                        .withTrust(redis.certificate())
                        .withCredentials(null, SecuredRedis.PASSWORD);
        try (RedisLink link = RedisLink.open(options)) {
            until(link, RedisLink.State.CONNECTED);
        }
    }

    @Test
    void whatIsForbiddenIsCountedAsFailedAndHoldsUpNothing() throws Exception {
        other.publish("forbidden", bytes("x"));
        other.publish(name("news"), bytes("y"));
        assertThat(next()).isEqualTo("news y");
        await().until(() -> other.statistics().failed() == 1);
        assertThat(other.statistics().published()).isEqualTo(1);
    }

    @Test
    void whoIsNotTrustedIsNotTalkedTo() {
        assertStaysAway(RedisOptions.of(redis.url()).withCredentials(null, SecuredRedis.PASSWORD));
    }

    @Test
    void aCertificateForAnotherHostIsNotBelieved() {
        try (SecuredRedis elsewhere = SecuredRedis.startNamed("dns:elsewhere.example")) {
            assertStaysAway(
                    RedisOptions.of(elsewhere.url())
                            .withTrust(elsewhere.certificate())
                            .withCredentials(null, SecuredRedis.PASSWORD));
        }
    }

    @Test
    void aWrongPasswordIsNotLetIn() {
        assertStaysAway(options().withCredentials(SecuredRedis.USER, "wrong"));
    }

    private static void assertStaysAway(RedisOptions options) {
        try (RedisLink link = RedisLink.open(options)) {
            await().during(Duration.ofMillis(1_500))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> link.state() == RedisLink.State.AWAY);
        }
    }

    @Test
    void aFileWithoutCertificatesIsRefusedAtOnce(@TempDir Path directory) throws Exception {
        Path empty = Files.createFile(directory.resolve("empty.pem"));
        RedisOptions options = RedisOptions.of(redis.url());
        assertThatThrownBy(() -> options.withTrust(empty))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no certificate");
        assertThatThrownBy(() -> options.withTrust(directory.resolve("missing.pem")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be read");
    }
}
