package dev.resound.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.testkit.FakeLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Where callbacks run, and what may happen from other threads meanwhile. */
class HandlersTest {

    @Test
    void handlersOnTheLoopRunAtOnce() {
        var world = new World(builder -> builder.handlers(Handlers.ON_LOOP));
        List<String> heard = new ArrayList<>();
        world.io.use(socket -> heard.add("middleware"));
        world.io.onConnection(socket -> {
            socket.on(
                    "x",
                    arguments -> {
                        heard.add("x " + world.a.isCurrent());
                        socket.emitWithAck("ask")
                                .thenAccept(answer -> heard.add("answer " + answer.size()));
                    });
            socket.onDisconnect((reason, description) -> heard.add("end"));
        });
        var client = world.client().says("40", "42[\"x\"]", "431[1]", "41");
        assertThat(heard).containsExactly("middleware", "x true", "answer 1", "end");
        assertThat(world.callbacks).isEmpty();
        assertThat(client.hears()).hasSize(2);
    }

    @Test
    void aHandlerOnAVirtualThreadMayWaitForAnAnswer() {
        var world =
                new World(builder -> {
                    builder.virtualThreads = task -> Thread.ofVirtual().start(task);
                    return builder;
                });
        List<String> heard = new CopyOnWriteArrayList<>();
        world.io.onConnection(socket ->
                socket.on(
                        "x",
                        arguments -> {
                            heard.add(
                                    Thread.currentThread().isVirtual()
                                            + " "
                                            + socket.emitWithAck("ask").join().string(0));
                        }));
        var client = world.client().says("40");
        await().until(() -> {
            FakeLoop.settle(world.a, world.b);
            return client.hears().size() == 1;
        });
        client.says("42[\"x\"]");
        await().until(() -> {
            FakeLoop.settle(world.a, world.b);
            return client.hears().contains("421[\"ask\"]");
        });
        client.says("431[\"ok\"]");
        await().until(() -> heard.contains("true ok"));
    }

    @Test
    void joinsAndLeavesOfManyThreadsEndWithSeatsThatAreRight() throws Exception {
        var world = new World();
        var ann = world.join(world.a);
        List<String> rooms = List.of("p", "q", "r");
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            long seed = t;
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                var random = new Random(seed);
                                for (int i = 0; i < 5_000; i++) {
                                    String room = rooms.get(random.nextInt(rooms.size()));
                                    if (random.nextBoolean()) {
                                        ann.socket().join(room);
                                    } else {
                                        ann.socket().leave(room);
                                    }
                                }
                            }));
        }
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                world.a.turn();
                thread.join(1);
            }
        }
        world.settle();
        ann.hears();
        for (String room : rooms) {
            boolean in = ann.socket().rooms().contains(room);
            assertThat(world.hub.members(world.io.root().topics.of(room))).isEqualTo(in ? 1 : 0);
            world.io.to(room).emit(room);
            world.settle();
            assertThat(ann.hears()).hasSize(in ? 1 : 0);
        }
        ann.says("41");
        world.settle();
        for (String room : rooms) {
            assertThat(world.hub.members(world.io.root().topics.of(room))).isZero();
        }
    }

    @Test
    void msgpackSpeaksTheSameInBinary() {
        var world = new World(builder -> builder.codec(Codec.MSGPACK));
        List<String> heard = new ArrayList<>();
        world.io.onConnection(socket ->
                socket.on(
                        "hello",
                        arguments -> {
                            heard.add(arguments.get(0) + arguments.string(1));
                            socket.emit("hello", arguments.toArray());
                        }));
        var client = world.client();
        client.says(hex("82a47479706500a36e7370a12f"));
        world.settle();
        assertThat(client.hears()).hasSize(1);
        client.says(hex("83a47479706502a46461746193a568656c6c6f01a178a36e7370a12f"));
        world.settle();
        assertThat(heard).containsExactly("1x");
        assertThat(client.hears().getFirst())
                .contains(java.util.HexFormat.of().formatHex("hello".getBytes(UTF_8)));
    }

    private static byte[] hex(String hex) {
        return java.util.HexFormat.of().parseHex(hex);
    }
}
