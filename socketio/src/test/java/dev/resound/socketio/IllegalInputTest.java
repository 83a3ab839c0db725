package dev.resound.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IllegalInputTest {
    private final World world = new World();
    private final List<String> told = new ArrayList<>();

    private FakeEngineSocket joined() {
        world.io.onConnection(socket -> {
            socket.onError(error -> told.add("error"));
            socket.onDisconnect((reason, description) -> told.add(reason.wireName()));
        });
        var client = world.join(world.a).client();
        client.hears();
        return client;
    }

    @ParameterizedTest
    @ValueSource(
            strings = { // S5, S18
                "4abc",
                "40[]",
                "40\"x\"",
                "40null",
                "41",
                "42[\"x\"]",
                "43[]",
                "44{\"message\":\"x\"}"
            })
    void whoBeginsWithAnythingButAConnectIsClosed(String message) { // S15, S16
        var client = world.client().says(message);
        assertThat(client.isClosed()).isTrue();
        assertThat(client.hears()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = { // S13, S17, S19
                "4abc", "42{}", "42abc[\"x\"]", "42[\"connect\"]", "42[\"disconnect\"]",
                "42[\"disconnecting\"]", "42[\"newListener\"]", "450-[\"x\"]", "42", "421",
                "4511-[\"x\"]"
            })
    void whatIsNoPacketClosesAfterAnError(String message) {
        var client = joined().says(message);
        world.settle();
        assertThat(client.isClosed()).isTrue();
        assertThat(told).containsExactly("error", "forced close");
    }

    @ParameterizedTest
    @ValueSource(strings = {"40", "42/other,[\"x\"]", "44\"x\"", "41/other", "43/other,1[]"})
    void whatIsOutOfPlaceCloses(String message) { // S14
        var client = joined().says(message);
        world.settle();
        assertThat(client.isClosed()).isTrue();
        assertThat(told).containsExactly("forced close");
    }

    @Test
    void attachmentsOutOfPlaceClose() { // S20
        var binaryFirst = joined().says(new byte[] {1});
        var textBetween = world.join(world.a).client();
        textBetween.says("451-[\"x\",{\"_placeholder\":true,\"num\":0}]", "42[\"y\"]");
        var outOfRange = world.join(world.a).client();
        outOfRange.says("451-[\"x\",{\"_placeholder\":true,\"num\":1}]").says(new byte[] {1});
        assertThat(List.of(binaryFirst, textBetween, outOfRange))
                .allMatch(FakeEngineSocket::isClosed);
    }

    @Test
    void attachmentsThatDoNotComeInTimeClose() {
        var client = joined().says("452-[\"x\",{\"_placeholder\":true,\"num\":0}]");
        client.says(new byte[] {1});
        world.passes(Duration.ofMillis(19_999));
        assertThat(client.isClosed()).isFalse();
        world.passes(Duration.ofMillis(1));
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void attachmentsThatComeInTimeDoNot() {
        var client = joined().says("451-[\"x\",{\"_placeholder\":true,\"num\":0}]");
        client.says(new byte[] {1});
        world.passes(Duration.ofSeconds(60));
        assertThat(client.isClosed()).isFalse();
    }

    @Test
    void askingTwiceWhileMiddlewaresDecideCloses() {
        world.io.use(socket -> told.add("asked"));
        var client = world.client().says("40", "40");
        world.settle();
        assertThat(client.isClosed()).isTrue();
        assertThat(client.hears()).isEmpty();
        assertThat(world.io.root().sockets()).isEmpty();
    }

    @Test
    void anEventWhileMiddlewaresDecideCloses() { // S15
        world.io.use(socket -> told.add("asked"));
        var client = world.client().says("40", "42[\"x\"]");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void nothingIsHeardAfterTheEnd() {
        var client = joined();
        client.says("42{}", "42[\"x\"]");
        world.settle();
        assertThat(told).containsExactly("error", "forced close");
    }
}
