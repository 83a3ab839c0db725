package dev.resound.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VolatileTest {
    private final World world = new World();

    @Test
    void onlyWhatCouldBeSentAtOnceIsSent() { // S34
        var ann = world.join(world.a);
        ann.client().stops();
        ann.socket().asVolatile().emit("1");
        ann.socket().asVolatile().emit("2");
        ann.socket().emit("3");
        world.settle();
        assertThat(ann.hears()).containsExactly("42[\"1\"]", "42[\"3\"]");
        ann.client().writes();
        ann.socket().asVolatile().emit("4");
        world.settle();
        assertThat(ann.hears()).containsExactly("42[\"4\"]");
    }

    @Test
    void anEventWithAttachmentsGoesWholeOrNotAtAll() { // S35
        var ann = world.join(world.a);
        ann.client().stops();
        ann.socket().asVolatile().emit("1", (Object) new byte[] {1});
        ann.socket().asVolatile().emit("2", (Object) new byte[] {2});
        world.settle();
        assertThat(ann.hears())
                .containsExactly("451-[\"1\",{\"_placeholder\":true,\"num\":0}]", "<01>");
    }

    @Test
    void broadcastsAreDroppedForThoseWhoAreBusy() {
        var ann = world.join(world.a);
        var bob = world.join(world.a);
        ann.client().stops();
        world.io.asVolatile().emit("1");
        world.io.asVolatile().emit("2");
        world.settle();
        assertThat(ann.hears()).containsExactly("42[\"1\"]");
        assertThat(bob.hears()).containsExactly("42[\"1\"]", "42[\"2\"]");
    }
}
