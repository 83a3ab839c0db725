package dev.resound.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventsTest {
    private final World world = new World();

    EventsTest() {
        world.io.onConnection(socket -> {
            socket.on("message", arguments -> socket.emit("message-back", arguments.toArray()));
            socket.on("message-with-ack", arguments -> arguments.ack().send(arguments.toArray()));
        });
    }

    @Test
    void argumentsComeBackAsTheyWere() { // S9, S61
        var ann = world.join(world.a).says("42[\"message\",1,\"2\",{\"3\":[true]}]");
        world.settle();
        assertThat(ann.hears()).containsExactly("42[\"message-back\",1,\"2\",{\"3\":[true]}]");
    }

    @Test
    void attachmentsComeBackAsTheyWere() { // S10
        var ann = world.join(world.a);
        ann.says(
                "452-[\"message\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]");
        ann.client().says(new byte[] {1, 2, 3}).says(new byte[] {4, 5});
        world.settle();
        assertThat(ann.hears())
                .containsExactly(
                        "452-[\"message-back\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]",
                        "<010203>",
                        "<0405>");
    }

    @Test
    void namesInManyAlphabetsComeBackUnchanged() { // S48
        var ann = world.join(world.a).says("42[\"message\",\"てすと Я Б ä ö – —\"]");
        world.settle();
        assertThat(ann.hears()).containsExactly("42[\"message-back\",\"てすと Я Б ä ö – —\"]");
    }

    @Test
    void datesAndNumbersThatAreNoneAreWrittenAsInJavaScript() { // S47
        var ann = world.join(world.a);
        ann.socket().emit("x", Instant.EPOCH, Double.NaN, null);
        world.settle();
        assertThat(ann.hears()).containsExactly("42[\"x\",\"1970-01-01T00:00:00.000Z\",null,null]");
    }

    @Test
    void numericNamesAreHeardAsText() {
        List<String> heard = new ArrayList<>();
        world.io.onConnection(
                socket -> socket.on("5", arguments -> heard.add(arguments.string(0))));
        world.join(world.a).says("42[5,\"x\"]");
        world.settle();
        assertThat(heard).containsExactly("x");
    }

    @Test
    void clientsCannotFakeTheLibrarysOwnEvents() {
        List<String> heard = new ArrayList<>();
        world.io.onConnection(socket -> {
            heard.add("connection");
            socket.onError(error -> heard.add("onError"));
            socket.on("error", arguments -> heard.add("error " + arguments.string(0)));
            socket.on("connection", arguments -> heard.add("fake connection"));
        });
        world.join(world.a).says("42[\"error\",\"x\"]", "42[\"connection\"]");
        world.settle();
        assertThat(heard).containsExactly("connection", "error x", "fake connection");
    }

    @Test
    void reservedNamesCannotBeEmitted() {
        var ann = world.join(world.a);
        for (String name :
                List.of(
                        "connect",
                        "connect_error",
                        "disconnect",
                        "disconnecting",
                        "newListener",
                        "removeListener")) {
            assertThatThrownBy(() -> ann.socket().emit(name))
                    .hasMessage("\"" + name + "\" is a reserved event name");
            assertThatThrownBy(() -> world.io.to("x").emit(name))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void sendIsTheEventMessage() {
        var ann = world.join(world.a);
        ann.socket().send("hi");
        ann.socket().namespace().send((Object) null);
        world.settle();
        assertThat(ann.hears()).containsExactly("42[\"message\",\"hi\"]", "42[\"message\",null]");
    }

    @Test
    void eventsOfOneSocketAreHandledInTheOrderTheyCame() {
        List<String> heard = new ArrayList<>();
        world.io.onConnection(socket -> socket.onAny((event, arguments) -> heard.add(event)));
        world.join(world.a).says("42[\"a\"]", "42[\"b\"]", "42[\"c\"]");
        world.settle();
        assertThat(heard).containsExactly("a", "b", "c");
    }

    @Test
    void onceIsOnceAndOffIsOff() {
        List<String> heard = new ArrayList<>();
        Listener on = arguments -> heard.add("on");
        Listener off = arguments -> heard.add("off");
        world.io.onConnection(socket -> {
            socket.once("x", arguments -> heard.add("once"));
            socket.on("x", on);
            socket.once("x", off);
            socket.off("x", off);
            socket.on("y", on);
            socket.off("y");
        });
        world.join(world.a).says("42[\"x\"]", "42[\"x\"]", "42[\"y\"]");
        world.settle();
        assertThat(heard).containsExactly("once", "on", "on");
    }

    @Test
    void anyListenersHearBeforeTheOthersAndSeeTheAck() { // S44
        List<String> heard = new ArrayList<>();
        world.io.onConnection(socket -> {
            AnyListener second = (event, arguments) -> heard.add("any " + event);
            socket.on("x", arguments -> heard.add("on"));
            socket.onAny(second);
            socket.prependAny((event, arguments) -> {
                heard.add("first " + arguments.size() + arguments.ack().isExpected());
                arguments.ack().send("ok");
            });
            socket.onAny((event, arguments) -> socket.offAny(second));
        });
        var ann = world.join(world.a).says("421[\"x\",true]", "42[\"x\"]");
        world.settle();
        assertThat(heard).containsExactly("first 1true", "any x", "on", "first 0false", "on");
        assertThat(ann.hears()).containsExactly("431[\"ok\"]");
    }

    @Test
    void aFailingListenerHarmsNobodyElse() {
        List<String> heard = new ArrayList<>();
        List<Throwable> errors = new ArrayList<>();
        world.io.onConnection(socket -> {
            socket.onError(errors::add);
            socket.on(
                    "x",
                    arguments -> {
                        throw new IllegalStateException("no");
                    });
            socket.on("x", arguments -> heard.add(Arrays.toString(arguments.toArray())));
            socket.on("x", arguments -> arguments.string(0));
        });
        var ann = world.join(world.a).says("42[\"x\",1]");
        world.settle();
        assertThat(heard).hasSize(1);
        assertThat(errors)
                .satisfiesExactly(
                        first -> assertThat(first).hasMessage("no"),
                        second -> assertThat(second).isInstanceOf(IllegalArgumentException.class));
        assertThat(ann.client().isClosed()).isFalse();
    }

    @Test
    void middlewaresOfASocketChangeArgumentsOrDropTheEvent() { // S46
        List<String> heard = new ArrayList<>();
        List<Throwable> errors = new ArrayList<>();
        world.io.onConnection(socket -> {
            socket.onError(errors::add);
            socket.use((event, arguments) -> {
                if (event.equals("bad")) {
                    throw new IllegalStateException("refused");
                }
                return arguments.with("changed", arguments.string(0));
            });
            socket.onAny((event, arguments) -> heard.add("any " + arguments.size()));
            socket.on(
                    "x",
                    arguments -> {
                        heard.add(arguments.string(0) + " " + arguments.string(1));
                        arguments.ack().send();
                    });
            socket.on("bad", arguments -> heard.add("bad"));
        });
        var ann = world.join(world.a).says("423[\"x\",\"1\"]", "42[\"bad\"]");
        world.settle();
        assertThat(heard).containsExactly("any 1", "changed 1", "any 0");
        assertThat(errors).singleElement().satisfies(e -> assertThat(e).hasMessage("refused"));
        assertThat(ann.hears()).containsExactly("433[]");
        assertThat(ann.client().isClosed()).isFalse();
    }

    @Test
    void aSlowHandlerStopsTheReadingAndAQuickOneStartsItAgain() {
        var ann = world.join(world.a);
        for (int i = 0; i < WaitingCalls.MAX_CALLS - 1; i++) {
            ann.says("42[\"x\"]");
        }
        assertThat(ann.client().isReading()).isTrue();
        ann.says("42[\"x\"]");
        assertThat(ann.client().isReading()).isFalse();
        world.settle();
        assertThat(ann.client().isReading()).isTrue();
    }

    @Test
    void whatWaitsInAllNamespacesOfAClientCountsTogether() {
        world.io.of("/a");
        var ann = world.join(world.a);
        ann.says("40/a,");
        world.settle();
        for (int i = 0; i < WaitingCalls.MAX_CALLS / 2; i++) {
            assertThat(ann.client().isReading()).isTrue();
            ann.says("42[\"x\"]", "42/a,[\"x\"]");
        }
        assertThat(ann.client().isReading()).isFalse();
        world.settle();
        assertThat(ann.client().isReading()).isTrue();
    }

    @Test
    void bigEventsStopTheReadingEarlier() {
        var ann = world.join(world.a);
        String half = "42[\"x\",\"" + "a".repeat(WaitingCalls.MAX_BYTES / 2) + "\"]";
        ann.says(half);
        assertThat(ann.client().isReading()).isTrue();
        ann.says(half);
        assertThat(ann.client().isReading()).isFalse();
    }

    @Test
    void whateverAListenerThrowsTheNextEventIsHandled() {
        List<String> heard = new ArrayList<>();
        world.io.onConnection(socket -> {
            socket.onError(error -> {
                throw new IllegalStateException("the error listener fails, too");
            });
            socket.onError(error -> heard.add(error.getClass().getSimpleName()));
            socket.on(
                    "x",
                    arguments -> {
                        throw new NoClassDefFoundError("missing");
                    });
            socket.on("y", arguments -> heard.add("y"));
        });
        world.join(world.a).says("42[\"x\"]", "42[\"y\"]");
        world.settle();
        assertThat(heard).containsExactly("NoClassDefFoundError", "y");
    }
}
