package dev.resound.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.engineio.CloseReason;
import dev.resound.engineio.Transport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObserverTest {
    private final World world = new World();
    private final List<String> seen = new ArrayList<>();
    private int bytesIn;
    private int bytesOut;

    private final class Watching implements Observer, RoomListener {
        @Override
        public void onOpened() {
            seen.add("opened");
        }

        @Override
        public void onClosed(DisconnectReason reason) {
            seen.add("closed " + reason.wireName());
        }

        @Override
        public void onConnected(Socket<?> socket) {
            seen.add("connected");
        }

        @Override
        public void onUpdated(Socket<?> socket) {
            seen.add("updated " + socket.transport().wireName() + socket.data());
        }

        @Override
        public void onDisconnected(Socket<?> socket, DisconnectReason reason) {
            seen.add("disconnected " + reason.wireName());
        }

        @Override
        public void onReceived(Socket<?> socket, String event, Arguments arguments) {
            seen.add("received " + event + arguments.size() + arguments.ack().isExpected());
        }

        @Override
        public void onSent(Socket<?> socket, String event, Arguments arguments) {
            seen.add("sent " + event + arguments.size());
        }

        @Override
        public void onBytesIn(int bytes) {
            bytesIn += bytes;
        }

        @Override
        public void onBytesOut(int bytes) {
            bytesOut += bytes;
        }

        @Override
        public void onJoined(String room, String socketId, boolean first) {
            seen.add("joined " + (room.equals(socketId) ? "own" : room));
        }

        @Override
        public void onLeft(String room, String socketId, boolean last) {
            seen.add("left " + (room.equals(socketId) ? "own" : room));
        }
    }

    @Test
    void everythingIsSeenInItsOrder() {
        var watching = new Watching();
        world.io.addObserver(watching);
        world.io.root().onRooms(watching);
        world.io.onConnection(socket -> seen.add("listener"));
        var ann = world.join(world.client(world.a, 4, Transport.POLLING), "/");
        ann.socket().join("x");
        ann.socket().data(new java.util.concurrent.ConcurrentHashMap<>());
        world.settle();
        ann.client().upgrades();
        ann.says("421[\"hi\",2]");
        ann.socket().emit("direct");
        world.io.emit("all", 1);
        world.io.to("x").emit("room");
        world.settle();
        ann.client().ends(CloseReason.TRANSPORT_CLOSE);
        assertThat(seen)
                .containsExactly(
                        "opened",
                        "joined own",
                        "connected",
                        "listener",
                        "joined x",
                        "updated polling{}",
                        "updated websocket{}",
                        "received hi1false",
                        "sent direct0",
                        "sent all1",
                        "sent room0",
                        "closed transport close",
                        "disconnected transport close",
                        "left own",
                        "left x");
        int heard =
                ann.client().connectionNow().frames().stream()
                        .mapToInt(frame -> frame.payload().length - "4".length())
                        .sum();
        assertThat(bytesOut).isEqualTo(heard + "0{\"sid\":\"12345678901234567890\"}".length());
        assertThat(bytesIn).isEqualTo("0".length() + "21[\"hi\",2]".length());
    }

    @Test
    void whoWatchesNoMoreSeesNothing() {
        var watching = new Watching();
        world.io.addObserver(watching);
        world.io.removeObserver(watching);
        world.join(world.a);
        assertThat(seen).isEmpty();
    }

    @Test
    void anObserverThatFailsHarmsNobody() {
        world.io.addObserver(
                new Observer() {
                    @Override
                    public void onConnected(Socket<?> socket) {
                        throw new IllegalStateException("no");
                    }
                });
        assertThat(world.join(world.a).socket().isConnected()).isTrue();
    }
}
