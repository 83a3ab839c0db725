package dev.resound.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Envelope;
import dev.resound.core.Frame;
import dev.resound.core.TopicName;
import dev.resound.core.WireFormat;
import dev.resound.testkit.FakeConnection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rooms that are topics of others at the same time. */
class SharedRoomsTest {
    private static final WireFormat OTHER =
            envelope ->
                    List.of(
                            Frame.text(
                                    envelope.topic().name()
                                            + " "
                                            + envelope.event()
                                            + " "
                                            + new String(envelope.data(), UTF_8)));

    private final World world = new World();

    private static TopicName topic(String room) {
        return new TopicName("app/1", room);
    }

    private FakeConnection subscriber(String... rooms) {
        var connection = new FakeConnection(world.b);
        for (String room : rooms) {
            world.b.run(() -> world.hub.join(topic(room), connection, OTHER));
        }
        return connection;
    }

    @Test
    void eventsFromOthersReachTheRoom() {
        world.io.of("/").bindRooms("app/1", RoomEvents.PLAIN);
        var ann = world.join(world.a);
        ann.socket().join("news");
        world.hub.publish(Envelope.json(topic("news"), "say", "{\"a\":1}".getBytes(UTF_8)), null);
        world.hub.publish(Envelope.json(topic("news"), "ping", new byte[0]), null);
        world.hub.publish(Envelope.json(topic("news"), "connect", new byte[0]), null);
        world.hub.publish(
                new Envelope(topic("news"), "", Envelope.Kind.TEXT, "hi".getBytes(UTF_8), null),
                null);
        world.hub.publish(
                new Envelope(topic("news"), "", Envelope.Kind.BINARY, new byte[] {1}, null), null);
        world.settle();
        assertThat(ann.hears())
                .containsExactly(
                        "42[\"say\",{\"a\":1}]",
                        "42[\"ping\"]",
                        "42[\"message\",\"hi\"]",
                        "451-[\"message\",{\"_placeholder\":true,\"num\":0}]",
                        "<01>");
    }

    @Test
    void theChannelIsToldToThoseWhoExpectIt() {
        world.io.of("/").bindRooms("app/1", RoomEvents.WITH_CHANNEL);
        var ann = world.join(world.a);
        ann.socket().join("news");
        world.hub.publish(Envelope.json(topic("news"), "say", "{\"a\":1}".getBytes(UTF_8)), null);
        world.io.to("news").emit("own", 1);
        world.settle();
        assertThat(ann.hears()).containsExactly("42[\"say\",\"news\",{\"a\":1}]", "42[\"own\",1]");
    }

    @Test
    void whatIsEmittedToTheRoomReachesTheOthers() {
        world.io.of("/").bindRooms("app/1", RoomEvents.PLAIN);
        var ann = world.join(world.a);
        var bob = world.join(world.a);
        ann.socket().join("news");
        bob.socket().join("news");
        var pat = subscriber("news", "sports");
        world.io.to("news").emit("one", 1);
        world.io.to("news").emit("none");
        world.io.to("news").emit("two", 1, "b");
        world.io.to("news").emit("binary", (Object) new byte[] {1});
        ann.socket().to("news").emit("from ann", true);
        world.io.to("news", "sports").emit("both", 1);
        world.io.emit("everybody");
        world.settle();
        assertThat(pat.texts())
                .containsExactly(
                        "news one 1",
                        "news none []",
                        "news two [1,\"b\"]",
                        "news from ann true",
                        "news both 1",
                        "sports both 1");
        assertThat(ann.hears()).contains("42[\"both\",1]").doesNotContain("42[\"from ann\",true]");
        assertThat(bob.hears())
                .containsOnlyOnce("42[\"both\",1]")
                .contains("42[\"from ann\",true]");
    }

    @Test
    void whoIsInSeveralOfTheRoomsInAnotherNamespaceGetsItOnce() {
        world.io.of("/").bindRooms("app/1", RoomEvents.PLAIN);
        world.io.of("/other").bindRooms("app/1", RoomEvents.PLAIN);
        var other = world.join(world.a, "/other");
        var muted = world.join(world.b, "/other");
        other.socket().join("news", "sports");
        muted.socket().join("news", "sports", "muted");
        world.io.to("news", "sports").emit("both");
        world.io.to("news", "sports").except("muted").emit("loud");
        world.settle();
        assertThat(other.hears()).containsExactly("42/other,[\"both\"]", "42/other,[\"loud\"]");
        assertThat(muted.hears()).containsExactly("42/other,[\"both\"]");
    }

    @Test
    void allWhoShareTheRoomsSeeConcurrentBroadcastsInTheSameOrder() throws InterruptedException {
        world.io.of("/").bindRooms("app/1", RoomEvents.PLAIN);
        var ann = world.join(world.b);
        ann.socket().join("news");
        var pat = subscriber("news", "sports");
        List<Thread> emitters = new ArrayList<>();
        for (String name : List.of("x", "y", "z")) {
            emitters.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; i < 500; i++) {
                                    world.io.to("news", "sports").emit(name, i);
                                }
                            }));
        }
        for (Thread emitter : emitters) {
            emitter.join();
        }
        world.settle();
        List<String> expected = new ArrayList<>();
        for (String heard : ann.hears()) {
            String said = heard.replaceAll("42\\[\"(.)\",(\\d+)]", "$1 $2");
            expected.add("news " + said);
            expected.add("sports " + said);
        }
        assertThat(expected).hasSize(3_000);
        assertThat(pat.texts()).isEqualTo(expected);
    }

    @Test
    void whatOneLoopCannotTakeNobodyGets() {
        world.io.of("/").bindRooms("app/1", RoomEvents.PLAIN);
        var ann = world.join(world.a);
        ann.socket().join("news");
        var pat = subscriber("sports", "flood");
        byte[] data = ("\"" + "x".repeat(17 << 20) + "\"").getBytes(UTF_8);
        world.hub.publish(Envelope.json(topic("flood"), "say", data), null);
        world.a.run(() -> world.io.to("news", "sports").emit("refused"));
        world.settle();
        world.a.run(() -> world.io.to("news", "sports").emit("taken"));
        world.settle();
        assertThat(ann.hears()).containsExactly("42[\"taken\"]");
        assertThat(pat.texts()).hasSize(2).endsWith("sports taken []");
    }

    @Test
    void offsetsAreNoBusinessOfOthers() {
        var recovering = new World(builder -> builder.recovery(Recovery.defaults()));
        recovering.io.of("/").bindRooms("app/1", RoomEvents.PLAIN);
        recovering.io.of("/other").bindRooms("app/1", RoomEvents.PLAIN);
        var ann = recovering.join(recovering.a);
        var other = recovering.join(recovering.a, "/other");
        ann.socket().join("news");
        other.socket().join("news");
        var pat = new FakeConnection(recovering.b);
        recovering.b.run(() -> recovering.hub.join(topic("news"), pat, OTHER));
        recovering.io.to("news").emit("one", 1);
        recovering.io.to("news").asVolatile().emit("two", "text");
        recovering.settle();
        assertThat(pat.texts()).containsExactly("news one 1", "news two \"text\"");
        assertThat(other.hears())
                .containsExactly("42/other,[\"one\",1]", "42/other,[\"two\",\"text\"]");
        assertThat(ann.hears()).hasSize(2).allMatch(heard -> heard.matches(".*,\"[^\"]{5}\\..\"]"));
    }

    @Test
    void twoNamespacesMayShareTheSameRooms() {
        world.io.of("/").bindRooms("app/1", RoomEvents.PLAIN);
        world.io.of("/other").bindRooms("app/1", RoomEvents.PLAIN);
        var client = world.client();
        var root = world.join(client, "/");
        var other = world.join(client, "/other");
        root.socket().join("news");
        other.socket().join("news");
        root.socket().to("news").emit("x");
        world.settle();
        assertThat(client.hears()).containsExactly("42/other,[\"x\"]");
    }
}
