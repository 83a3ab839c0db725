package dev.resound.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Upgrade;
import dev.resound.core.http.Header;
import dev.resound.core.http.HttpHandler;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import dev.resound.testkit.FakeConnection;
import dev.resound.testkit.FakeLoop;
import dev.resound.testkit.FakePeer;
import dev.resound.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * Engine.IO on loops that turn when told and a clock that stands still: sessions live at home,
 * requests may come from elsewhere. <b>Thread:</b> the test.
 */
final class EngineWorld {
    final ManualClock clock = new ManualClock();
    final FakeLoop home = new FakeLoop(clock);
    final FakeLoop elsewhere = new FakeLoop(clock);
    final EngineIo engine;
    final List<Rejection> rejections = new ArrayList<>();
    private final Map<String, Heard> sessions = new HashMap<>();
    private final HttpHandler handler;

    /** A request under way. */
    record Asked(HttpRequest request, FakePeer peer, CompletableFuture<HttpResponse> answer) {

        boolean isAnswered() {
            return answer.isDone();
        }

        HttpResponse response() {
            assertThat(answer).as("answer").isDone();
            return answer.join();
        }

        int status() {
            return response().status();
        }

        String body() {
            return new String(response().body(), UTF_8);
        }
    }

    EngineWorld() {
        this(options -> options);
    }

    EngineWorld(UnaryOperator<EngineIo.Builder> options) {
        engine =
                options.apply(
                                EngineIo.builder()
                                        .allowRevision3(true)
                                        .onRejected(rejections::add)
                                        .application(socket -> {
                                            Heard heard = new Heard(socket, false);
                                            sessions.put(socket.id(), heard);
                                            return heard;
                                        }))
                        .build();
        handler = engine.routes().getFirst().handler();
    }

    /** Asks without waiting for anything: what it leads to on other loops happens later. */
    Asked ask(FakeLoop loop, String method, String query, byte[] body, Header... headers) {
        FakePeer peer = new FakePeer(loop);
        HttpRequest request = request(peer, method, query, body, headers);
        if (body.length > 0) {
            loop.run(() -> handler.onHead(request));
        }
        return new Asked(
                request, peer, loop.call(() -> handler.handle(request)).toCompletableFuture());
    }

    static HttpRequest request(
            FakePeer peer, String method, String query, byte[] body, Header... headers) {
        return new HttpRequest(
                method, "/engine.io/", "", query, Map.of(), List.of(headers), body, peer);
    }

    /** A poll of this peer. */
    void get(FakePeer peer, Client client) {
        HttpRequest request = request(peer, "GET", client.query(), new byte[0]);
        var unused = peer.loop().call(() -> handler.handle(request));
    }

    /** The head of a post is here. */
    void beginPost(FakePeer peer, Client client) {
        HttpRequest head = request(peer, "POST", client.query(), new byte[0]);
        peer.loop().run(() -> handler.onHead(head));
    }

    /** Its body is not taken. */
    void refusePost(FakePeer peer, Client client, int status) {
        HttpRequest head = request(peer, "POST", client.query(), new byte[0]);
        peer.loop().run(() -> handler.onRefused(head, status));
    }

    /** A polling session at home. */
    Client open(int revision) {
        Asked handshake = ask(home, "GET", "EIO=" + revision + "&transport=polling", new byte[0]);
        return new Client(revision, Polling.sid(handshake.body()));
    }

    /** A WebSocket session at home. */
    FakeConnection openWebSocket(int revision) {
        return webSocket(home, "EIO=" + revision + "&transport=websocket");
    }

    FakeConnection webSocket(FakeLoop loop, String query) {
        HttpRequest handshake = request(new FakePeer(loop), "GET", query, new byte[0]);
        Upgrade upgrade =
                loop.call(() -> engine.endpoints().getFirst().upgrader().upgrade(handshake))
                        .toCompletableFuture()
                        .join();
        Upgrade.Accept accept = (Upgrade.Accept) upgrade;
        FakeLoop lands = accept.home() instanceof FakeLoop asked ? asked : loop;
        return new FakeConnection(lands).open(accept);
    }

    Heard session(String sid) {
        return Objects.requireNonNull(sessions.get(sid));
    }

    /** Lets everybody do what is to be done at this time. */
    void settle() {
        FakeLoop.settle(home, elsewhere);
    }

    /** Moves on, a millisecond at a time. */
    void pass(long millis) {
        settle();
        for (long i = 0; i < millis; i++) {
            clock.advance(Duration.ofMillis(1));
            settle();
        }
    }

    /** A polling client whose requests come from elsewhere. */
    final class Client {
        final int revision;
        final String sid;
        private final Setting setting;

        Client(int revision, String sid) {
            this.revision = revision;
            this.sid = sid;
            this.setting =
                    revision == 3
                            ? Setting.REVISION_3_ON_TWO_LOOPS
                            : Setting.REVISION_4_ON_TWO_LOOPS;
        }

        String query() {
            return "EIO=" + revision + "&transport=polling&sid=" + sid;
        }

        Heard session() {
            return EngineWorld.this.session(sid);
        }

        EngineSocket socket() {
            return session().socket;
        }

        /** Polls; the session knows of it when this returns. */
        Asked get() {
            Asked asked = ask(elsewhere, "GET", query(), new byte[0]);
            settle();
            return asked;
        }

        Asked post(String... packets) {
            Asked asked = ask(elsewhere, "POST", query(), setting.body(packets));
            settle();
            return asked;
        }

        /** What an answered poll holds. */
        List<String> packets(Asked asked) {
            assertThat(asked.status()).as(asked.body()).isEqualTo(200);
            return setting.packets(asked.body());
        }

        /** A WebSocket that wants to take over. */
        FakeConnection webSocket() {
            return EngineWorld.this.webSocket(
                    elsewhere, "EIO=" + revision + "&transport=websocket&sid=" + sid);
        }

        void send(String text) {
            home.run(() -> socket().send(text));
        }
    }
}
