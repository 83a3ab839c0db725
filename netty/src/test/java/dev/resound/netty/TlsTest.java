package dev.resound.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resound.core.http.HttpHandler;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.ResponseStream;
import dev.resound.core.http.Route;
import dev.resound.core.http.StreamedBody;
import dev.resound.core.socket.SocketEndpoint;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same port behind TLS, with a certificate and key from PEM files. */
class TlsTest {
    private static final byte[] LARGE = "x".repeat(300_000).getBytes(StandardCharsets.US_ASCII);

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void requestsAndWebSocketsWorkBehindTls(String version) throws Exception {
        try (Resound server = start()) {
            try (WireClient client = WireClient.over(connect(server.port(), version))) {
                client.send("GET /secure HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(client.readResponse().body()).isEqualTo("true");
                assertThat(client.upgrade("/echo", "").status()).isEqualTo(101);
                String large = "x".repeat(300_000);
                client.text(large);
                assertThat(client.receiveText()).isEqualTo(large);
                client.close(1000, "");
                assertThat(client.receiveClose().closeCode()).isEqualTo(1000);
                assertThat(client.isEnded()).isTrue();
            }
        }
    }

    @Test
    void aPublishReachesSocketsBehindTlsAlso() throws Exception {
        try (Resound server = start();
                WireClient client = WireClient.over(connect(server.port(), "TLSv1.3"))) {
            client.upgrade("/echo", "");
            client.text("ready?");
            assertThat(client.receiveText()).isEqualTo("ready?");
            for (int i = 0; i < 50; i++) {
                server.publish("news", "item " + i);
            }
            for (int i = 0; i < 50; i++) {
                assertThat(client.receiveText()).isEqualTo("item " + i);
            }
        }
    }

    @Test
    void aResponseIsStreamedBehindTls() throws Exception {
        try (Resound server = start();
                WireClient client = WireClient.over(connect(server.port(), "TLSv1.3"))) {
            String get = "GET /stream HTTP/1.1\r\nHost: localhost\r\n";
            client.send(get + "\r\n" + get + "Connection: close\r\n\r\n");
            String whole =
                    Integer.toHexString(LARGE.length)
                            + "\r\n"
                            + new String(LARGE, StandardCharsets.US_ASCII)
                            + "\r\n3\r\nend\r\n0\r\n\r\n";
            client.readResponse();
            assertThat(
                            new String(
                                    client.input().readNBytes(whole.length()),
                                    StandardCharsets.US_ASCII))
                    .isEqualTo(whole);
            client.readResponse();
            assertThat(new String(client.input().readAllBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo(whole);
        }
    }

    @Test
    void plainTextOnTheTlsPortIsDroppedAndOthersAreServed() throws Exception {
        try (Resound server = start();
                WireClient stranger = WireClient.connect(server.port())) {
            stranger.send("GET /secure HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(stranger.input().readAllBytes()).hasSizeLessThan(64); // an alert at most
            try (WireClient client = WireClient.over(connect(server.port(), "TLSv1.3"))) {
                client.send("GET /secure HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void anUnreadableKeyRefusesToStartAndNamesTheFile() throws Exception {
        Path wrong = resource("logback-test.xml");
        assertThatThrownBy(() ->
                        Resound.builder()
                                .port(0)
                                .tls(Tls.of(resource("localhost.pem"), wrong))
                                .start())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("logback-test.xml");
    }

    private static Resound start() throws IOException, URISyntaxException {
        return Resound.builder()
                .port(0)
                .tls(Tls.of(resource("localhost.pem"), resource("localhost-key.pem")))
                .get(
                        "/secure",
                        request ->
                                HttpResponse.text(200, String.valueOf(request.peer().isSecure())))
                .route(Route.get("/stream", HttpHandler.onLoop(request -> streamed())))
                .webSocket(
                        "/echo",
                        SocketEndpoint.accepting(request -> "")
                                .onLoop()
                                .open(socket -> socket.subscribe("news"))
                                .text((socket, text) -> socket.send(text))
                                .build())
                .start();
    }

    /** A large piece, and a last one when that is taken. */
    private static HttpResponse streamed() {
        return HttpResponse.streamed(
                200,
                List.of(),
                new StreamedBody() {
                    private @Nullable ResponseStream stream;

                    @Override
                    public void onStart(ResponseStream started) {
                        stream = started;
                        if (started.send(LARGE)) {
                            throw new AssertionError("taken at once");
                        }
                    }

                    @Override
                    public void onDrained() {
                        ResponseStream rest = Objects.requireNonNull(stream);
                        rest.send(new byte[] {'e', 'n', 'd'});
                        rest.end();
                    }
                });
    }

    private static SSLSocket connect(int port, String version)
            throws IOException, GeneralSecurityException, URISyntaxException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(resource("localhost.pem"))) {
            trusted.setCertificateEntry(
                    "localhost", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
        socket.setEnabledProtocols(new String[] {version});
        socket.startHandshake();
        return socket;
    }

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(TlsTest.class.getResource("/" + name)).toURI());
    }
}
