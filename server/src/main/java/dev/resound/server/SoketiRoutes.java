package dev.resound.server;

import dev.resound.core.http.HttpHandler;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.Route;
import dev.resound.pusher.Health;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * What load balancers in front of soketi ask for: {@code /} and {@code /accept-traffic}. {@code
 * /ready} is there in every dialect; {@code /usage} is not, because it tells strangers how close a
 * server is to its limits. <b>Thread:</b> any.
 */
final class SoketiRoutes {
    private final Supplier<Health> health;
    private final int mostPercent;
    private final IntSupplier heapPercent;

    SoketiRoutes(Supplier<Health> health, int mostPercent, IntSupplier heapPercent) {
        this.health = health;
        this.mostPercent = mostPercent;
        this.heapPercent = heapPercent;
    }

    /**
     * For this process.
     *
     * @param mostPercent of the heap that may be in use
     */
    static List<Route> of(Supplier<Health> health, int mostPercent) {
        return new SoketiRoutes(health, mostPercent, SoketiRoutes::heapPercent).routes();
    }

    List<Route> routes() {
        return List.of(
                Route.get("/", HttpHandler.onLoop(request -> HttpResponse.text(200, "OK"))),
                // The first question loads classes of the JDK, which takes tens of milliseconds.
                Route.get("/accept-traffic", HttpHandler.blocking(this::acceptTraffic)));
    }

    private HttpResponse acceptTraffic(HttpRequest request) {
        if (health.get() == Health.DRAINING) {
            return HttpResponse.text(503, "draining");
        }
        return heapPercent.getAsInt() > mostPercent
                ? HttpResponse.text(503, "too little memory left")
                : HttpResponse.text(200, "OK");
    }

    /** What the last collections left, since what is garbage takes no memory from anybody. */
    private static int heapPercent() {
        long used = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage left = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
            used += left == null ? 0 : left.getUsed();
        }
        return Math.toIntExact(100 * used / Runtime.getRuntime().maxMemory());
    }
}
