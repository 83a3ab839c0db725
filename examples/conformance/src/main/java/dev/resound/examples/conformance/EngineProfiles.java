package dev.resound.examples.conformance;

import dev.resound.core.http.Header;
import dev.resound.core.http.HttpRequest;
import dev.resound.engineio.Admission;
import dev.resound.engineio.CloseReason;
import dev.resound.engineio.EngineIo;
import dev.resound.engineio.EngineSession;
import dev.resound.engineio.EngineSocket;
import dev.resound.netty.Limits;
import dev.resound.netty.Resound;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Engine.IO without Socket.IO: {@code eio4}, {@code eio3} and {@code eio-client}. */
final class EngineProfiles {
    private EngineProfiles() {}

    /** Echo with the timing the official suites count on. */
    static Resound echo(Options options, boolean revision3) throws IOException {
        EngineIo engine =
                EngineIo.builder()
                        .pingInterval(Duration.ofMillis(300))
                        .pingTimeout(options.patienceOr(Duration.ofMillis(200)))
                        .maxMessageBytes(1_000_000)
                        .allowRevision3(revision3)
                        .application(socket -> new Echo(socket, EngineSocket::send))
                        .build();
        return serve(options, engine);
    }

    /** What the test suite of engine.io-client talks to. */
    static Resound client(Options options) throws IOException {
        EngineIo engine =
                EngineIo.builder()
                        .pingInterval(Duration.ofMillis(500))
                        .maxMessageBytes(100)
                        .allowRevision3(true)
                        .admission(request ->
                                CompletableFuture.completedFuture(
                                        request.query().containsKey("deny")
                                                ? Admission.reject(null)
                                                : Admission.accept()))
                        .initialHeaders(request -> cookies())
                        .application(socket -> {
                            socket.send("hi");
                            return new Echo(socket, EngineProfiles::answer);
                        })
                        .build();
        return serve(options, engine);
    }

    private static Resound serve(Options options, EngineIo engine) throws IOException {
        return options.server(3000)
                .limits(Limits.defaults().withMessagesPerSecond(0))
                .protocol(engine)
                .start();
    }

    private static void answer(EngineSocket socket, String text) {
        switch (text) {
            case "give binary" -> socket.send(new byte[] {0, 1, 2, 3, 4});
            case "give utf8" -> socket.send("пойду спать всем спокойной ночи");
            case "sendHeaders" -> {
                HttpRequest post = socket.currentPost();
                socket.send(post == null ? "{}" : asJson(post.headers()));
            }
            default -> socket.send(text);
        }
    }

    private static String asJson(List<Header> headers) {
        return headers.stream()
                .map(header -> quoted(header.name()) + ":" + quoted(header.value()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static List<Header> cookies() {
        return List.of(
                new Header("Set-Cookie", "1=1; Max-Age=10000"),
                new Header("Set-Cookie", "2=2; Secure; HttpOnly"),
                new Header("Set-Cookie", "3=3; Max-Age=0"),
                new Header("Set-Cookie", "4=4; Expires=Thu, 01 Jan 1970 00:00:00 GMT"));
    }

    /** Sends back what it gets. */
    private record Echo(EngineSocket socket, BiConsumer<EngineSocket, String> onText)
            implements EngineSession {

        @Override
        public void onText(byte[] buffer, int offset, int length) {
            onText.accept(socket, new String(buffer, offset, length, StandardCharsets.UTF_8));
        }

        @Override
        public void onBinary(byte[] buffer, int offset, int length) {
            socket.send(Arrays.copyOfRange(buffer, offset, offset + length));
        }

        @Override
        public void onUpgraded() {}

        @Override
        public void onDrained() {}

        @Override
        public void onClosed(CloseReason reason, @Nullable String description) {}
    }
}
