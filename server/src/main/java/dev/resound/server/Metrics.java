package dev.resound.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.resound.core.http.Header;
import dev.resound.core.http.HttpHandler;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.Route;
import dev.resound.pusher.Health;
import dev.resound.redis.RedisBus;
import dev.resound.redis.RedisLink;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * This node's figures for Prometheus: {@code GET /metrics}. Nothing is counted for it; what is
 * counted anyway is read when somebody asks. <b>Thread:</b> any.
 */
final class Metrics {
    private static final String TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    Route route() {
        // The first question loads classes, and a long answer takes its time.
        return Route.get(
                "/metrics",
                HttpHandler.blocking(request ->
                        new HttpResponse(
                                200,
                                List.of(new Header("Content-Type", TEXT_FORMAT)),
                                registry.scrape().getBytes(UTF_8),
                                false)));
    }

    /** How the node is. */
    void node(Supplier<Health> health, Supplier<Number> connections) {
        gauge(
                "resound.connections",
                "Open connections of all protocols",
                () -> connections.get().doubleValue());
        gauge(
                "resound.ready",
                "1: the node wants new clients, as /ready says",
                () -> flag(isReady(health.get())));
        gauge(
                "resound.degraded",
                "1: something the node needs is away, as /up says",
                () -> flag(health.get() == Health.DEGRADED || health.get() == Health.CUT_OFF));
    }

    /** How it is with its way to Redis. */
    void link(RedisLink link) {
        gauge(
                "resound.redis.connected",
                "1: what is published reaches Redis, and what is said there this node",
                () -> flag(link.state() == RedisLink.State.CONNECTED));
        TimeGauge.builder(
                        "resound.redis.away",
                        link,
                        TimeUnit.MILLISECONDS,
                        it -> it.awayFor().toMillis())
                .description("For how long Redis has been away")
                .register(registry);
        gauge(
                "resound.redis.waiting.bytes",
                "Published, and not yet answered by Redis",
                () -> (double) link.statistics().waitingBytes());
        counter(
                "resound.redis.published",
                "Answered by Redis",
                link,
                it -> it.statistics().published());
        counter(
                "resound.redis.refused",
                "Not published for want of room",
                link,
                it -> it.statistics().refused());
        counter("resound.redis.failed", "Not taken by Redis", link, it -> it.statistics().failed());
    }

    /** What it hears of other nodes. */
    void bus(RedisBus bus) {
        counter(
                "resound.bus.received",
                "Messages of other nodes",
                bus,
                it -> it.statistics().received());
        counter(
                "resound.bus.missed",
                "Said by other nodes, and never heard or never delivered here",
                bus,
                it -> it.statistics().missed());
        counter(
                "resound.bus.repeated",
                "Heard twice, delivered once",
                bus,
                it -> it.statistics().repeated());
        counter(
                "resound.bus.malformed",
                "No message of a node",
                bus,
                it -> it.statistics().malformed());
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    private <T> void counter(
            String name, String description, T of, ToDoubleFunction<? super T> value) {
        FunctionCounter.builder(name, of, value::applyAsDouble)
                .description(description)
                .register(registry);
    }

    private static boolean isReady(Health health) {
        return switch (health) {
            case OK, DEGRADED -> true;
            case CUT_OFF, DRAINING -> false;
        };
    }

    private static double flag(boolean is) {
        return is ? 1 : 0;
    }
}
