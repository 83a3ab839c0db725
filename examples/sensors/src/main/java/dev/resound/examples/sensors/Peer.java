package dev.resound.examples.sensors;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A device or dashboard: prints the text it hears, and waits for what it should. JSON is written
 * with single quotes here, for it to be read.
 */
final class Peer implements WebSocket.Listener {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String name;
    private final WebSocket socket;
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private int samples;
    private volatile boolean reads = true;

    /** A null token is none. */
    Peer(String name, URI uri, @Nullable String token) {
        this.name = name;
        WebSocket.Builder handshake = HTTP.newWebSocketBuilder();
        if (token != null) {
            handshake.header("Authorization", "Bearer " + token);
        }
        this.socket = handshake.buildAsync(uri, this).join();
    }

    Peer say(String json) {
        socket.sendText(quoted(json), true).join();
        return this;
    }

    Peer say(byte[] samples) {
        socket.sendBinary(ByteBuffer.wrap(samples), true).join();
        return this;
    }

    /** Waits for a message with this in it; what comes before is not waited for again. */
    Peer hears(String part) throws InterruptedException {
        String next;
        do {
            next = heard.poll(10, TimeUnit.SECONDS);
            if (next == null) {
                throw new IllegalStateException(name + " has not heard " + part);
            }
        } while (!next.contains(quoted(part)));
        return this;
    }

    void stopReading() {
        reads = false;
    }

    void readOn() {
        reads = true;
        socket.request(1);
    }

    /** No goodbye, as if somebody had pulled the cable. */
    void cut() {
        socket.abort();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        text.append(part);
        if (last) {
            System.out.println(name + " hears " + text);
            heard.add(text.toString());
            text.setLength(0);
        }
        next(from);
        return null;
    }

    /** There are many of these: they are not printed. */
    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
        samples += part.remaining();
        if (last) {
            heard.add(samples + " samples");
            samples = 0;
        }
        next(from);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        System.out.println(name + " is closed: " + code + " " + reason);
        heard.add("closed " + code);
        return null;
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }

    private void next(WebSocket from) {
        if (reads) {
            from.request(1);
        }
    }
}
