package dev.resound.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Envelope;
import dev.resound.core.Frame;
import dev.resound.core.Member;
import dev.resound.core.TopicName;
import dev.resound.testkit.FakeConnection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an adapter is told of the rooms of its node. */
class WatchedRoomsTest {
    private final List<String> told = new ArrayList<>();
    private final World world =
            new World(builder ->
                    builder.adapter(namespace -> {
                        if (namespace.name().equals("/")) {
                            namespace.watchRooms(new Watcher());
                        }
                        return SingleNode.ALONE;
                    }));

    private final class Watcher implements LocalNamespace.RoomWatcher {
        @Override
        public void onCreated(String room) {
            told.add("+" + room);
        }

        @Override
        public void onDeleted(String room) {
            told.add("-" + room);
        }
    }

    private List<String> told() {
        world.settle();
        List<String> all = List.copyOf(told);
        told.clear();
        return all;
    }

    @Test
    void roomsComeWithTheFirstAndGoWithTheLast() {
        Socket<?> ann = world.join(world.a).socket();
        assertThat(told()).containsExactly("+" + ann.id());
        Socket<?> bob = world.join(world.b).socket();
        assertThat(told()).containsExactly("+" + bob.id());
        ann.join("x");
        assertThat(told()).containsExactly("+x");
        bob.join("x");
        ann.leave("x");
        assertThat(told()).isEmpty();
        bob.disconnect();
        assertThat(told()).containsExactlyInAnyOrder("-x", "-" + bob.id());
        ann.join("x");
        ann.leave("x");
        assertThat(told()).containsExactly("+x", "-x");
    }

    @Test
    void theRoomOfASocketIsThereAsLongAsItOrAnybodyElse() {
        Socket<?> ann = world.join(world.a).socket();
        Socket<?> bob = world.join(world.b).socket();
        told();
        bob.join(ann.id());
        String room = ann.id();
        ann.disconnect();
        assertThat(told()).isEmpty();
        bob.leave(room);
        assertThat(told()).containsExactly("-" + room);
    }

    @Test
    void membersOfOtherProtocolsCountWhereRoomsAreShared() {
        world.io.of("/").bindRooms("app/1", RoomEvents.PLAIN);
        Socket<?> ann = world.join(world.a).socket();
        told();
        Member member = subscribe("app/1");
        assertThat(told()).containsExactly("+news");
        ann.join("news");
        world.b.run(() -> world.hub.leave(member));
        assertThat(told()).isEmpty();
        ann.leave("news");
        assertThat(told()).containsExactly("-news");
        subscribe("app/2");
        assertThat(told()).isEmpty();
    }

    private Member subscribe(String scope) {
        var connection = new FakeConnection(world.b);
        List<Member> members = new ArrayList<>();
        world.b.run(() ->
                members.add(
                        world.hub.join(
                                new TopicName(scope, "news"),
                                connection,
                                (Envelope envelope) -> List.<Frame>of())));
        return members.getFirst();
    }
}
