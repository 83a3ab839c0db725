package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.core.Bus;
import dev.resound.core.Envelope;
import dev.resound.core.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every bus does for its nodes. */
@Timeout(120)
abstract class BusContract {
    private static final TopicName TOPIC = new TopicName("app/7", "news");

    private final List<Bus> buses = new ArrayList<>();

    /** A node's bus, of the same cluster as the others, which is not connected yet. */
    abstract Bus newBus();

    /** How many nodes hear what is published, as far as the one that was made first can say. */
    abstract int nodes() throws Exception;

    /** One thing that was heard. */
    private record Heard(Envelope envelope, @Nullable String except) {

        String text() {
            return new String(envelope.data(), UTF_8);
        }
    }

    /** A node of the cluster. */
    private final class Node implements Bus.Receiver {
        final Bus bus = newBus();
        final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();

        Node() {
            buses.add(bus);
            bus.connect(this);
            await().atMost(Duration.ofSeconds(30)).until(bus::isConnected);
            await().atMost(Duration.ofSeconds(30)).until(() -> nodes() == buses.size());
        }

        @Override
        public boolean onEnvelope(Envelope envelope, @Nullable String except) {
            return heard.add(new Heard(envelope, except));
        }

        Heard next() throws InterruptedException {
            Heard next = heard.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("something is heard").isNotNull();
            return next;
        }
    }

    @AfterEach
    void closeBuses() {
        buses.forEach(Bus::close);
        buses.clear();
    }

    private static Envelope said(String text) {
        return Envelope.json(TOPIC, "e", text.getBytes(UTF_8));
    }

    @Test
    void theOthersHearAllOfItOnceInItsOrderAndTheSenderNothing() throws Exception {
        Node sender = new Node();
        Node one = new Node();
        Node two = new Node();
        int messages = 20_000;
        for (int i = 0; i < messages; i++) {
            Envelope envelope = said(Integer.toString(i));
            while (!sender.bus.offer(envelope, null)) {
                Thread.onSpinWait(); // until there is room
            }
        }
        for (Node node : List.of(one, two)) {
            for (int i = 0; i < messages; i++) {
                assertThat(node.next().text()).isEqualTo(Integer.toString(i));
            }
        }
        one.bus.offer(said("back"), null);
        assertThat(sender.next().text()).isEqualTo("back");
        assertThat(List.of(sender.heard.size(), one.heard.size())).containsOnly(0);
    }

    @Test
    void anEnvelopeArrivesAsItWas() throws Exception {
        Node sender = new Node();
        Node other = new Node();
        byte[] data = {0, 1, 2, (byte) 0xff};
        for (Envelope.Kind kind : Envelope.Kind.values()) {
            var envelope =
                    new Envelope(new TopicName("socket", "é \"x\""), "", kind, data, "\"ann\"");
            sender.bus.offer(envelope, "1.2");
            Heard heard = other.next();
            assertThat(heard.envelope()).usingRecursiveComparison().isEqualTo(envelope);
            assertThat(heard.except()).isEqualTo("1.2");
        }
        byte[] large = new byte[1 << 20];
        sender.bus.offer(new Envelope(TOPIC, "e", Envelope.Kind.BINARY, large, null), null);
        Heard heard = other.next();
        assertThat(heard.envelope().data()).isEqualTo(large);
        assertThat(heard.envelope().userId()).isNull();
        assertThat(heard.except()).isNull();
    }

    @Test
    void whoHasNoRoomIsAskedAgain() throws Exception {
        Node sender = new Node();
        var refusals = new AtomicInteger();
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Bus slow = newBus();
        buses.add(slow);
        slow.connect((envelope, except) -> {
            String text = new String(envelope.data(), UTF_8);
            if (text.equals("1") && refusals.incrementAndGet() <= 3) {
                return false;
            }
            return heard.add(text);
        });
        await().atMost(Duration.ofSeconds(30)).until(() -> nodes() == 2);
        for (int i = 0; i < 3; i++) {
            sender.bus.offer(said(Integer.toString(i)), null);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(Integer.toString(i));
        }
        assertThat(refusals).hasValue(4);
    }

    @Test
    void whoHasClosedHearsNothing() throws Exception {
        Node sender = new Node();
        Node gone = new Node();
        Node stays = new Node();
        gone.bus.close();
        await().atMost(Duration.ofSeconds(30)).until(() -> nodes() == 2);
        sender.bus.offer(said("x"), null);
        assertThat(stays.next().text()).isEqualTo("x");
        assertThat(gone.heard).isEmpty();
    }
}
