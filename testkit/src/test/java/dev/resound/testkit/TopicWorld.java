package dev.resound.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.resound.core.Connection;
import dev.resound.core.Envelope;
import dev.resound.core.Frame;
import dev.resound.core.Hub;
import dev.resound.core.Member;
import dev.resound.core.TopicName;
import dev.resound.core.WireFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A hub, three loops and one topic: what the tests of the core play on. */
final class TopicWorld {
    /** The payload and nothing else. */
    static final WireFormat PLAIN =
            envelope -> List.of(Frame.text(new String(envelope.data(), UTF_8)));

    static final TopicName TOPIC = new TopicName("app", "news");

    final Hub hub = new Hub();
    final FakeLoop a = new FakeLoop();
    final FakeLoop b = new FakeLoop();
    final FakeLoop c = new FakeLoop();
    final FakeLoop[] loops = {a, b, c};

    static Envelope envelope(String text) {
        return Envelope.json(TOPIC, "", text.getBytes(UTF_8));
    }

    FakeLoop loopOf(FakeConnection connection) {
        return (FakeLoop) connection.loop();
    }

    Member join(FakeConnection connection) {
        return join(connection, TOPIC, PLAIN);
    }

    Member join(FakeConnection connection, TopicName topic, WireFormat format) {
        return loopOf(connection).call(() -> hub.join(topic, connection, format));
    }

    void leave(Member member) {
        ((FakeLoop) member.connection().loop()).run(() -> hub.leave(member));
    }

    /** Publishes from a thread that is no loop's, as a bus does. */
    boolean publish(String text) {
        return hub.publish(envelope(text), null);
    }

    boolean publish(FakeLoop from, String text, @Nullable Connection except) {
        return from.call(() -> hub.publish(envelope(text), except));
    }

    void settle() {
        FakeLoop.settle(loops);
    }
}
