package dev.resound.server;

import dev.resound.pusher.App;
import dev.resound.pusher.AppEvent;
import dev.resound.pusher.PusherObserver;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Prints what happens, one line each. Event loops only put lines into a queue; a thread of its own
 * makes them readable and prints them. When a slow terminal lets the queue fill up, lines are
 * dropped, and how many is printed. <b>Thread:</b> any.
 */
final class DebugOutput implements PusherObserver, AutoCloseable {
    private static final Set<Class<? extends AppEvent>> SHOWN =
            Set.of(
                    AppEvent.ConnectionOpened.class,
                    AppEvent.ConnectionClosed.class,
                    AppEvent.ConnectionPruned.class,
                    AppEvent.MessageReceived.class,
                    AppEvent.MessageSent.class,
                    AppEvent.Broadcast.class);
    private static final int MAX_LINES = 8_192;
    private static final long MAX_CHARS = 8L << 20;
    private static final int LINES_AT_ONCE = 256;
    private static final long LAST_WORDS_MILLIS = 1_000;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private final PrintStream out;
    private final BlockingQueue<Line> queue = new ArrayBlockingQueue<>(MAX_LINES);
    private final AtomicLong queuedChars = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Thread printer;

    /**
     * A line that is still to be written.
     *
     * @param chars what it holds on to until then
     */
    private record Line(Instant time, int chars, Supplier<String> text) {}

    private DebugOutput(PrintStream out) {
        this.out = out;
        this.printer = Thread.ofPlatform().name("resound-debug").daemon().unstarted(this::printAll);
    }

    static DebugOutput to(PrintStream out) {
        DebugOutput output = new DebugOutput(out);
        output.printer.start();
        return output;
    }

    @Override
    public boolean wants(Class<? extends AppEvent> kind) {
        return SHOWN.contains(kind);
    }

    @Override
    public void on(AppEvent event) {
        switch (event) {
            case AppEvent.ConnectionOpened(App app, String socketId) ->
                    put(0, () -> "open     " + socketId + "  app " + app.id());
            case AppEvent.ConnectionClosed(App app, String socketId, int code) ->
                    put(0, () -> "close    " + socketId + "  app " + app.id() + "  code " + code);
            case AppEvent.ConnectionPruned(App app, String socketId) ->
                    put(0, () -> "pruned   " + socketId + "  app " + app.id());
            case AppEvent.MessageReceived(App app, String socketId, String message) ->
                    put(message.length(), () -> line("in       ", socketId, message, app));
            case AppEvent.MessageSent(App app, String socketId, String message) ->
                    put(message.length(), () -> line("out      ", socketId, message, app));
            case AppEvent.Broadcast(App app, String channel, String name, String data, int to) ->
                    put(
                            data.length(),
                            () ->
                                    "publish  app "
                                            + app.id()
                                            + "  to "
                                            + to
                                            + "  "
                                            + ReadableMessage.of(
                                                    name, channel, data, app.secret()));
            default -> {}
        }
    }

    private static String line(String title, String socketId, String message, App app) {
        return title + socketId + "  " + ReadableMessage.of(message, app.secret());
    }

    private void put(int chars, Supplier<String> text) {
        if (queuedChars.get() + chars > MAX_CHARS
                || !queue.offer(new Line(Instant.now(), chars, text))) {
            dropped.incrementAndGet();
            return;
        }
        queuedChars.addAndGet(chars);
    }

    private void printAll() {
        List<Line> lines = new ArrayList<>(LINES_AT_ONCE);
        try {
            while (true) {
                lines.add(queue.take());
                queue.drainTo(lines, LINES_AT_ONCE - 1);
                print(lines);
                lines.clear();
            }
        } catch (InterruptedException closing) {
            queue.drainTo(lines);
            print(lines);
        }
    }

    private void print(List<Line> lines) {
        StringBuilder text = new StringBuilder();
        for (Line line : lines) {
            queuedChars.addAndGet(-line.chars());
            TIME.formatTo(line.time(), text);
            text.append(' ').append(line.text().get()).append('\n');
        }
        long lost = dropped.getAndSet(0);
        if (lost > 0) {
            text.append("(").append(lost).append(" lines dropped: they came too fast)\n");
        }
        out.print(text);
        out.flush();
    }

    /** Prints what is left, unless that takes long. */
    @Override
    public void close() {
        printer.interrupt();
        try {
            printer.join(LAST_WORDS_MILLIS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
