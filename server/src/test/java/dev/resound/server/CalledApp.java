package dev.resound.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The HTTP side of an app of devices: is called, and says yes. */
final class CalledApp implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final BlockingQueue<JsonNode> calls = new LinkedBlockingQueue<>();
    private final HttpServer server;
    private volatile @Nullable String elsewhere;

    CalledApp() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::called);
        server.start();
    }

    private void called(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        calls.add(JSON.readTree(body));
        String location = elsewhere;
        if (location != null) {
            exchange.getResponseHeaders().set("Location", location);
        }
        exchange.sendResponseHeaders(location == null ? 200 : 307, -1);
        exchange.close();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on says: ask there. */
    void sendsTo(String url) {
        elsewhere = url;
    }

    /** The next call, which must be of this type. */
    JsonNode called(String type) throws InterruptedException {
        JsonNode call = calls.poll(10, TimeUnit.SECONDS);
        if (call == null || !call.path("type").asString("").equals(type)) {
            throw new AssertionError("expected " + type + ", got " + call);
        }
        return call;
    }

    boolean wasNotCalled() {
        return calls.isEmpty();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
