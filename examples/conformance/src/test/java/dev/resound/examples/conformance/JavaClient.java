package dev.resound.examples.conformance;

import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Manager;
import io.socket.client.Socket;
import io.socket.engineio.client.Transport;
import io.socket.engineio.client.transports.Polling;
import io.socket.engineio.client.transports.WebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;

/** A socket of socket.io-client-java, as a test sees it. <b>Thread:</b> one. */
final class JavaClient implements AutoCloseable {
    static final Path CERTIFICATE = resource("localhost.pem");
    static final Path KEY = resource("localhost-key.pem");

    private static final long PATIENCE_SECONDS = 10;
    private static final OkHttpClient HTTP = trusting(CERTIFICATE);

    private final Socket socket;
    private final CompletableFuture<Object> webSocketOpen = new CompletableFuture<>();
    private final List<Map<String, List<String>>> responseHeaders = new CopyOnWriteArrayList<>();

    private JavaClient(Socket socket) {
        this.socket = socket;
    }

    /** The transports a client goes by, with or without TLS. */
    enum Way {
        POLLING(false, true, false),
        WEB_SOCKET(false, false, true),
        POLLING_THEN_WEB_SOCKET(false, true, true),
        POLLING_WITH_TLS(true, true, false),
        WEB_SOCKET_WITH_TLS(true, false, true),
        POLLING_THEN_WEB_SOCKET_WITH_TLS(true, true, true);

        private final boolean tls;
        private final boolean polling;
        private final boolean webSocket;

        Way(boolean tls, boolean polling, boolean webSocket) {
            this.tls = tls;
            this.polling = polling;
            this.webSocket = webSocket;
        }

        boolean tls() {
            return tls;
        }

        boolean upgrades() {
            return polling && webSocket;
        }

        private String[] transports() {
            if (upgrades()) {
                return new String[] {Polling.NAME, WebSocket.NAME};
            }
            return new String[] {polling ? Polling.NAME : WebSocket.NAME};
        }

        IO.Options options() {
            var options = new IO.Options();
            options.forceNew = true;
            options.transports = transports();
            options.callFactory = HTTP;
            options.webSocketFactory = HTTP;
            options.reconnectionDelay = 20;
            options.reconnectionDelayMax = 200;
            return options;
        }

        URI uri(int port, String namespace) {
            return URI.create((tls ? "https" : "http") + "://localhost:" + port + namespace);
        }
    }

    /** A client on its way; {@code prepare} registers what must not miss the beginning. */
    static JavaClient begin(URI uri, IO.Options options, Consumer<JavaClient> prepare) {
        Socket socket = IO.socket(uri, options);
        JavaClient client = new JavaClient(socket);
        socket.io()
                .on(
                        Manager.EVENT_TRANSPORT,
                        opened -> {
                            Transport transport = (Transport) opened[0];
                            transport.on(
                                    Transport.EVENT_RESPONSE_HEADERS,
                                    headers -> client.responseHeaders.add(headersOf(headers[0])));
                            if (transport.name.equals(WebSocket.NAME)) {
                                transport.once(
                                        Transport.EVENT_OPEN,
                                        nothing -> client.webSocketOpen.complete(true));
                            }
                        });
        prepare.accept(client);
        socket.connect();
        return client;
    }

    /** A connected client. */
    static JavaClient connect(URI uri, IO.Options options) {
        var connected = new CompletableFuture<Object>();
        JavaClient client =
                begin(
                        uri,
                        options,
                        early ->
                                early.socket.once(
                                        Socket.EVENT_CONNECT, nothing -> connected.complete(true)));
        get(connected);
        return client;
    }

    Socket socket() {
        return socket;
    }

    /** The headers of all responses so far. */
    List<Map<String, List<String>>> responseHeaders() {
        return responseHeaders;
    }

    /** Waits for the WebSocket a polling client opens to change to. */
    void awaitWebSocket() {
        get(webSocketOpen);
    }

    void emit(String event, Object... arguments) {
        socket.emit(event, arguments);
    }

    /** The answer's arguments. */
    Object[] ask(String event, Object... arguments) {
        var answer = new CompletableFuture<Object[]>();
        Ack ack = answer::complete;
        socket.emit(event, arguments, ack);
        return get(answer);
    }

    /** The arguments of every event of this name from now on. */
    Heard hear(String event) {
        var heard = new Heard(event, new LinkedBlockingQueue<>());
        socket.on(event, heard.queue::add);
        return heard;
    }

    /** What came, in order. */
    record Heard(String event, LinkedBlockingQueue<Object[]> queue) {

        Object[] next() {
            try {
                Object[] arguments = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (arguments == null) {
                    throw new AssertionError("waited in vain for " + event);
                }
                return arguments;
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for " + event, stopped);
            }
        }
    }

    @Override
    public void close() {
        socket.disconnect();
    }

    private static <T> T get(CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    @SuppressWarnings("unchecked") // documented so by the library
    private static Map<String, List<String>> headersOf(Object headers) {
        return (Map<String, List<String>>) headers;
    }

    private static Path resource(String name) {
        return Path.of("..", "..", "netty", "src", "test", "resources", name);
    }

    private static OkHttpClient trusting(Path certificate) {
        try (InputStream in = Files.newInputStream(certificate)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return new OkHttpClient.Builder()
                    .sslSocketFactory(
                            context.getSocketFactory(),
                            (X509TrustManager) trust.getTrustManagers()[0])
                    .build();
        } catch (IOException | GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
