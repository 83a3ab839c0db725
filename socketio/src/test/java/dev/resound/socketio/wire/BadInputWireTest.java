package dev.resound.socketio.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What clients must not do, while others behave: those must not notice anything. */
@ParameterizedClass
@EnumSource(names = {"WEBSOCKET", "POLLING", "UPGRADED"})
class BadInputWireTest {
    private static final String FIRST = "{\"_placeholder\":true,\"num\":0}";
    private static final int MAX_MESSAGE = 1_000_000;

    private final Carrier carrier;
    private final LiveServer server;
    private List<Peer> witnesses = List.of();

    BadInputWireTest(Carrier carrier) throws IOException {
        this.carrier = carrier;
        this.server = LiveServer.start().echoes("/custom");
    }

    @BeforeEach
    void witnesses() throws IOException {
        List<Peer> all = new ArrayList<>();
        for (Carrier each : List.of(Carrier.WEBSOCKET, Carrier.POLLING)) {
            all.add(server.joined(each));
        }
        witnesses = all;
    }

    /** They have heard nothing, are heard, and are the only ones left. */
    @AfterEach
    void nobodyElseHasNoticed() throws IOException {
        for (Peer witness : witnesses) {
            witness.hearsNothing();
            witness.says("42[\"message\",1]").hears("42[\"message-back\",1]");
        }
        server.close();
    }

    private void isClosedFor(String... packets) throws IOException {
        int before = server.notes().size();
        Peer bad = server.joined(carrier).says(packets);
        assertThat(bad.next()).as("after %s", shortened(packets[0])).isEqualTo(Peer.END);
        List<String> notes = server.notes(before + 1);
        List<String> told = notes.subList(before, notes.size());
        assertThat(told).isSubsetOf("error", "forced close", "forced server close");
        Until.holds("its end", () -> server.io.engine().sessions() == witnesses.size());
    }

    private void isClosedWithErrorFor(String... packets) throws IOException {
        int before = server.notes().size();
        isClosedFor(packets);
        List<String> notes = server.notes(before + 2);
        assertThat(notes.get(before)).as("after %s", shortened(packets[0])).isEqualTo("error");
        assertThat(notes.get(before + 1)).startsWith("forced ");
    }

    private static String shortened(String packet) {
        return packet.length() < 100 ? packet : packet.substring(0, 100) + "…";
    }

    @Test
    void whatIsNoPacketCloses() throws IOException { // S13
        String[] cases = {
            "4abc",
            "4",
            "47",
            "4-",
            "42",
            "421",
            "42{}",
            "42[]",
            "42abc[\"x\"]",
            "42\"x\"",
            "42[null]",
            "42[true]",
            "42[{}]",
            "42[[\"x\"]]",
            "42[\"x\"",
            "42[\"x\"]]",
            "42[\"x\",]",
            "42[\"x\",01]",
            "42[\"x\",NaN]",
            "42[\"x\",'y']",
            "42[\"x\",\"\u0001\"]",
            "42[\"x\"] [\"y\"]",
            "42[\"x\",{\"a\":1,}]",
            "42-1[\"x\"]",
            "42/custom[\"x\"]",
            "43{}",
            "431{}",
            "431\"x\"",
            "41{}",
            "41[]"
        };
        for (String packet : cases) {
            isClosedWithErrorFor(packet);
        }
    }

    @Test
    void numbersThatAreTooLargeClose() throws IOException { // S13
        isClosedWithErrorFor("4212345678901234567[\"x\"]");
        isClosedWithErrorFor("429007199254740992[\"x\"]");
        isClosedWithErrorFor("439007199254740992[]");
        isClosedWithErrorFor("42[\"x\"," + "1".repeat(1001) + "]");
    }

    @Test
    void whatIsOutOfPlaceCloses() throws IOException { // S14, S15, S16
        isClosedFor("40");
        isClosedFor("40{\"token\":1}");
        isClosedFor("42/custom,[\"message\"]");
        isClosedFor("42/unknown,[\"message\"]");
        isClosedFor("43/custom,1[]");
        isClosedFor("41/custom,");
        isClosedFor("44{\"message\":\"x\"}");
        isClosedFor("44\"x\"");
        isClosedFor("44/custom,{\"message\":\"x\"}");
    }

    @Test
    void whoBeginsOutOfPlaceIsClosed() throws IOException { // S5, S15, S16
        for (String packet :
                List.of("41", "42[\"x\"]", "43[]", "431[]", "44{\"message\":\"x\"}", "4")) {
            server.connect(carrier).says(packet).hears(Peer.END);
        }
        server.connect(carrier).saysBytes(1, 2).hears(Peer.END);
        assertThat(server.notes()).isEmpty();
    }

    @Test
    void reservedNamesClose() throws IOException { // S17
        for (String name :
                List.of(
                        "connect",
                        "connect_error",
                        "disconnect",
                        "disconnecting",
                        "newListener",
                        "removeListener",
                        "dis\\u0063onnect")) {
            isClosedWithErrorFor("42[\"" + name + "\"]");
            isClosedWithErrorFor("421[\"" + name + "\",1]");
        }
    }

    @Test
    void whoProvesItselfWithWhatIsNoObjectIsClosed() throws IOException { // S18
        for (String connect :
                List.of("40[]", "40\"x\"", "40null", "401[]", "40{", "40/custom,\"x\"")) {
            server.connect(carrier).says(connect).hears(Peer.END);
        }
        assertThat(server.notes()).isEmpty();
    }

    @Test
    void liesAboutTheNumberOfAttachmentsClose() throws IOException { // S19
        String[] cases = {
            "4511-[\"x\"]",
            "450-[\"x\"]",
            "45-[\"x\"]",
            "45[\"x\"]",
            "451[\"x\"]",
            "45-1-[\"x\"]",
            "451.5-[\"x\"]",
            "4599999999999999999999999-[\"x\"]",
            "460-1[]",
            "4611-1[]",
            "46[]",
            "451-",
            "451-{}",
            "451-[]",
            "451-[\"disconnect\"," + FIRST + "]"
        };
        for (String packet : cases) {
            isClosedWithErrorFor(packet);
        }
    }

    @Test
    void attachmentsOutOfPlaceClose() throws IOException { // S20
        server.joined(carrier).saysBytes(1).hears(Peer.END);
        server.notes(2);
        isClosedWithErrorFor("451-[\"x\"," + FIRST + "]", "42[\"y\"]");
        isClosedWithErrorFor("451-[\"x\"," + FIRST + "]", "41");
        isClosedWithErrorFor("452-[\"x\"," + FIRST + "]", "452-[\"x\"," + FIRST + "]");
        for (String num : List.of("1", "-1", "0.5", "\"0\"", "null", "1e9", "4294967296")) {
            isClosedWithErrorFor("451-[\"x\",{\"_placeholder\":true,\"num\":" + num + "}]");
        }
        isClosedWithErrorFor("451-[\"x\",{\"_placeholder\":true}]");
    }

    @Test
    void oneAttachmentTooManyCloses() throws IOException { // S20
        Peer bad = server.joined(carrier);
        bad.says("451-[\"message\"," + FIRST + "]").saysBytes(1);
        bad.hears("451-[\"message-back\"," + FIRST + "]", "0x01");
        bad.saysBytes(2).hears(Peer.END);
    }

    @Test
    void attachmentsMayBeNamedTwiceOrNotAtAll() throws IOException { // S20: legal, spec 3.2
        Peer odd = server.joined(carrier);
        odd.says("452-7[\"message-with-ack\"," + FIRST + "," + FIRST + "]");
        odd.saysBytes(1).saysBytes(2);
        assertThat(odd.next()).startsWith("46").contains("-7[");
        odd.hears("0x01");
        while (!odd.next().startsWith("43900001")) {
            odd.says("42900001[\"mark\"]"); // whether it is sent once or twice, does not matter
        }
    }

    @Test
    void aPlaceholderInAPlainPacketIsAnObjectLikeAnyOther() throws IOException { // S20
        Peer odd = server.joined(carrier);
        odd.says("42[\"message\"," + FIRST + "]").hears("42[\"message-back\"," + FIRST + "]");
    }

    @Test
    void nestingIsBounded() throws IOException {
        Peer deep = server.joined(carrier);
        String most = "[".repeat(511) + "]".repeat(511); // and the array of the event itself
        deep.says("42[\"message\"," + most + "]").hears("42[\"message-back\"," + most + "]");
        String more = "[".repeat(512) + "]".repeat(512);
        deep.says("42[\"message\"," + more + "]").hears(Peer.END);
        server.notes(2);
        isClosedWithErrorFor("42[\"message\"," + "[".repeat(400_000) + "]");
        isClosedWithErrorFor("42[\"message\"," + "{\"a\":".repeat(100_000));
        isClosedWithErrorFor("431" + "[".repeat(513) + "]".repeat(513));
        Peer proof = server.connect(carrier);
        proof.says("40{\"a\":" + "[".repeat(512) + "]".repeat(512) + "}").hears(Peer.END);
    }

    @Test
    void namespacesOfOneClientAreCounted() throws IOException {
        server.io.of(Pattern.compile("^/n\\d+$"));
        Peer greedy = server.connect(carrier);
        for (int i = 0; i < 100; i++) {
            greedy.says("40/n" + i + ",");
            Peer.joined(greedy.next());
        }
        greedy.says("40/n100,").hears("44/n100,{\"message\":\"Too many namespaces\"}");
        greedy.says("40").hears("44{\"message\":\"Too many namespaces\"}");
        greedy.says("41/n7,", "40/n100,");
        Peer.joined(greedy.next());
        greedy.says("40/n7,").hears("44/n7,{\"message\":\"Too many namespaces\"}");
        for (int i = 0; i < 1000; i++) {
            greedy.says("40/n" + (1000 + i) + ",");
        }
        for (int i = 0; i < 1000; i++) {
            greedy.hears("44/n" + (1000 + i) + ",{\"message\":\"Too many namespaces\"}");
        }
        assertThat(server.io.namespaces()).hasSize(2 + 101);
    }

    @Test
    void namesOfNamespacesAreBounded() throws IOException {
        server.io.of(Pattern.compile("^/a+$"));
        Peer odd = server.connect(carrier);
        String longest = "/" + "a".repeat(511);
        odd.says("40" + longest + ",");
        Peer.joined(odd.next());
        odd.says("40" + longest + "a,")
                .hears("44" + longest + "a,{\"message\":\"Invalid namespace\"}");
    }

    @Test
    void namesMeanNothingToTheServer() throws IOException {
        Peer odd = server.joined(carrier);
        List<String> names =
                List.of(
                        "/__proto__",
                        "/constructor",
                        "/toString",
                        "/../custom",
                        "//",
                        "/_0",
                        "/Custom");
        for (String name : names) {
            odd.says("40" + name + ",").hears("44" + name + ",{\"message\":\"Invalid namespace\"}");
        }
        odd.says("42[\"message\",{\"__proto__\":{\"a\":1},\"constructor\":null}]");
        odd.hears("42[\"message-back\",{\"__proto__\":{\"a\":1},\"constructor\":null}]");
        Peer proof = server.connect(carrier);
        proof.join("40{\"__proto__\":{\"admin\":true}}");
        proof.hears("42[\"auth\",{\"__proto__\":{\"admin\":true}}]");
    }

    @Test
    void answersNobodyAskedForMeanNothing() throws IOException { // S21
        Peer odd = server.joined(carrier);
        var random = new Random(1);
        for (int i = 0; i < 20; i++) {
            String[] answers = new String[100];
            for (int k = 0; k < answers.length; k++) {
                long id = k % 2 == 0 ? k : random.nextLong(1L << 53);
                answers[k] = "43" + id + "[" + k + "]";
            }
            odd.says(answers);
        }
        odd.hearsNothing();
    }

    @Test
    void oneIdMayBeUsedForManyQuestions() throws IOException {
        Peer odd = server.joined(carrier);
        odd.says(
                "420[\"message-with-ack\",1]",
                "420[\"message-with-ack\",2]",
                "420[\"unheard\"]",
                "429007199254740991[\"message-with-ack\",3]");
        odd.hears("430[1]", "430[2]", "439007199254740991[3]");
    }

    @Test
    void aMessageMayBeAMillionBytesLong() throws IOException {
        Peer big = server.joined(carrier);
        String text = "x".repeat(MAX_MESSAGE - "421[\"message-with-ack\",\"\"]".length());
        big.says("421[\"message-with-ack\",\"" + text + "\"]").hears("431[\"" + text + "\"]");
    }

    @Test
    void aMessageMustNotBeLonger() throws IOException {
        Peer big = server.joined(carrier);
        String text = "x".repeat(MAX_MESSAGE - "42[\"message\",\"\"]".length() + 1);
        String packet = "42[\"message\",\"" + text + "\"]";
        if (big.isPolling()) {
            big.postUnanswered(packet);
            assertThat(big.posts().readResponse().status()).isEqualTo(413);
            big.hearsNothing();
        } else {
            big.says(packet);
            assertThat(big.webSocket().receiveClose().closeCode()).isEqualTo(1009);
            assertThat(server.notes(1)).containsExactly("transport error");
        }
    }

    @Test
    void aMillionBytesMayBeAttached() throws IOException {
        Peer big = server.joined(carrier);
        byte[] bytes = new byte[big.isPolling() ? 700_000 : MAX_MESSAGE];
        new Random(2).nextBytes(bytes);
        big.says("451-[\"message\"," + FIRST + "]").saysBytes(bytes);
        big.hears("451-[\"message-back\"," + FIRST + "]", Peer.hex(bytes));
    }

    @Test
    void garbageInBytesCloses() throws IOException {
        var random = new Random(3);
        for (int i = 0; i < 10; i++) {
            byte[] garbage = new byte[1 + random.nextInt(40)];
            for (int k = 0; k < garbage.length; k++) {
                garbage[k] = (byte) (33 + random.nextInt(94)); // text, but no packet that is legal
            }
            garbage[0] = 'a';
            Peer bad = server.joined(carrier);
            bad.says("4" + new String(garbage, US_ASCII));
            bad.hears(Peer.END);
        }
    }
}
