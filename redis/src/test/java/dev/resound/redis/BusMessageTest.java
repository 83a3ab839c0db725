package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Envelope;
import dev.resound.core.TopicName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What crosses the bus, and what only looks like it. */
class BusMessageTest {
    private static final TopicName TOPIC = new TopicName("app/7", "chat é");

    private static byte[] whole() {
        byte[] data = "{\"a\":[1,2,3]}".getBytes(UTF_8);
        var envelope = new Envelope(TOPIC, "said", Envelope.Kind.JSON, data, "\"ann\"");
        return BusMessage.encode("node", 42, envelope, "1.2");
    }

    @ParameterizedTest
    @EnumSource(Envelope.Kind.class)
    void itComesOutAsItWentIn(Envelope.Kind kind) {
        byte[] data = {1, 2, 3, (byte) 0xff};
        for (String optional : new String[] {null, "\"ann\""}) {
            var envelope = new Envelope(TOPIC, "said", kind, data, optional);
            byte[] bytes = BusMessage.encode("node", Long.MAX_VALUE, envelope, optional);
            BusMessage back = Objects.requireNonNull(BusMessage.decode(bytes));
            assertThat(back.node()).isEqualTo("node");
            assertThat(back.sequence()).isEqualTo(Long.MAX_VALUE);
            assertThat(back.except()).isEqualTo(optional);
            assertThat(back.envelope()).usingRecursiveComparison().isEqualTo(envelope);
        }
    }

    @Test
    void theNodesOwnAreKnownByTheirHead() {
        List<String> heard = new ArrayList<>();
        Inbox.Listener ears =
                Inbox.allBut(BusMessage.head("node"), (channel, message) -> heard.add(channel));
        assertThat(ears.wants(whole())).isFalse();
        assertThat(ears.wants(Arrays.copyOf(whole(), 3))).isTrue();
        var envelope = new Envelope(TOPIC, "said", Envelope.Kind.TEXT, new byte[0], null);
        assertThat(ears.wants(BusMessage.encode("nodf", 42, envelope, null))).isTrue();
        ears.onMessage("passed on", whole());
        assertThat(heard).containsExactly("passed on");
    }

    @Test
    void whatIsCutOffIsNone() {
        byte[] whole = whole();
        for (int length = 0; length < whole.length; length++) {
            assertThat(BusMessage.decode(Arrays.copyOf(whole, length))).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatIsDamagedHarmsNobody(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = whole();
            for (int n = random.nextInt(4); n >= 0; n--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            BusMessage read = BusMessage.decode(damaged);
            assertThat(read == null || read.envelope().data().length <= damaged.length).isTrue();
        }
    }

    @Test
    void aClaimIsNoMoreThanAClaim() {
        // An array of ten whose name claims four gigabytes.
        byte[] claim = {(byte) 0x9a, 1, (byte) 0xdb, (byte) 0xff, (byte) 0xff, (byte) 0xff, -1};
        assertThat(BusMessage.decode(claim)).isNull();
    }

    @Test
    void aLaterVersionIsPassedOver() {
        byte[] later = whole();
        later[1] = 2;
        assertThat(BusMessage.decode(later)).isNull();
    }
}
