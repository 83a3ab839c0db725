package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.socketio.Arguments;
import dev.resound.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** One Redis; and what does not depend on how that is run. */
class StreamsClusterTest extends StreamsContract {
    private final RedisServer redis = RedisServer.start();

    @AfterAll
    void stop() {
        redis.close();
    }

    @Override
    RedisOptions options() {
        return RedisOptions.of(redis.url(0));
    }

    @Test
    void whatIsNotKeptStaysInItsPlace() throws Exception {
        Client here = a.client();
        var socket = requireNonNull(a.io.root().sockets().get(here.id));
        a.io.emit("told", 1);
        a.io.local().emit("told", 2);
        socket.emit("told", 3);
        here.hearsKept("[\"told\",1]");
        here.hears("[\"told\",2]");
        here.hearsKept("[\"told\",3]");
        // One at a time: what is volatile is left out while something else is being written.
        socket.asVolatile().emit("told", 4);
        here.hears("[\"told\",4]");
        a.io.asVolatile().emit("told", 5);
        here.hears("[\"told\",5]");
        CompletableFuture<List<Arguments>> asked = a.io.emitWithAck("ask");
        here.answers("[\"ask\"]", "[7]");
        assertThat(get(asked)).hasSize(1);
        socket.emit("told", 6);
        socket.disconnect();
        here.hearsKept("[\"told\",6]");
        assertThat(here.next()).isEqualTo("41");
    }

    @Test
    void whoLeftForGoodDoesNotGoOn() throws Exception {
        Client before = a.client();
        a.io.emit("told", 1);
        String offset = before.hearsKept("[\"told\",1]");
        requireNonNull(a.io.root().sockets().get(before.id)).disconnect();
        assertThat(before.next()).isEqualTo("41");
        await().atMost(Duration.ofSeconds(20)).until(() -> session(before) == null);
        Client after = b.client(before, offset);
        assertThat(after.id).isNotEqualTo(before.id);
        assertThat(after.missed).isEmpty();
    }

    @Test
    void withoutItsOffsetNobodyGoesOnAndTheSessionStays() throws Exception {
        Client before = a.client().joins("x");
        awaitSession(before, "x");
        for (String offset : List.of("1-1", "99999999999999-0", "x", "-", "0-0", "")) {
            assertThat(b.client(before, offset).id).isNotEqualTo(before.id);
        }
        assertThat(session(before)).isNotNull();
    }

    @Test
    void withoutRedisEventsAreDeliveredHereWithoutOffsets() throws Exception {
        try (RedisServer own = RedisServer.start();
                Node alone = node(RedisOptions.of(own.url(0)))) {
            alone.awaitNodes("/", 1);
            follows(alone, "/a");
            Client here = alone.client();
            own.stop();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> {
                        alone.io.emit("told", 1);
                        return here.next().equals("42[\"told\",1]");
                    });
            alone.io.emit("told", 2);
            here.hears("[\"told\",2]");
        }
    }

    @Test
    void whatNobodySaysIsCountedAndDropped() throws Exception {
        Client there = b.client();
        a.link.append(STREAM, Map.of("nsp", "/".getBytes(UTF_8), "type", "3".getBytes(UTF_8)), 100);
        a.link.append(STREAM, Map.of("x", new byte[0]), 100);
        a.io.emit("told", 1);
        there.hearsKept("[\"told\",1]");
        assertThat(b.adapters.dropped()).isEqualTo(1);
    }
}
