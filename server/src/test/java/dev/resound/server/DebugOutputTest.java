package dev.resound.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resound.pusher.App;
import dev.resound.pusher.AppEvent;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DebugOutputTest {
    private static final App APP = App.builder("4711", "key", "0123456789abcdefghij").build();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private String text() {
        return bytes.toString(UTF_8).replaceAll("(?m)^[0-9:.]{12} ", "");
    }

    @Test
    void everyKindOfEventIsOneLine() {
        try (DebugOutput output = DebugOutput.to(new PrintStream(bytes, false, UTF_8))) {
            output.on(new AppEvent.ConnectionOpened(APP, "1.2"));
            output.on(new AppEvent.MessageReceived(APP, "1.2", "{\"event\":\"pusher:ping\"}"));
            output.on(new AppEvent.MessageSent(APP, "1.2", "{\"event\":\"pusher:pong\"}"));
            output.on(new AppEvent.Broadcast(APP, "room", "hello", "\"{\\\"a\\\":1}\"", 3));
            output.on(new AppEvent.ConnectionClosed(APP, "1.2", 1001));
        }
        assertThat(text())
                .isEqualTo(
                        """
                        open     1.2  app 4711
                        in       1.2  pusher:ping
                        out      1.2  pusher:pong
                        publish  app 4711  to 3  hello on room  {"a":1}
                        close    1.2  app 4711  code 1001
                        """);
    }

    @Test
    void linesComeWithoutWaitingForTheEnd() {
        try (DebugOutput output = DebugOutput.to(new PrintStream(bytes, false, UTF_8))) {
            output.on(new AppEvent.ConnectionOpened(APP, "1.2"));
            await().untilAsserted(() -> assertThat(text()).contains("open     1.2"));
        }
    }

    @Test
    @Timeout(20)
    void aTerminalThatStandsStillCostsLinesAndNoTime() {
        CountDownLatch stuck = new CountDownLatch(1);
        PrintStream terminal = new PrintStream(new Stuck(stuck, bytes), false, UTF_8);
        try (DebugOutput output = DebugOutput.to(terminal)) {
            for (int i = 0; i < 20_000; i++) {
                output.on(new AppEvent.ConnectionOpened(APP, "1." + i));
            }
            stuck.countDown();
            await().untilAsserted(() -> assertThat(text()).contains(" lines dropped"));
        }
        long printed = text().lines().filter(line -> line.startsWith("open")).count();
        long dropped =
                text().lines()
                        .filter(line -> line.contains("dropped"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                        .sum();
        assertThat(dropped).isPositive();
        assertThat(printed + dropped).isEqualTo(20_000);
    }

    @Test
    @Timeout(20)
    void longMessagesCountByTheirLength() {
        CountDownLatch stuck = new CountDownLatch(1);
        PrintStream terminal = new PrintStream(new Stuck(stuck, bytes), false, UTF_8);
        String message = "x".repeat(1 << 20);
        try (DebugOutput output = DebugOutput.to(terminal)) {
            for (int i = 0; i < 100; i++) {
                output.on(new AppEvent.MessageReceived(APP, "1.2", message));
            }
            stuck.countDown();
            await().untilAsserted(() -> assertThat(text()).contains(" lines dropped"));
        }
        assertThat(text().lines().filter(line -> line.startsWith("in")).count()).isLessThan(20);
    }

    /** A terminal where somebody has pressed Ctrl-S. */
    private static final class Stuck extends OutputStream {
        private final CountDownLatch until;
        private final OutputStream then;

        Stuck(CountDownLatch until, OutputStream then) {
            this.until = until;
            this.then = then;
        }

        @Override
        public void write(int b) {
            throw new AssertionError("bytes come in blocks");
        }

        @Override
        public void write(byte[] block, int offset, int length) throws java.io.IOException {
            try {
                until.await();
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
            then.write(block, offset, length);
        }
    }
}
