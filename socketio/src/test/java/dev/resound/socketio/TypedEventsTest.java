package dev.resound.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resound.socketio.World.Joined;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TypedEventsTest {
    record ChatMessage(String from, String text) {}

    @OnEvent("given name")
    record Named(int number) {}

    static final Event<ChatMessage> CHAT = Event.of("chat message", ChatMessage.class);

    public interface Chat {
        void said(String from, ChatMessage message);

        @OnEvent("how many")
        CompletableFuture<Integer> count(String room);
    }

    public interface Everybody {
        void said(String from);

        CompletableFuture<List<Integer>> count();
    }

    public interface NoFuture {
        int count();
    }

    public interface Single {
        CompletableFuture<Integer> count();
    }

    private final World world = new World();
    private final List<String> heard = new ArrayList<>();

    private Joined joined(ConnectionListener<Map<String, Object>> listener) {
        world.io.onConnection(listener);
        return world.join(world.a);
    }

    @Test
    void eventsAreNamedByTheirTypesUnlessTheyAreGivenNames() {
        assertThat(CHAT.name()).isEqualTo("chat message");
        assertThat(Event.of(ChatMessage.class).name()).isEqualTo("chatMessage");
        assertThat(Event.of(Named.class).name()).isEqualTo("given name");
        assertThatThrownBy(() -> Event.of("disconnect", String.class))
                .hasMessage("\"disconnect\" is a reserved event name");
    }

    @Test
    void valuesAreReadAndWrittenAsTheirTypes() {
        var ann =
                joined(socket -> {
                    socket.on(
                            CHAT,
                            message -> socket.emit(CHAT, new ChatMessage("me", message.text())));
                    socket.on(Event.of(Named.class), (named, ack) -> ack.send(named.number() + 1));
                });
        ann.says("42[\"chat message\",{\"from\":\"ann\",\"text\":\"hi\",\"more\":1}]");
        ann.says("425[\"given name\",{\"number\":4}]");
        world.settle();
        assertThat(ann.hears())
                .containsExactly(
                        "42[\"chat message\",{\"from\":\"me\",\"text\":\"hi\"}]", "435[5]");
    }

    @Test
    void whatIsNotOfTheTypeGoesToTheErrorListeners() {
        var ann =
                joined(socket -> {
                    socket.onError(error -> heard.add(error.getClass().getSimpleName()));
                    socket.on(Event.of(Named.class), named -> heard.add("named"));
                });
        ann.says("42[\"given name\",{\"number\":\"no\"}]");
        world.settle();
        assertThat(heard).containsExactly("ArgumentMismatch");
        assertThat(ann.client().isClosed()).isFalse();
    }

    @Test
    void methodsOfAContractEmit() {
        var ann = joined(socket -> {});
        Chat chat = ann.socket().as(Chat.class);
        chat.said("bob", new ChatMessage("bob", "hi"));
        CompletableFuture<Integer> count = chat.count("x");
        world.settle();
        assertThat(ann.hears())
                .containsExactly(
                        "42[\"said\",\"bob\",{\"from\":\"bob\",\"text\":\"hi\"}]",
                        "421[\"how many\",\"x\"]");
        ann.says("431[7]");
        world.settle();
        assertThat(count).isCompletedWithValue(7);
        assertThat(chat).hasToString("Chat emitting").isNotEqualTo(ann.socket().as(Chat.class));
    }

    @Test
    void methodsOfAContractBroadcast() {
        var ann = joined(socket -> {});
        Everybody all = world.io.as(Everybody.class);
        all.said("bob");
        CompletableFuture<List<Integer>> count = all.count();
        world.settle();
        List<String> messages = ann.hears();
        assertThat(messages.getFirst()).isEqualTo("42[\"said\",\"bob\"]");
        ann.says(messages.getLast().replaceAll("42(\\d+).*", "43$1[3]"));
        world.settle();
        assertThat(count).isCompletedWithValue(List.of(3));
    }

    @Test
    void contractsAreChecked() {
        var ann = joined(socket -> {});
        assertThatThrownBy(() -> ann.socket().as(NoFuture.class))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> world.io.as(Single.class))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ann.socket().as(String.class))
                .isInstanceOf(IllegalArgumentException.class);
    }

    public static final class Handler {
        private final List<String> heard;

        Handler(List<String> heard) {
            this.heard = heard;
        }

        @OnEvent("say")
        public void say(Socket<?> from, ChatMessage message, @Nullable String more, Ack ack) {
            heard.add(message.text() + more + from.isConnected());
            ack.send("said");
        }

        @OnEvent("add")
        public int add(int a, int b) {
            return a + b;
        }

        @OnEvent("bytes")
        public CompletableFuture<Integer> bytes(byte[] bytes, List<String> names) {
            return CompletableFuture.completedFuture(bytes.length + names.size());
        }

        @OnEvent("fail")
        public void fail() {
            throw new IllegalStateException("no");
        }

        public void notAnEvent() {
            heard.add("called");
        }
    }

    @Test
    void eventsCallTheMethodsOfAHandler() {
        var ann =
                joined(socket -> {
                    socket.onError(error -> heard.add(String.valueOf(error.getMessage())));
                    socket.serve(new Handler(heard));
                });
        ann.says(
                "421[\"say\",{\"from\":\"a\",\"text\":\"hi\"}]",
                "422[\"add\",1,2]",
                "42[\"add\",1,2]",
                "453-3[\"bytes\",{\"_placeholder\":true,\"num\":0},[\"x\"]]".replace("453", "451"));
        ann.client().says(new byte[] {1, 2});
        ann.says("42[\"fail\"]", "42[\"notAnEvent\"]", "424[\"add\",1]", "425[\"add\",1,\"x\"]");
        world.settle();
        assertThat(ann.hears()).containsExactly("431[\"said\"]", "432[3]", "433[3]");
        assertThat(heard).startsWith("hinulltrue", "no").hasSize(4);
    }

    @Test
    void eventsCallTheMethodsOfAContract() {
        Chat chat =
                new Chat() {
                    @Override
                    public void said(String from, ChatMessage message) {
                        heard.add(from + message.text());
                    }

                    @Override
                    public CompletableFuture<Integer> count(String room) {
                        return CompletableFuture.completedFuture(room.length());
                    }
                };
        var ann = joined(socket -> socket.serve(Chat.class, chat));
        ann.says(
                "42[\"said\",\"a\",{\"from\":\"a\",\"text\":\"hi\"}]",
                "429[\"how many\",\"four\"]");
        world.settle();
        assertThat(heard).containsExactly("ahi");
        assertThat(ann.hears()).containsExactly("439[4]");
    }

    @Test
    void aHandlerWithoutEventsIsAMistake() {
        var ann = joined(socket -> {});
        assertThatThrownBy(() -> ann.socket().serve("nothing"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
