package dev.resound.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resound.engineio.CloseReason;
import dev.resound.engineio.Transport;
import dev.resound.socketio.World.Joined;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private static final Pattern REPLY =
            Pattern.compile("40\\{\"sid\":\"([^\"]*)\",\"pid\":\"([^\"]*)\"}");
    private static final Pattern OFFSET = Pattern.compile(",\"([^\"]{5}\\.[0-9a-z]+)\"]$");

    private final List<Boolean> recovered = new ArrayList<>();
    private final World world = world(Recovery.defaults());

    private World world(Recovery recovery) {
        var made = new World(builder -> builder.recovery(recovery));
        made.io.onConnection(socket -> recovered.add(socket.isRecovered()));
        return made;
    }

    /** A client that remembers what it needs to come back. */
    private static final class Peer {
        final World world;
        FakeEngineSocket client;
        String id = "";
        String privateId = "";
        @Nullable String offset;

        Peer(World world) {
            this.world = world;
            client = world.client();
        }

        List<String> connects(String auth) {
            client = world.client();
            client.says("40" + auth);
            world.settle();
            return hears();
        }

        List<String> comesBack() {
            String known = offset == null ? "" : ",\"offset\":\"" + offset + "\"";
            return connects("{\"pid\":\"" + privateId + "\"" + known + "}");
        }

        void goes() {
            client.ends(CloseReason.TRANSPORT_CLOSE);
            world.settle();
        }

        /** Without the offsets and ids. */
        List<String> hears() {
            List<String> events = new ArrayList<>();
            for (String message : client.hears()) {
                Matcher reply = REPLY.matcher(message);
                Matcher event = OFFSET.matcher(message);
                if (reply.matches()) {
                    events.add(reply.group(1).equals(id) ? "recovered" : "new");
                    id = reply.group(1);
                    privateId = reply.group(2);
                } else if (event.find()) {
                    offset = event.group(1);
                    events.add(message.substring(0, event.start()) + "]");
                } else {
                    events.add(message);
                }
            }
            return events;
        }

        Socket<Map<String, Object>> socket() {
            Socket<Map<String, Object>> socket = world.io.root().sockets().get(id);
            if (socket == null) {
                throw new AssertionError("not there");
            }
            return socket;
        }
    }

    private Peer joined() {
        return joined(world);
    }

    private static Peer joined(World world) {
        Peer peer = new Peer(world);
        assertThat(peer.connects("")).containsExactly("new");
        return peer;
    }

    @Test
    void aClientGoesOnWhereItWas() { // S51, S53
        Peer ann = joined();
        ann.socket().join("x");
        ann.socket().data().put("name", "ann");
        world.io.emit("seen");
        world.settle();
        assertThat(ann.hears()).containsExactly("42[\"seen\"]");
        assertThat(ann.offset).isNotNull();
        String before = ann.id;
        ann.goes();
        world.io.to("x").emit("missed", 1);
        world.io.to("y").emit("other room");
        world.io.to("x").except(before).emit("excluded");
        world.io.to(before).emit("direct");
        world.io.asVolatile().emit("volatile");
        assertThat(ann.comesBack())
                .containsExactly("42[\"missed\",1]", "42[\"direct\"]", "recovered");
        assertThat(recovered).containsExactly(false, true);
        assertThat(ann.socket().rooms()).containsExactlyInAnyOrder(before, "x");
        assertThat(ann.socket().data()).containsEntry("name", "ann");
        world.io.to("x").emit("live");
        world.settle();
        assertThat(ann.hears()).containsExactly("42[\"live\"]");
    }

    @Test
    void whileTheServerStopsSocketsEndInOrderThoughAnotherLoopHasEnded() {
        World.Joined first = world.join(world.a);
        World.Joined last = world.join(world.b);
        List<DisconnectReason> told = new ArrayList<>();
        last.socket().onDisconnect((reason, description) -> told.add(reason));
        world.settle();
        first.client().ends(CloseReason.TRANSPORT_CLOSE);
        world.settle();
        world.passes(Duration.ofMinutes(3)); // nothing of it is left, so nothing is planned
        world.a.end();
        last.client().ends(CloseReason.TRANSPORT_CLOSE);
        world.settle();
        assertThat(told).containsExactly(DisconnectReason.TRANSPORT_CLOSE);
        assertThat(world.io.root().socketCount()).isZero();
    }

    @Test
    void aClientThatNeverHeardAnythingGoesOnToo() {
        Peer ann = joined();
        ann.goes();
        world.io.emit("missed");
        assertThat(ann.comesBack()).containsExactly("42[\"missed\"]", "recovered");
    }

    @Test
    void whatWasSentButNotHeardIsSentAgain() {
        Peer ann = joined();
        world.io.emit("1");
        ann.socket().emit("2", (Object) new byte[] {1});
        world.settle();
        ann.client.hears(); // lost on the way
        ann.goes();
        assertThat(ann.comesBack())
                .containsExactly(
                        "42[\"1\"]",
                        "451-[\"2\",{\"_placeholder\":true,\"num\":0}]",
                        "<01>",
                        "recovered");
    }

    @Test
    void whatIsSentToASocketThatIsGoneWaitsForIt() {
        Peer ann = joined();
        var socket = ann.socket();
        ann.goes();
        socket.emit("later");
        assertThat(ann.comesBack()).containsExactly("42[\"later\"]", "recovered");
    }

    @Test
    void whatWasOnItsWayAtTheEndIsReplayed() {
        Peer ann = joined();
        world.io.emit("seen");
        world.settle();
        ann.hears();
        world.io.emit("on its way"); // handed to the loop, which ends the socket before
        ann.goes();
        assertThat(ann.comesBack()).containsExactly("42[\"on its way\"]", "recovered");
    }

    @Test
    void aSessionIsTakenOnce() {
        Peer ann = joined();
        ann.goes();
        Peer thief = new Peer(world);
        thief.id = ann.id;
        thief.privateId = ann.privateId;
        assertThat(thief.comesBack()).containsExactly("recovered");
        assertThat(ann.comesBack()).containsExactly("new");
    }

    @Test
    void whoComesTooLateBeginsAnew() { // S52
        Peer ann = joined();
        ann.goes();
        world.passes(Duration.ofMinutes(2).plusMillis(1));
        assertThat(ann.comesBack()).containsExactly("new");
        assertThat(recovered).containsExactly(false, false);
    }

    @Test
    void whoComesInTimeDoesNot() {
        Peer ann = joined();
        ann.goes();
        world.passes(Duration.ofMinutes(2));
        assertThat(ann.comesBack()).containsExactly("recovered");
    }

    @Test
    void whoLeftOrWasDisconnectedBeginsAnew() { // S52
        Peer ann = joined();
        ann.client.says("41");
        world.settle();
        assertThat(ann.comesBack()).containsExactly("new");
        ann.socket().disconnect();
        world.settle();
        ann.hears();
        assertThat(ann.comesBack()).containsExactly("new");
    }

    @Test
    void offsetsNobodyGaveAreNotBelieved() { // S52
        for (String offset : List.of("abc", "", "zzzzz.1", "\u0000")) {
            Peer ann = joined();
            ann.goes();
            ann.offset = offset.equals("\u0000") ? "later" : offset;
            assertThat(ann.comesBack()).containsExactly("new");
        }
        Peer ann = joined();
        world.io.emit("x");
        world.settle();
        ann.hears();
        ann.offset = ann.offset + "0"; // from the future
        ann.goes();
        assertThat(ann.comesBack()).containsExactly("new");
        Peer bob = joined();
        bob.goes();
        assertThat(bob.connects("{\"pid\":\"" + bob.privateId + "\",\"offset\":7}"))
                .containsExactly("new");
    }

    @Test
    void aQuietClientRecoversThoughOthersHaveFilledTheLog() {
        World small = world(new Recovery(Duration.ofMinutes(2), true, 3, 1 << 20));
        Peer ann = joined(small);
        small.io.emit("for all");
        small.settle();
        ann.hears();
        for (int i = 0; i < 10; i++) {
            small.io.to("others").emit("noise");
        }
        small.settle();
        ann.goes();
        small.io.emit("missed");
        assertThat(ann.comesBack()).containsExactly("42[\"missed\"]", "recovered");
    }

    @Test
    void aGapIsNeverSilent() {
        World small = world(new Recovery(Duration.ofMinutes(2), true, 3, 1 << 20));
        Peer ann = joined(small);
        ann.goes();
        for (int i = 0; i < 4; i++) {
            small.io.emit("missed" + i);
        }
        assertThat(ann.comesBack()).containsExactly("new");
        Peer bob = joined(small);
        bob.goes();
        for (int i = 0; i < 3; i++) {
            small.io.emit("missed" + i);
        }
        assertThat(bob.comesBack()).hasSize(4).endsWith("recovered");
    }

    @Test
    void theLogIsBoundedInBytes() {
        World small = world(new Recovery(Duration.ofMinutes(2), true, 100, 10_000));
        Peer ann = joined(small);
        ann.goes();
        small.io.emit("x", "a".repeat(6_000));
        small.io.emit("y", "a".repeat(6_000));
        assertThat(ann.comesBack()).containsExactly("new");
    }

    @Test
    void thoseWhoLeftFirstAreForgottenFirst() {
        World small = world(new Recovery(Duration.ofMinutes(2), true, 100, 1 << 20, 2));
        Peer ann = joined(small);
        Peer bob = joined(small);
        Peer cho = joined(small);
        List.of(bob, ann, cho).forEach(Peer::goes);
        assertThat(bob.comesBack()).containsExactly("new");
        assertThat(ann.comesBack()).containsExactly("recovered");
        assertThat(cho.comesBack()).containsExactly("recovered");
        ann.goes(); // who came back leaves as the last again
        bob.goes();
        assertThat(ann.comesBack()).containsExactly("recovered");
    }

    @Test
    void nothingIsKeptLongerThanItIsOfUse() {
        var log = world.io.root().recovery;
        Peer ann = joined();
        Peer bob = joined();
        ann.goes();
        world.passes(Duration.ofMinutes(1));
        bob.goes();
        world.io.emit("event");
        assertThat(log).asString().startsWith("1 events in").endsWith(", 2 sessions away");
        world.passes(Duration.ofMinutes(1).plusMillis(1));
        assertThat(log).asString().startsWith("1 events in").endsWith(", 1 sessions away");
        world.passes(Duration.ofMinutes(1));
        assertThat(log).hasToString("0 events in 0 bytes, 0 sessions away");
        joined().goes();
        assertThat(log).hasToString("0 events in 0 bytes, 1 sessions away");
        world.passes(Duration.ofMinutes(2).plusMillis(1));
        assertThat(log).hasToString("0 events in 0 bytes, 0 sessions away");
    }

    @Test
    void limitsAreMoreThanNothing() {
        for (int wrong = 0; wrong < 3; wrong++) {
            int packets = wrong == 0 ? 0 : 1;
            int bytes = wrong == 1 ? 0 : 1;
            int sessions = wrong == 2 ? 0 : 1;
            assertThatThrownBy(() ->
                            new Recovery(Duration.ofMinutes(1), true, packets, bytes, sessions))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void middlewaresAreAskedFirstIfTheyAreToBeAsked() {
        World strict = world(new Recovery(Duration.ofMinutes(2), false, 100, 1 << 20));
        List<String> asked = new ArrayList<>();
        List<CompletableFuture<Void>> decisions = new ArrayList<>();
        strict.io
                .root()
                .useAsync(socket -> {
                    asked.add(socket.id());
                    var decision = new CompletableFuture<Void>();
                    decisions.add(decision);
                    return decision;
                });
        Peer ann = new Peer(strict);
        ann.connects("");
        decisions.getFirst().complete(null);
        strict.settle();
        ann.hears();
        ann.goes();
        strict.io.emit("missed");
        assertThat(ann.comesBack()).isEmpty();
        strict.io.emit("meanwhile");
        decisions.getLast().complete(null);
        strict.settle();
        assertThat(ann.hears()).containsExactly("42[\"missed\"]", "42[\"meanwhile\"]", "recovered");
        assertThat(asked).containsExactly(ann.id, ann.id);
    }

    @Test
    void whatIsGoneWhileMiddlewaresDecideMeansBeginningAnew() {
        World strict = world(new Recovery(Duration.ofMinutes(2), false, 2, 1 << 20));
        List<CompletableFuture<Void>> decisions = new ArrayList<>();
        strict.io
                .root()
                .useAsync(socket -> {
                    var decision = new CompletableFuture<Void>();
                    decisions.add(decision);
                    return decision;
                });
        Peer ann = new Peer(strict);
        ann.connects("");
        decisions.getFirst().complete(null);
        strict.settle();
        ann.hears();
        ann.goes();
        ann.comesBack();
        for (int i = 0; i < 3; i++) {
            strict.io.emit("missed");
        }
        decisions.get(1).complete(null);
        strict.settle();
        decisions.get(2).complete(null);
        strict.settle();
        assertThat(ann.hears()).containsExactly("new");
    }

    @Test
    void middlewaresAreNotAskedAgainByDefault() {
        List<String> asked = new ArrayList<>();
        world.io.use(socket -> asked.add("asked"));
        Peer ann = joined();
        ann.goes();
        ann.comesBack();
        assertThat(asked).hasSize(1);
    }

    @Test
    void eventsThatAreNotRecordedDoNotMisleadTheClient() {
        Peer ann = joined();
        world.io.emit("x");
        world.io.asVolatile().emit("volatile", "text");
        ann.socket().emitWithAck("ask", "text");
        ann.socket().emitWithAck("ask", 7);
        world.settle();
        assertThat(ann.client.hears())
                .satisfiesExactly(
                        event -> assertThat(event).containsPattern(OFFSET),
                        event ->
                                assertThat(event)
                                        .startsWith("42[\"volatile\",\"text\",")
                                        .containsPattern(OFFSET),
                        event -> assertThat(event).containsPattern(OFFSET),
                        event -> assertThat(event).isEqualTo("422[\"ask\",7]"));
    }

    @Test
    void theSenderDoesNotMissItsOwnWords() {
        Peer ann = joined();
        var socket = ann.socket();
        ann.goes();
        socket.broadcast().emit("others");
        assertThat(ann.comesBack()).containsExactly("recovered");
    }

    @Test
    void oldClientsKnowNothingOfIt() {
        var old = world.client(world.a, 3, Transport.WEBSOCKET);
        world.settle();
        assertThat(old.hears()).containsExactly("40");
        old.ends(CloseReason.TRANSPORT_CLOSE);
        world.settle();
        assertThat(world.hub.members(world.io.root().topics.everybody())).isZero();
    }

    @Test
    void withoutRecoveryNothingIsAppended() {
        var plain = new World();
        Joined ann = plain.join(plain.a);
        plain.io.emit("x", "y");
        plain.settle();
        assertThat(ann.hears()).containsExactly("42[\"x\",\"y\"]");
    }
}
