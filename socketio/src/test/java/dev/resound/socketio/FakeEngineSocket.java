package dev.resound.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.resound.core.Connection;
import dev.resound.core.Frame;
import dev.resound.core.Loop;
import dev.resound.core.http.Header;
import dev.resound.core.http.HttpRequest;
import dev.resound.engineio.BinaryForm;
import dev.resound.engineio.CloseReason;
import dev.resound.engineio.EngineRequest;
import dev.resound.engineio.EngineSession;
import dev.resound.engineio.EngineSocket;
import dev.resound.engineio.Transport;
import dev.resound.testkit.FakeConnection;
import dev.resound.testkit.FakeLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An Engine.IO session without a transport. The test plays the client: what it {@link #says} begins
 * with the digit of a message, as on the wire.
 */
final class FakeEngineSocket implements EngineSocket {
    private final FakeLoop loop;
    private final int revision;
    private final EngineRequest request;
    private final List<String> heard = new ArrayList<>();
    private Transport transport;
    private FakeConnection connection;
    private int taken;
    private @Nullable EngineSession session;
    private boolean closesAtOnce = true;
    private boolean closed;
    private boolean closing;
    private int sentAndUnwritten = -1;

    FakeEngineSocket(FakeLoop loop, int revision, Transport transport, EngineRequest request) {
        this.loop = loop;
        this.revision = revision;
        this.transport = transport;
        this.request = request;
        this.connection = new FakeConnection(loop);
    }

    static EngineRequest request(String url, @Nullable Object attachment, Header... headers) {
        return new EngineRequest(
                url,
                List.of(headers),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 4_711),
                false,
                attachment);
    }

    FakeEngineSocket open(SocketIo<?> io) {
        loop.run(() -> session = io.accept(this));
        return this;
    }

    // ---- the client

    /** Sends text messages, which begin with a {@code 4}. */
    FakeEngineSocket says(String... messages) {
        for (String message : messages) {
            if (message.charAt(0) != '4') {
                throw new IllegalArgumentException("no Engine.IO message: " + message);
            }
            byte[] packet = message.substring(1).getBytes(UTF_8);
            inRubbish(packet, (buffer, offset) -> session().onText(buffer, offset, packet.length));
        }
        return this;
    }

    FakeEngineSocket says(byte[] attachment) {
        inRubbish(
                attachment,
                (buffer, offset) -> session().onBinary(buffer, offset, attachment.length));
        return this;
    }

    private interface Receiver {
        void receive(byte[] buffer, int offset);
    }

    /** Buffers belong to the transport: what keeps them finds rubbish. */
    private void inRubbish(byte[] payload, Receiver receiver) {
        loop.run(() -> {
            if (closed) {
                return;
            }
            byte[] buffer = new byte[payload.length + 5];
            Arrays.fill(buffer, (byte) '[');
            System.arraycopy(payload, 0, buffer, 2, payload.length);
            receiver.receive(buffer, 2);
            Arrays.fill(buffer, (byte) '!');
        });
    }

    /** What was sent since the last call; binary as {@code <010203>}. */
    List<String> hears() {
        List<Frame> frames = connection.frames();
        for (Frame frame : frames.subList(taken, frames.size())) {
            heard.add(
                    frame.binary()
                            ? "<" + java.util.HexFormat.of().formatHex(frame.payload()) + ">"
                            : new String(frame.payload(), UTF_8));
        }
        taken = frames.size();
        List<String> all = List.copyOf(heard);
        heard.clear();
        return all;
    }

    /** The connection ends, for this reason. */
    void ends(CloseReason reason) {
        loop.run(() -> end(reason));
    }

    void upgrades() {
        loop.run(() -> {
            List<String> before = hears();
            heard.addAll(before);
            connection = new FakeConnection(loop);
            taken = 0;
            transport = Transport.WEBSOCKET;
            session().onUpgraded();
        });
    }

    // ---- the network

    /** From here on the transport needs time to close. */
    FakeEngineSocket closesSlowly() {
        closesAtOnce = false;
        return this;
    }

    /** From here on what is sent stays in a buffer until {@link #writes}. */
    void stops() {
        sentAndUnwritten = connection.frames().size();
    }

    void writes() {
        sentAndUnwritten = connection.frames().size();
    }

    boolean isReading() {
        return connection.isReading();
    }

    boolean isClosed() {
        return closed || closing;
    }

    FakeConnection connectionNow() {
        return connection;
    }

    // ---- the session's side

    @Override
    public String id() {
        return "engineSid00000000001";
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public EngineRequest request() {
        return request;
    }

    @Override
    public int revision() {
        return revision;
    }

    @Override
    public Transport transport() {
        return transport;
    }

    @Override
    public Connection connection() {
        require();
        return connection;
    }

    @Override
    public BinaryForm binaryForm() {
        require();
        return BinaryForm.RAW;
    }

    @Override
    public boolean isOpen() {
        return !closed && !closing;
    }

    @Override
    public @Nullable HttpRequest currentPost() {
        return null;
    }

    @Override
    public boolean isWritable() {
        require();
        return sentAndUnwritten < 0 || connection.frames().size() == sentAndUnwritten;
    }

    @Override
    public boolean close() {
        require();
        if (closesAtOnce) {
            end(CloseReason.FORCED_CLOSE);
        } else if (!closing) {
            closing = true;
            loop.execute(() -> end(CloseReason.FORCED_CLOSE));
        }
        return closed;
    }

    @Override
    public void closeNow() {
        require();
        end(CloseReason.FORCED_CLOSE);
    }

    private void end(CloseReason reason) {
        if (!closed) {
            closed = true;
            session().onClosed(reason, null);
        }
    }

    private void require() {
        if (!loop.isCurrent()) {
            throw new AssertionError("off the loop");
        }
    }

    private EngineSession session() {
        return Objects.requireNonNull(session, "open first");
    }
}
