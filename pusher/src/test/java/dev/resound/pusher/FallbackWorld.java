package dev.resound.pusher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.http.Header;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.ResponseStream;
import dev.resound.core.http.Route;
import dev.resound.core.http.StreamedBody;
import dev.resound.testkit.FakeLoop;
import dev.resound.testkit.FakePeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Clients that come over plain HTTP: their requests, on whatever loops, and what they are told. */
final class FallbackWorld {
    static final String PRELUDE = "h".repeat(2_048);

    private static final Pattern GREETING =
            Pattern.compile(
                    "a\\[\"[^\\[]*pusher:connection_established[^\\[]*?(\\d+\\.\\d+)[^\\[]*\"]");

    final PusherWorld world;
    private final List<Route> routes;

    FallbackWorld(PusherWorld world) {
        this.world = world;
        this.routes = world.pusher.routes();
    }

    static FallbackWorld of(App app) {
        return new FallbackWorld(new PusherWorld(app));
    }

    /** A response that may not be there yet. */
    static final class Exchange {
        private final CompletableFuture<HttpResponse> answer;

        private Exchange(CompletableFuture<HttpResponse> answer) {
            this.answer = answer;
        }

        boolean isAnswered() {
            return answer.isDone();
        }

        HttpResponse response() {
            assertThat(answer).isCompleted();
            return answer.join();
        }
    }

    /** The TCP connection of a request by which a client is told things. */
    final class Receiving implements ResponseStream {
        private final FakeLoop loop;
        private final StreamedBody body;
        private final StringBuilder text = new StringBuilder();
        private boolean lags;
        private boolean ended;
        private boolean broken;
        private int pieces;
        private int characters;

        private Receiving(FakeLoop loop, StreamedBody body) {
            this.loop = loop;
            this.body = body;
        }

        @Override
        public boolean send(byte[] piece) {
            assertThat(loop.isCurrent()).as("on the connection's loop").isTrue();
            if (ended || broken) {
                return false;
            }
            text.append(new String(piece, UTF_8));
            characters += new String(piece, UTF_8).length();
            pieces++;
            return !lags;
        }

        @Override
        public long backlogBytes() {
            return 0;
        }

        @Override
        public void end() {
            assertThat(loop.isCurrent()).as("on the connection's loop").isTrue();
            ended = true;
        }

        /** The client does not read for a while. */
        void lags() {
            lags = true;
        }

        void catchesUp() {
            lags = false;
            loop.run(body::onDrained);
            world.settle();
        }

        void breaks() {
            broken = true;
            loop.run(body::onGone);
            world.settle();
        }

        void serverStops() {
            loop.run(() -> body.onShutdown(this));
            world.settle();
        }

        boolean isEnded() {
            return ended;
        }

        int pieces() {
            return pieces;
        }

        /** Everything that came, as a client counts it. */
        int characters() {
            return characters;
        }

        /** The whole lines that came since the last look. */
        List<String> takeLines() {
            assertThat(text.isEmpty() || text.charAt(text.length() - 1) == '\n').isTrue();
            List<String> lines = text.toString().lines().toList();
            text.setLength(0);
            return lines;
        }

        /** Exactly these lines have come since the last look. */
        Receiving hears(String... lines) {
            assertThat(takeLines()).containsExactly(lines);
            return this;
        }

        Receiving isHeld() {
            assertThat(ended).as("ended").isFalse();
            return this;
        }

        Receiving isOver() {
            assertThat(ended).as("ended").isTrue();
            return this;
        }
    }

    /** A session as its client sees it. */
    final class Client {
        private final String path;
        final List<Header> headers = new ArrayList<>();
        String socketId = "";

        private Client(String path) {
            this.path = path;
        }

        Receiving streams(FakeLoop loop) {
            return receives(loop, "xhr_streaming");
        }

        Receiving polls(FakeLoop loop) {
            return receives(loop, "xhr");
        }

        private Receiving receives(FakeLoop loop, String transport) {
            HttpResponse response = asks(loop, transport, "").response();
            assertThat(response.status()).isEqualTo(200);
            StreamedBody body = Objects.requireNonNull(response.stream());
            Receiving receiving = new Receiving(loop, body);
            loop.run(() -> body.onStart(receiving));
            world.settle();
            return receiving;
        }

        /** A request for which there is no session: what is told is all there is. */
        List<String> isRefused(String transport) {
            HttpResponse response = asks(world.a, transport, "").response();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.stream()).isNull();
            return new String(response.body(), UTF_8).lines().toList();
        }

        /** Connects by a poll and knows its socket id. */
        Client connects(FakeLoop loop) {
            List<String> lines = polls(loop).isOver().takeLines();
            assertThat(lines).hasSize(2);
            assertThat(lines.getFirst()).isEqualTo("o");
            return isGreeted(lines.getLast());
        }

        /** By this line it has got a socket id. */
        Client isGreeted(String line) {
            Matcher greeting = GREETING.matcher(line);
            assertThat(greeting.matches()).as(line).isTrue();
            socketId = greeting.group(1);
            return this;
        }

        /** Connects by a stream, which is held. */
        Receiving connectsStreaming(FakeLoop loop) {
            Receiving stream = streams(loop).isHeld();
            List<String> lines = stream.takeLines();
            assertThat(lines).hasSize(3).startsWith(PRELUDE, "o");
            isGreeted(lines.getLast());
            return stream;
        }

        /** Posts frames and is told that they arrived. */
        Client says(FakeLoop loop, String... frames) {
            assertThat(posts(loop, array(frames)).response().status()).isEqualTo(204);
            return this;
        }

        Exchange posts(FakeLoop loop, String body) {
            return asks(loop, "xhr_send", body);
        }

        Exchange asks(FakeLoop loop, String transport, String body) {
            Exchange exchange =
                    FallbackWorld.this.asks(
                            "POST", path + "/" + transport, "protocol=7", headers, loop, body);
            world.settle();
            return exchange;
        }
    }

    Client client(String name) {
        return client(world.app.key(), name);
    }

    Client client(String key, String name) {
        return new Client("/pusher/app/" + key + "/" + name);
    }

    /** One that has yet to say which app it is for. */
    Client sockJsClient(String name) {
        return new Client("/pusher/" + name);
    }

    Exchange asks(
            String method,
            String path,
            String query,
            List<Header> headers,
            FakeLoop loop,
            String body) {
        for (Route route : routes) {
            Map<String, String> parameters = route.path().match(path);
            if (parameters != null && route.method().equals(method)) {
                var request =
                        new HttpRequest(
                                method,
                                path,
                                "",
                                query,
                                parameters,
                                headers,
                                body.getBytes(UTF_8),
                                new FakePeer(loop));
                return new Exchange(
                        loop.call(() -> route.handler().handle(request).toCompletableFuture()));
            }
        }
        return new Exchange(CompletableFuture.completedFuture(HttpResponse.empty(404)));
    }

    /** A JSON array of these strings. */
    static String array(String... frames) {
        List<String> strings = new ArrayList<>();
        for (String frame : frames) {
            strings.add(Frames.string(frame));
        }
        return "[" + String.join(",", strings) + "]";
    }

    /** The line by which a client is told these frames. */
    static String line(String... frames) {
        return "a" + array(frames);
    }

    static @Nullable String header(HttpResponse response, String name) {
        for (Header header : response.headers()) {
            if (header.name().equalsIgnoreCase(name)) {
                return header.value();
            }
        }
        return null;
    }
}
