package dev.resound.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** One Redis. */
class RedisLinkTest extends RedisLinkContract {
    private final RedisServer server = start();

    RedisServer start() {
        return RedisServer.start();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Override
    RedisOptions options() {
        return RedisOptions.of(server.url(0));
    }

    @Override
    List<RedisServer> servers() {
        return List.of(server);
    }

    @Test
    void aPausedRedisIsNoticedAndForgivenWithoutALoss() throws Exception {
        server.pause();
        until(one, RedisLink.State.AWAY);
        for (int i = 0; i < 100; i++) {
            other.publish(name("news"), bytes(Integer.toString(i)));
        }
        server.resume();
        for (int i = 0; i < 100; i++) {
            assertThat(next()).isEqualTo("news " + i);
        }
        until(one, RedisLink.State.CONNECTED);
    }

    /** Redis answers BUSY to all while a script runs for too long. */
    @Test
    void whatRedisIsTooBusyForIsSaidLaterInItsOrder() throws Exception {
        server.execute("CONFIG SET busy-reply-threshold 50");
        Thread script =
                Thread.ofVirtual().start(() -> server.execute("EVAL \"while true do end\" 0"));
        await().until(() -> server.execute("PING").contains("BUSY"));
        for (int i = 0; i < 10_000; i++) {
            other.publish(name("news"), bytes(Integer.toString(i)));
        }
        await().during(Duration.ofMillis(500)).until(() -> other.statistics().published() == 0);
        assertThat(server.execute("SCRIPT KILL")).isEqualTo("+OK");
        script.join();
        for (int i = 0; i < 10_000; i++) {
            assertThat(next()).isEqualTo("news " + i);
        }
        assertThat(other.statistics().failed()).isZero();
    }
}
