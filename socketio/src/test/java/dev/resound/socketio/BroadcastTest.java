package dev.resound.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.engineio.Transport;
import dev.resound.socketio.World.Joined;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BroadcastTest {
    private final World world = new World();
    private final Joined ann = world.join(world.a);
    private final Joined bob = world.join(world.b);
    private final Joined cid = world.join(world.a);

    private String heardBy() {
        world.settle();
        var who = new StringBuilder();
        for (Joined each : List.of(ann, bob, cid)) {
            List<String> heard = each.hears();
            assertThat(heard.size()).isLessThan(2);
            who.append(heard.isEmpty() ? "" : each == ann ? "a" : each == bob ? "b" : "c");
        }
        return who.toString();
    }

    @Test
    void everybodyHearsWhatIsSentToEverybody() {
        world.io.emit("x", 1);
        assertThat(heardBy()).isEqualTo("abc");
    }

    @Test
    void whoIsInSeveralRoomsHearsItOnce() { // S30
        ann.socket().join("x", "y");
        bob.socket().join("y");
        world.io.to("x", "y").emit("hi");
        assertThat(heardBy()).isEqualTo("ab");
    }

    @Test
    void exceptionsAreTakenOutOfTheUnion() { // S31
        ann.socket().join("x");
        bob.socket().join("y");
        cid.socket().join("x", "z");
        world.io.to("x").to("y").except("z").emit("hi");
        assertThat(heardBy()).isEqualTo("ab");
        world.io.except("x").emit("hi");
        assertThat(heardBy()).isEqualTo("b");
    }

    @Test
    void exceptionsAreThoseOfTheTimeOfTheEmit() {
        ann.socket().join("z");
        world.io.except("z").emit("1");
        ann.socket().leave("z");
        bob.socket().join("z");
        assertThat(heardBy()).isEqualTo("bc");
    }

    @Test
    void theSenderIsLeftOut() { // S32
        ann.socket().join("x");
        bob.socket().join("x");
        ann.socket().to("x").emit("hi");
        assertThat(heardBy()).isEqualTo("b");
        ann.socket().broadcast().emit("hi");
        assertThat(heardBy()).isEqualTo("bc");
        ann.socket().except("x").emit("hi");
        assertThat(heardBy()).isEqualTo("c");
        world.a.run(() -> ann.socket().to("x").emit("hi"));
        assertThat(heardBy()).isEqualTo("b");
    }

    @Test
    void aSenderThatIsPollingIsLeftOut() {
        var dan = world.join(world.client(world.a, 4, Transport.POLLING), "/");
        dan.socket().join("x");
        ann.socket().join("x");
        dan.socket().to("x").emit("hi");
        dan.client().upgrades();
        world.settle();
        assertThat(dan.hears()).isEmpty();
        assertThat(heardBy()).isEqualTo("a");
    }

    @Test
    void operatorsAreNotChangedByWhatIsDerivedFromThem() { // S33
        ann.socket().join("x");
        bob.socket().join("y");
        var x = world.io.to("x");
        x.to("y").emit("both");
        assertThat(heardBy()).isEqualTo("ab");
        x.emit("only x");
        assertThat(heardBy()).isEqualTo("a");
    }

    @Test
    void anIdIsTheNameOfARoom() {
        world.io.to(bob.socket().id()).emit("hi");
        assertThat(heardBy()).isEqualTo("b");
        world.io.to(bob.socket().id(), ann.socket().id()).emit("hi");
        assertThat(heardBy()).isEqualTo("ab");
        world.io.except(bob.socket().id()).emit("hi");
        assertThat(heardBy()).isEqualTo("ac");
        bob.socket().join("x");
        world.io.to("x", bob.socket().id()).emit("hi");
        assertThat(heardBy()).isEqualTo("b");
        bob.socket().to(bob.socket().id()).emit("to myself");
        assertThat(heardBy()).isEmpty();
    }

    @Test
    void aRoomNamedAsAnIdIsBoth() {
        ann.socket().join(bob.socket().id());
        world.io.to(bob.socket().id()).emit("hi");
        assertThat(heardBy()).isEqualTo("ab");
    }

    @Test
    void namespacesAreApart() {
        world.io.of("/other");
        var other = world.join(world.a, "/other");
        world.io.of("other").emit("hi");
        assertThat(heardBy()).isEmpty();
        assertThat(other.hears()).containsExactly("42/other,[\"hi\"]");
        world.io.to("").emit("nobody");
        assertThat(heardBy()).isEmpty();
    }

    @Test
    void whatOneThreadSendsComesInItsOrder() {
        bob.socket().join("x");
        for (int i = 0; i < 3; i++) {
            bob.socket().emit("direct" + i);
            world.io.emit("all" + i);
            world.io.to("x", "y").emit("rooms" + i);
            world.io.to(bob.socket().id()).emit("id" + i);
        }
        world.settle();
        assertThat(bob.hears())
                .containsExactly(
                        "42[\"direct0\"]",
                        "42[\"all0\"]",
                        "42[\"rooms0\"]",
                        "42[\"id0\"]",
                        "42[\"direct1\"]",
                        "42[\"all1\"]",
                        "42[\"rooms1\"]",
                        "42[\"id1\"]",
                        "42[\"direct2\"]",
                        "42[\"all2\"]",
                        "42[\"rooms2\"]",
                        "42[\"id2\"]");
    }

    @Test
    void binaryIsBroadcastWithItsText() {
        world.io.emit("x", (Object) new byte[] {1, 2});
        world.settle();
        assertThat(ann.hears())
                .containsExactly("451-[\"x\",{\"_placeholder\":true,\"num\":0}]", "<0102>");
    }

    @Test
    void whoeverListensToASocketsOutputHearsBroadcastsToo() { // S45
        List<String> heard = new ArrayList<>();
        AnyListener listener =
                (event, arguments) ->
                        heard.add(event + arguments.size() + arguments.ack().isExpected());
        bob.socket().onAnyOutgoing(listener);
        world.io.emit("x", 1, 2);
        bob.socket().emit("y");
        ann.socket().to(bob.socket().id()).emit("z");
        world.io.to("nowhere").emit("w");
        world.settle();
        assertThat(heard).containsExactly("x2false", "y0false", "z0false");
        bob.socket().offAnyOutgoing(listener);
        world.io.emit("x");
        world.settle();
        assertThat(heard).hasSize(3);
    }
}
