package dev.resound.redis;

import dev.resound.core.Bus;
import dev.resound.testkit.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The bus over one Redis. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisBusTest extends BusContract {
    private final List<RedisLink> links = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private RedisServer server;

    @BeforeAll
    void startServer() {
        server = RedisServer.start();
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @AfterEach
    void closeLinks() {
        links.forEach(RedisLink::close);
        links.clear();
    }

    @Override
    Bus newBus() {
        RedisLink link = RedisLink.open(RedisOptions.of(server.url(0)));
        links.add(link);
        return RedisBus.over(link, "contract");
    }

    @Override
    int nodes() throws Exception {
        RedisLink first = links.getFirst();
        return first.state() == RedisLink.State.CONNECTED
                ? first.subscribers("contract:bus")
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS)
                        .intValue()
                : 0;
    }
}
