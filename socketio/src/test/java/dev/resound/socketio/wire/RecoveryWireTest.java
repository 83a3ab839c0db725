package dev.resound.socketio.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.socketio.Recovery;
import dev.resound.socketio.Socket;
import dev.resound.socketio.wire.Peer.Joined;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that come back, and clients that say that they do. */
@ParameterizedClass
@EnumSource
class RecoveryWireTest {
    private static final Pattern OFFSET =
            Pattern.compile("^(42(?:/[^,]*,)?\\[.*),\"([\\w-]{5}\\.[0-9a-z]+)\"]$");

    private final Setting setting;

    RecoveryWireTest(Setting setting) {
        this.setting = setting;
    }

    private LiveServer server() throws IOException {
        return server(Recovery.defaults());
    }

    private LiveServer server(Recovery recovery) throws IOException {
        LiveServer server = setting.server(builder -> builder.recovery(recovery));
        server.onConnection(socket -> {
            server.note(socket.isRecovered() ? "recovered" : "new");
            socket.onDisconnect((reason, description) -> server.note("gone"));
        });
        server.io.of("/other");
        return server;
    }

    /** Hears an event and remembers its offset. */
    private static String hears(Peer peer, String event) throws IOException {
        String packet = peer.next();
        Matcher matcher = OFFSET.matcher(packet);
        assertThat(matcher.matches()).as(packet).isTrue();
        assertThat(matcher.group(1) + "]").isEqualTo(event);
        return matcher.group(2);
    }

    private static String auth(Joined joined, String offset) {
        return "{\"pid\":\"" + joined.privateId() + "\",\"offset\":\"" + offset + "\"}";
    }

    private Peer gone(LiveServer server, Peer peer) throws IOException {
        int before = server.notes().size();
        peer.leaves();
        server.notes(before + 1);
        return server.connect(setting.carrier);
    }

    @Test
    void whoComesBackInTimeIsWhoItWas() throws IOException { // S51
        try (LiveServer server = server()) {
            Peer peer = server.connect(setting.carrier);
            Joined first = peer.join("40");
            Socket<Map<String, Object>> socket = server.socket(first.id());
            socket.join("room");
            socket.data().put("name", "ann");
            socket.emit("one", 1);
            String offset = hears(peer, "42[\"one\",1]");
            peer = gone(server, peer);
            server.io.emit("missed", 1);
            peer.says("40" + auth(first, offset));
            hears(peer, "42[\"missed\",1]");
            Joined again = Peer.joined(peer.next());
            assertThat(again).isEqualTo(first);
            Socket<Map<String, Object>> back = server.socket(again.id());
            assertThat(back.isRecovered()).isTrue();
            assertThat(back.rooms()).containsExactlyInAnyOrder(again.id(), "room");
            assertThat(back.data()).containsEntry("name", "ann");
            server.io.to("room").emit("two");
            offset = hears(peer, "42[\"two\"]");
            peer = gone(server, peer); // and once more
            peer.says("40" + auth(first, offset));
            assertThat(Peer.joined(peer.next())).isEqualTo(first);
            peer.hearsNothing();
            assertThat(server.notes())
                    .containsExactly("new", "gone", "recovered", "gone", "recovered");
        }
    }

    @Test
    void whoHasHeardNothingYetComesBackWithoutAnOffset() throws IOException { // S51
        try (LiveServer server = server()) {
            Peer peer = server.connect(setting.carrier);
            Joined first = peer.join("40");
            peer = gone(server, peer);
            server.io.emit("missed");
            peer.says("40{\"pid\":\"" + first.privateId() + "\"}");
            hears(peer, "42[\"missed\"]");
            assertThat(Peer.joined(peer.next())).isEqualTo(first);
        }
    }

    private static void isNew(LiveServer server, Peer peer, Joined old, String auth)
            throws IOException {
        Joined joined = peer.join("40" + auth);
        assertThat(joined.id()).isNotEqualTo(old.id());
        assertThat(joined.privateId()).isNotEqualTo(old.privateId());
        assertThat(server.socket(joined.id()).isRecovered()).isFalse();
        assertThat(server.socket(joined.id()).rooms()).containsExactly(joined.id());
        assertThat(server.socket(joined.id()).data()).isEmpty();
        peer.hearsNothing();
    }

    @Test
    void anOffsetNobodyGaveRecoversNothing() throws IOException { // S52
        try (LiveServer server = server()) {
            for (String offset :
                    List.of(
                            "",
                            "x",
                            "Q7xne4y",
                            "AAAAA.1",
                            "__proto__",
                            "-1",
                            "1",
                            "zzzzz.zzzzzz")) {
                Peer peer = server.connect(setting.carrier);
                Joined first = peer.join("40");
                server.socket(first.id()).join("room");
                isNew(server, gone(server, peer), first, auth(first, offset));
            }
        }
    }

    @Test
    void anOffsetThatIsStillToComeRecoversNothing() throws IOException { // S52
        try (LiveServer server = server()) {
            Peer peer = server.connect(setting.carrier);
            Joined first = peer.join("40");
            server.socket(first.id()).emit("one");
            String offset = hears(peer, "42[\"one\"]");
            peer = gone(server, peer);
            isNew(server, peer, first, auth(first, offset + "0"));
        }
    }

    @Test
    void whoComesTooLateIsNew() throws IOException { // S52
        try (LiveServer server = server(new Recovery(Duration.ofMillis(1), true, 1000, 1 << 20))) {
            Peer peer = server.connect(setting.carrier);
            Joined first = peer.join("40");
            server.socket(first.id()).emit("one");
            String offset = hears(peer, "42[\"one\"]");
            peer = gone(server, peer);
            long since = System.currentTimeMillis();
            Until.holds("some time", () -> System.currentTimeMillis() > since + 3);
            isNew(server, peer, first, auth(first, offset));
        }
    }

    @Test
    void whoMissedMoreThanIsKeptIsNew() throws IOException { // S52
        try (LiveServer server = server(new Recovery(Duration.ofMinutes(1), true, 3, 1 << 20))) {
            Peer peer = server.connect(setting.carrier);
            Joined first = peer.join("40");
            server.socket(first.id()).emit("one");
            String offset = hears(peer, "42[\"one\"]");
            peer = gone(server, peer);
            for (int i = 0; i < 4; i++) {
                server.io.emit("missed", i);
            }
            isNew(server, peer, first, auth(first, offset));
        }
    }

    @Test
    void whoLeftIsNew() throws IOException { // S52
        try (LiveServer server = server()) {
            Peer peer = server.connect(setting.carrier);
            Joined first = peer.join("40");
            peer.says("41");
            isNew(server, peer, first, "{\"pid\":\"" + first.privateId() + "\"}");
            Joined second = peer.says("41").join("40");
            server.socket(second.id()).disconnect();
            peer.hears("41");
            isNew(server, peer, second, "{\"pid\":\"" + second.privateId() + "\"}");
        }
    }

    @Test
    void onlyWhatWasForTheClientIsReplayed() throws IOException { // S53
        try (LiveServer server = server()) {
            Peer peer = server.connect(setting.carrier);
            Joined first = peer.join("40");
            server.socket(first.id()).join("mine", "quiet");
            server.socket(first.id()).emit("one");
            String offset = hears(peer, "42[\"one\"]");
            peer = gone(server, peer);
            server.io.to("mine").emit("mine", 1);
            server.io.to("other").emit("other");
            server.io.except("quiet").emit("except");
            server.io.to("mine").except(first.id()).emit("except me");
            server.io.asVolatile().emit("volatile");
            server.io.of("/other").emit("elsewhere");
            server.io.to(first.id()).emit("to me");
            server.io.emit("bytes", new byte[] {1});
            peer.says("40" + auth(first, offset));
            hears(peer, "42[\"mine\",1]");
            hears(peer, "42[\"to me\"]");
            assertThat(peer.next())
                    .startsWith("451-[\"bytes\",{\"_placeholder\":true,\"num\":0},\"");
            peer.hears("0x01");
            assertThat(Peer.joined(peer.next())).isEqualTo(first);
            peer.hearsNothing();
        }
    }

    @Test
    void aGuessRecoversNothing() throws IOException {
        try (LiveServer server = server()) {
            Peer peer = server.connect(setting.carrier);
            Joined first = peer.join("40");
            server.socket(first.id()).join("room");
            server.socket(first.id()).data().put("name", "ann");
            server.socket(first.id()).emit("one");
            String offset = hears(peer, "42[\"one\"]");
            String id = Objects.requireNonNull(first.privateId());
            peer = gone(server, peer);
            List<String> guesses = new ArrayList<>();
            for (String guess :
                    List.of(
                            first.id(),
                            peer.engineId(),
                            id.substring(1),
                            id + "x",
                            id.toLowerCase(Locale.ROOT) + " ",
                            "",
                            "__proto__",
                            "x".repeat(100_000))) {
                guesses.add("{\"pid\":\"" + guess + "\",\"offset\":\"" + offset + "\"}");
            }
            guesses.add("{\"pid\":null,\"offset\":\"" + offset + "\"}");
            guesses.add("{\"pid\":[\"" + id + "\"],\"offset\":\"" + offset + "\"}");
            guesses.add("{\"pid\":\"" + id + "\",\"offset\":1}");
            guesses.add("{\"pid\":\"" + id + "\",\"offset\":null}");
            guesses.add("{\"pid\":\"" + id + "\",\"offset\":{}}");
            for (String guess : guesses) {
                isNew(server, peer, first, guess);
                peer.says("41");
            }
            peer.says("40" + auth(first, offset)); // and that has cost the owner nothing
            assertThat(Peer.joined(peer.next())).isEqualTo(first);
        }
    }

    @Test
    void whatIsTakenTwiceIsGivenOnce() throws IOException {
        try (LiveServer server = server()) {
            Peer peer = server.connect(setting.carrier);
            Joined first = peer.join("40");
            server.socket(first.id()).emit("one");
            String offset = hears(peer, "42[\"one\"]");
            Peer owner = gone(server, peer);
            Peer thief = server.connect(Carrier.WEBSOCKET);
            owner.says("40" + auth(first, offset));
            thief.says("40" + auth(first, offset));
            List<Joined> both = List.of(Peer.joined(owner.next()), Peer.joined(thief.next()));
            assertThat(both).containsOnlyOnce(first);
            assertThat(both).extracting(Joined::id).doesNotHaveDuplicates();
            assertThat(both).extracting(Joined::privateId).doesNotHaveDuplicates();
            owner.hearsNothing();
            thief.hearsNothing();
        }
    }

    @Test
    void whoIsStillThereCannotBeReplaced() throws IOException {
        try (LiveServer server = server()) {
            Peer peer = server.connect(setting.carrier);
            Joined first = peer.join("40");
            server.socket(first.id()).emit("one");
            String offset = hears(peer, "42[\"one\"]");
            isNew(server, server.connect(setting.carrier), first, auth(first, offset));
            peer.hearsNothing();
        }
    }

    @Test
    void anotherNamespaceIsNotTheOneItWasIn() throws IOException {
        try (LiveServer server = server()) {
            Peer peer = server.connect(setting.carrier);
            Joined first = peer.join("40");
            server.socket(first.id()).emit("one");
            String offset = hears(peer, "42[\"one\"]");
            peer = gone(server, peer);
            Joined elsewhere = peer.join("40/other," + auth(first, offset));
            assertThat(elsewhere.id()).isNotEqualTo(first.id());
            assertThat(server.socket("/other", elsewhere.id()).isRecovered()).isFalse();
            peer.says("40" + auth(first, offset));
            assertThat(Peer.joined(peer.next())).isEqualTo(first);
        }
    }
}
