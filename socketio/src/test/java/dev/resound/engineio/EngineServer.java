package dev.resound.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Loop;
import dev.resound.core.http.HttpHandler;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.Route;
import dev.resound.netty.Resound;
import dev.resound.netty.Tls;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A real server on the loopback, its sessions, and what it refused. <b>Thread:</b> the test. */
final class EngineServer implements AutoCloseable {
    private static final Path CERTIFICATE = Path.of("../netty/src/test/resources/localhost.pem");
    private static final Path KEY = Path.of("../netty/src/test/resources/localhost-key.pem");

    private final EngineIo engine;
    private final Resound server;
    private final boolean tls;
    private final Map<String, Heard> sessions = new ConcurrentHashMap<>();
    private final Map<String, Loop> loops = new ConcurrentHashMap<>();
    private final Queue<Rejection> rejections = new ConcurrentLinkedQueue<>();

    private EngineServer(
            int loops, boolean tls, boolean echo, UnaryOperator<EngineIo.Builder> options)
            throws IOException {
        this.tls = tls;
        this.engine =
                options.apply(
                                EngineIo.builder()
                                        .allowRevision3(true)
                                        .onRejected(rejections::add)
                                        .application(socket -> {
                                            Heard heard = new Heard(socket, echo);
                                            sessions.put(socket.id(), heard);
                                            return heard;
                                        }))
                        .build();
        Resound.Builder builder =
                Resound.builder()
                        .port(0)
                        .loops(loops)
                        .protocol(engine)
                        .route(
                                Route.get(
                                        "/loop",
                                        HttpHandler.onLoop(request -> {
                                            Loop loop = Loop.current();
                                            String name = "loop " + System.identityHashCode(loop);
                                            this.loops.put(name, loop);
                                            return HttpResponse.text(200, name);
                                        })));
        this.server = (tls ? builder.tls(Tls.of(CERTIFICATE, KEY)) : builder).start();
    }

    /** An application that echoes, served on so many loops. */
    static EngineServer start(int loops) throws IOException {
        return start(loops, options -> options);
    }

    static EngineServer start(int loops, UnaryOperator<EngineIo.Builder> options)
            throws IOException {
        return new EngineServer(loops, false, true, options);
    }

    /** An application that says nothing by itself. */
    static EngineServer silent(int loops, UnaryOperator<EngineIo.Builder> options)
            throws IOException {
        return new EngineServer(loops, false, false, options);
    }

    static EngineServer behindTls(int loops) throws IOException {
        return new EngineServer(loops, true, true, options -> options);
    }

    int port() {
        return server.port();
    }

    EngineIo engine() {
        return engine;
    }

    Resound resound() {
        return server;
    }

    Heard session(String sid) {
        Until.holds("a session", () -> sessions.containsKey(sid));
        return Objects.requireNonNull(sessions.get(sid));
    }

    /** All sessions there ever were. */
    List<Heard> sessions() {
        return List.copyOf(sessions.values());
    }

    /** Waits for the next refusal that was not taken yet. */
    Rejection rejection() {
        Until.holds("a rejection", () -> !rejections.isEmpty());
        return rejections.remove();
    }

    int rejections() {
        return rejections.size();
    }

    void awaitNoSessions() {
        Until.holds("the end of all sessions", () -> engine.sessions() == 0);
    }

    // ---- connections

    WireClient connect() throws IOException {
        return WireClient.over(socket());
    }

    /** A connection that lives on this loop. */
    WireClient connectOn(Loop loop) throws IOException {
        return connectOn(loop, true);
    }

    /** A connection that lives on another loop, if there is one. */
    WireClient connectOff(Loop loop) throws IOException {
        return connectOn(loop, false);
    }

    private WireClient connectOn(Loop loop, boolean same) throws IOException {
        for (int i = 0; i < 16; i++) {
            WireClient client = connect();
            client.get("/loop");
            Loop landed = loops.get(client.readResponse().body());
            if ((landed == loop) == same || isOnlyLoop()) {
                return client;
            }
            client.close();
        }
        throw new AssertionError("no connection landed on the wanted loop");
    }

    private @Nullable Boolean onlyLoop;

    private boolean isOnlyLoop() throws IOException {
        if (onlyLoop == null) {
            for (int i = 0; i < 4; i++) {
                try (WireClient client = connect()) {
                    client.get("/loop");
                    client.readResponse();
                }
            }
            onlyLoop = loops.size() == 1;
        }
        return onlyLoop;
    }

    private Socket socket() throws IOException {
        if (!tls) {
            return new Socket(InetAddress.getLoopbackAddress(), port());
        }
        try {
            return trusting()
                    .getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), port());
        } catch (GeneralSecurityException unusable) {
            throw new IOException(unusable);
        }
    }

    private static SSLContext trusting() throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (var pem = Files.newInputStream(CERTIFICATE)) {
            Certificate certificate =
                    CertificateFactory.getInstance("X.509").generateCertificate(pem);
            trusted.setCertificateEntry("localhost", certificate);
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** Ends the server; no application may have been told what it must not be told. */
    @Override
    public void close() {
        server.stop(Duration.ZERO);
        for (Heard session : sessions.values()) {
            assertThat(session.wrongs()).isEmpty();
        }
    }
}
