package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What is heard is heard one after another, whatever becomes of each. */
@Timeout(30)
class InboxTest {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger(Inbox.class);

    private final Inbox inbox = new Inbox();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @BeforeEach
    void listen() {
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        LOG.addAppender(lines);
    }

    @AfterEach
    void close() {
        LOG.detachAppender(lines);
        inbox.close();
    }

    private String next() throws InterruptedException {
        return String.valueOf(heard.poll(20, TimeUnit.SECONDS));
    }

    private static void fail(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }

    @Test
    void whateverAListenerThrowsTheNextMessageIsHeardAndTheLogSaysSo() throws Exception {
        List<Throwable> failures =
                List.of(
                        new IllegalStateException("one"),
                        new StackOverflowError("two"),
                        new OutOfMemoryError("three"),
                        new NoClassDefFoundError("four"));
        for (Throwable failure : failures) {
            inbox.put((channel, message) -> fail(failure), "news", "secret".getBytes(UTF_8));
            inbox.add(() -> heard.add(Thread.currentThread().toString()));
        }
        String thread = next();
        assertThat(thread).contains("resound-bus");
        for (int i = 1; i < failures.size(); i++) {
            assertThat(next()).isEqualTo(thread);
        }
        assertThat(lines.list)
                .extracting(line -> ((ThrowableProxy) line.getThrowableProxy()).getThrowable())
                .containsExactlyElementsOf(failures);
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsOnly("A message of another node could not be handled");
    }

    @Test
    void whatFailsTakesNoRoomFromTheRest() throws Exception {
        byte[] large = new byte[10 << 20]; // two of them have no room at once
        // One alone: the log has five lines a second for both tests.
        inbox.put((channel, message) -> fail(new StackOverflowError(channel)), "bad", large);
        inbox.put((channel, message) -> heard.add(channel), "good", large);
        assertThat(next()).isEqualTo("good");
        await().until(() -> !inbox.isFull());
    }
}
