package dev.resound.core.socket;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Frame;
import dev.resound.core.Hub;
import dev.resound.core.Member;
import dev.resound.core.ProtocolSession;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One plain WebSocket: the application's {@link Socket} and the transport's session in one.
 * <b>Thread:</b> the {@code Socket} half any, the {@code ProtocolSession} half the loop; the call
 * queue is the only thing both touch, under its monitor.
 */
final class SocketSession<D> implements Socket<D>, ProtocolSession {
    private static final Logger LOG = LoggerFactory.getLogger(SocketSession.class);
    static final int MAX_WAITING_CALLS = 64;

    /** What other threads may have handed to the loop before it has sent any of it. */
    private static final long MAX_HANDED_OVER_BYTES = 1 << 20;

    private final SocketEndpoint<D> endpoint;
    private final D data;
    private final Connection connection;
    private final Hub hub;
    private final Map<String, Member> topics = new HashMap<>(2);
    private final ArrayDeque<Runnable> calls = new ArrayDeque<>(); // guarded by itself
    private final AtomicLong handedOverBytes = new AtomicLong();
    private boolean callsRun; // guarded by calls
    private volatile boolean open = true;
    private volatile boolean lagging;
    private volatile long backlogBytes;

    SocketSession(SocketEndpoint<D> endpoint, D data, Connection connection, Hub hub) {
        this.endpoint = endpoint;
        this.data = data;
        this.connection = connection;
        this.hub = hub;
    }

    // ---- from the transport

    @Override
    public void onOpen() {
        call(() -> endpoint.open.accept(this));
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) {
        String message = new String(buffer, offset, length, StandardCharsets.UTF_8);
        call(() -> endpoint.text.accept(this, message));
    }

    @Override
    public void onBinary(byte[] buffer, int offset, int length) {
        byte[] message = Arrays.copyOfRange(buffer, offset, offset + length);
        call(() -> endpoint.binary.accept(this, message));
    }

    @Override
    public void onDrained() {
        lagging = false;
        backlogBytes = 0;
        call(() -> endpoint.drain.accept(this));
    }

    @Override
    public Close closeFor(Close.Cause cause) {
        return switch (cause) {
            case OVERFLOW -> new Close(1013, "Too far behind");
            case MESSAGE_TOO_BIG -> new Close(1009, "Message too big");
            case SHUTDOWN -> new Close(1001, "Server is shutting down");
        };
    }

    @Override
    public void onClosed(Close close) {
        open = false;
        topics.values().forEach(hub::leave);
        topics.clear();
        call(() -> endpoint.close.accept(this, close));
    }

    // ---- callbacks, one after the other

    private void call(Runnable callback) {
        if (endpoint.onLoop) {
            guarded(callback);
            return;
        }
        synchronized (calls) {
            calls.add(callback);
            if (calls.size() >= MAX_WAITING_CALLS) {
                connection.reading(false);
            }
            if (!callsRun) {
                callsRun = true;
                VirtualThreads.EACH.execute(this::runCalls);
            }
        }
    }

    private void runCalls() {
        while (true) {
            Runnable next;
            synchronized (calls) {
                next = calls.poll();
                if (next == null) {
                    callsRun = false;
                    return;
                }
                if (calls.size() == MAX_WAITING_CALLS / 2) {
                    connection.loop().execute(() -> connection.reading(true));
                }
            }
            guarded(next);
        }
    }

    private void guarded(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException | AssertionError failure) {
            LOG.error("A callback of a socket failed", failure);
            close(new Close(1011, ""));
        }
    }

    // ---- from the application

    @Override
    public D data() {
        return data;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public Backpressure send(String text) {
        return send(Frame.text(text));
    }

    @Override
    public Backpressure send(byte[] bytes) {
        return send(Frame.binary(bytes));
    }

    private Backpressure send(Frame frame) {
        if (!open) {
            return Backpressure.CLOSED;
        }
        if (connection.loop().isCurrent()) {
            sendNow(frame);
        } else {
            int weight = 64 + frame.payload().length;
            if (handedOverBytes.addAndGet(weight) > MAX_HANDED_OVER_BYTES + weight) {
                handedOverBytes.addAndGet(-weight);
                close(closeFor(Close.Cause.OVERFLOW));
                return Backpressure.CLOSED;
            }
            connection
                    .loop()
                    .execute(() -> {
                        handedOverBytes.addAndGet(-weight);
                        sendNow(frame);
                    });
            if (handedOverBytes.get() > MAX_HANDED_OVER_BYTES / 2) {
                return Backpressure.LAGGING;
            }
        }
        return lagging ? Backpressure.LAGGING : open ? Backpressure.NONE : Backpressure.CLOSED;
    }

    private void sendNow(Frame frame) {
        if (connection.send(frame) == Connection.Sent.LAGGING) {
            lagging = true;
            backlogBytes = connection.backlogBytes();
        }
    }

    @Override
    public long backlogBytes() {
        return backlogBytes + handedOverBytes.get();
    }

    @Override
    public void subscribe(String topic) {
        onLoop(() -> {
            if (!open || topics.containsKey(topic)) {
                return;
            }
            if (topics.size() == endpoint.maxTopics) {
                LOG.warn(
                        "A socket wants more than {} topics; raise maxTopics if that is right",
                        endpoint.maxTopics);
                close(new Close(1008, "Too many topics"));
                return;
            }
            topics.put(
                    topic, hub.join(SocketProtocol.topic(topic), connection, SocketProtocol.PLAIN));
        });
    }

    @Override
    public void unsubscribe(String topic) {
        onLoop(() -> {
            Member member = topics.remove(topic);
            if (member != null) {
                hub.leave(member);
            }
        });
    }

    @Override
    public boolean publish(String topic, String text) {
        return hub.publish(SocketProtocol.text(topic, text), connection);
    }

    @Override
    public boolean publish(String topic, byte[] bytes) {
        return hub.publish(SocketProtocol.binary(topic, bytes), connection);
    }

    @Override
    public void close(Close close) {
        onLoop(() -> connection.close(close));
    }

    private void onLoop(Runnable command) {
        if (connection.loop().isCurrent()) {
            command.run();
        } else {
            connection.loop().execute(command);
        }
    }
}
