package dev.resound.redis;

import dev.resound.core.Bus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;

/** The bus over Redis, whichever way that is run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RedisBusContract extends BusContract {
    private static final String PREFIX = "allowed.bus";

    private final List<RedisLink> links = new ArrayList<>();

    /** How to reach it. */
    abstract RedisOptions options();

    @AfterEach
    void closeLinks() {
        links.forEach(RedisLink::close);
        links.clear();
    }

    @Override
    Bus newBus() {
        RedisLink link = RedisLink.open(options());
        links.add(link);
        return RedisBus.over(link, PREFIX);
    }

    @Override
    int nodes() throws Exception {
        RedisLink first = links.getFirst();
        return first.state() == RedisLink.State.CONNECTED
                ? first.subscribers(PREFIX + ":bus")
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS)
                        .intValue()
                : 0;
    }
}
