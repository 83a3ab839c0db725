package dev.resound.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.testkit.RedisServer;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** The threads of a link; while no other test has any. */
@Isolated
@Timeout(60)
class RedisLinkThreadsTest {

    @Test
    void theyEndWithIt() {
        Set<Thread> before = threads();
        try (RedisServer server = RedisServer.start()) {
            RedisLink link = RedisLink.open(RedisOptions.of(server.url(0)));
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> link.state() == RedisLink.State.CONNECTED);
            assertThat(threads()).hasSizeGreaterThan(before.size());
            link.close();
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(before).containsAll(threads()));
        }
    }

    /** Those that may be the link's: not those which belong to nobody, and stay. */
    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread ->
                        thread.getName().startsWith("resound-")
                                || thread.getName().startsWith("lettuce-"))
                .collect(Collectors.toSet());
    }
}
