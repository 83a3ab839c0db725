package dev.resound.sessions;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Publishes keys, or something else. */
final class JwksIssuer implements AutoCloseable {
    private final HttpServer server;
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile HttpHandler answer = exchange -> send(exchange, 404, "");

    JwksIssuer() throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        server = HttpServer.create(new InetSocketAddress(here, 0), 0);
        server.setExecutor(task -> Thread.ofVirtual().start(task));
        server.createContext(
                "/keys",
                exchange -> {
                    asked.incrementAndGet();
                    answer.handle(exchange);
                });
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:%d/keys".formatted(server.getAddress().getPort()));
    }

    int asked() {
        return asked.get();
    }

    void publishes(JWK... keys) {
        answers(200, new JWKSet(List.of(keys)).toString());
    }

    void answers(int status, String body) {
        answers(exchange -> send(exchange, status, body));
    }

    void answers(HttpHandler handler) {
        answer = handler;
    }

    /** Takes the question and says nothing. */
    void hangs() {
        answers(exchange -> awaitEnd());
    }

    /** Begins to answer. */
    void hangsHalfWay() {
        answers(exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            awaitEnd();
        });
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
    }
}
