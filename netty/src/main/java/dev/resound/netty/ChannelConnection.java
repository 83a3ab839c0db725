package dev.resound.netty;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Frame;
import dev.resound.core.LaneWriter;
import dev.resound.core.Loop;
import dev.resound.core.ProtocolSession;
import dev.resound.core.Upgrade;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.Socket;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A WebSocket on an ordinary Netty channel: steps one and five of a frame's path. It is the
 * channel's only handler (behind TLS, if there is TLS).
 *
 * <p><b>Writing.</b> Everything is a range of its writer's {@link Log}. While the kernel takes what
 * it is given, nothing is kept here. Once a flush leaves bytes behind the connection lags: further
 * ranges go to its {@link Backlog}, which is drained 64 KiB a turn. When the log drops some of it
 * first, the connection takes up to 64 KiB as a copy: who owes a peer little must not lose it
 * because others are sent a lot. A backlog above the limit, or overtaken by the log with more than
 * that, ends the connection.
 *
 * <p><b>Ending.</b> Every way leads into {@link #end}, once: the session is told, nothing more is
 * sent for it. What follows is between the two TCP ends: the close frame, the peer's answer, two
 * seconds at most.
 *
 * <p><b>Thread:</b> its loop.
 */
final class ChannelConnection extends Timed implements Connection, FrameDecoder.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelConnection.class);
    private static final int DRAIN_BYTES_PER_TURN = 64 << 10;
    private static final int MOST_COPIED_BYTES = 64 << 10;
    private static final long CLOSE_ANSWER_MILLIS = 2_000;
    private static final int MAX_REASON_BYTES = 123;

    /**
     * A compressed message counts once more for every so many bytes it inflates to: the network did
     * not slow its sender down, and a kilobyte can be a megabyte, which is two milliseconds of the
     * loop.
     */
    private static final int INFLATED_BYTES_PER_MESSAGE = 16 << 10;

    private static final Close FLOOD = new Close(1008, "Too many control frames");

    private final NettyLoop loop;
    private final TurnWriter writer;
    private final Limits limits;
    private final FrameDecoder decoder;
    private final InboundRate rate = new InboundRate();
    private final ProtocolSession session;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf unread;
    private @Nullable Backlog backlog;
    private long lastHeardMillis;
    private long decodingSinceMillis;
    private State state = State.OPEN;
    private @Nullable Socket socket; // where writes may go past the channel: plain TCP on epoll
    private long pendingPosition; // a range of the log that was not written anywhere yet
    private int pendingLength;
    private boolean spilled; // the channel's own buffer holds unflushed bytes of ours
    private boolean unflushed; // flushNow() will be called at the end of the turn
    private boolean readingWanted = true;
    private boolean throttled;
    private boolean decoding;
    private boolean finishing;
    private boolean answered; // our close frame, by the peer's
    private boolean peerGone;

    private enum State {
        OPEN,
        /** Our close frame is on its way, or the peer's was answered; input is thrown away. */
        CLOSING,
        CLOSED
    }

    /**
     * Makes the session, too.
     *
     * @param deflate what was agreed in the handshake; null: no compression
     */
    ChannelConnection(
            NettyLoop loop,
            Limits limits,
            Upgrade.Accept accept,
            Upgrade.@Nullable Deflate deflate) {
        this.loop = loop;
        this.writer = loop.writer(deflate);
        this.limits = limits;
        this.decoder =
                new FrameDecoder(
                        accept.maxMessageBytes(),
                        loop.scratch,
                        deflate == null ? null : loop.inflater);
        this.lastHeardMillis = loop.nowMillis();
        this.session = accept.open().apply(this);
    }

    // ---- the channel's side

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
        if (Log.ADDRESSABLE
                && context.channel() instanceof EpollSocketChannel channel
                && context.pipeline().get(SslHandler.class) == null) {
            socket = (Socket) channel.fd();
        }
    }

    /** The 101 is on its way; {@code rest} came behind the handshake. */
    void opened(@Nullable ByteBuf rest) {
        lagIfKernelIsFull(); // responses to requests before the upgrade come first
        guarded(session::onOpen);
        if (rest != null) {
            received(rest);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        received((ByteBuf) message);
    }

    private void received(ByteBuf bytes) {
        lastHeardMillis = loop.nowMillis();
        ByteBuf input = bytes;
        ByteBuf old = unread;
        if (old != null) {
            unread = null;
            input = old.writeBytes(bytes);
            bytes.release();
        }
        decode(input);
    }

    private void decode(ByteBuf input) {
        decoding = true;
        decodingSinceMillis = loop.nowMillis(); // input kept back is older, and was paid for by now
        try {
            decoder.decode(input, this);
        } catch (RuntimeException | AssertionError bug) {
            failed(bug);
        } finally {
            decoding = false;
        }
        if (input.isReadable() && !readsOn() && state == State.OPEN) {
            unread = keep(input); // reading was paused: the rest of what had been received
            // already, at most one read
        } else {
            input.release();
        }
    }

    private static ByteBuf keep(ByteBuf input) {
        ByteBuf copy = Unpooled.buffer(input.readableBytes()).writeBytes(input);
        input.release();
        return copy;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        peerGone = true;
        decodeUnread(); // said before it went; pausing it any longer would only lose it
        end(Close.LOST);
        state = State.CLOSED;
        loop.deadlines.remove(this);
        dropBacklog();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A reset or a broken TLS stream: the peer is gone, which is no event worth a line.
        LOG.debug("Connection failed", cause);
        context.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {}

    @Override
    void onDue(long nowMillis) {
        switch (state) {
            case OPEN -> guarded(() -> session.onDeadline(nowMillis));
            case CLOSING -> channel().close();
            case CLOSED -> {}
        }
    }

    @Override
    void shutDown() {
        fail(Close.Cause.SHUTDOWN);
    }

    // ---- what the decoder finds

    @Override
    public void text(byte[] buffer, int offset, int length) {
        if (state == State.OPEN) {
            spend(rate.message(decodingSinceMillis, limits.messagesPerSecond()));
            session.onText(buffer, offset, length);
        }
    }

    @Override
    public void binary(byte[] buffer, int offset, int length) {
        if (state == State.OPEN) {
            spend(rate.message(decodingSinceMillis, limits.messagesPerSecond()));
            session.onBinary(buffer, offset, length);
        }
    }

    @Override
    public void inflated(int length) {
        int more = length / INFLATED_BYTES_PER_MESSAGE;
        if (state == State.OPEN && more > 0) {
            spend(rate.messages(more, decodingSinceMillis, limits.messagesPerSecond()));
        }
    }

    @Override
    public void ping(byte[] payload) {
        if (state == State.OPEN) {
            spendControl();
            writeControl(0xA, payload);
            session.onControl();
        }
    }

    @Override
    public void pong(byte[] payload) {
        if (state == State.OPEN) {
            spendControl();
            session.onControl();
        }
    }

    private void spendControl() {
        spend(rate.control(decodingSinceMillis, limits.controlFramesPerSecond()));
        if (rate.isFlooded(decodingSinceMillis)) {
            loop.execute(() -> violation(FLOOD)); // not here: the frame at hand is answered first
        }
    }

    /**
     * The peer sends faster than it may: it is not read from for a while. Nothing is lost, TCP
     * slows it down.
     */
    private void spend(long pauseMillis) {
        if (pauseMillis > 0 && !throttled && !peerGone) {
            throttled = true;
            channel().config().setAutoRead(false);
            loop.eventLoop()
                    .schedule(
                            () -> {
                                throttled = false;
                                readAgain();
                            },
                            pauseMillis,
                            TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void closed(int code, String reason) {
        if (state != State.OPEN) {
            answered = true;
            finish(); // the answer to our own close frame, which may itself not be flushed yet
            return;
        }
        writer.beforeSend();
        end(new Close(code, reason));
        writeControl(0x8, closePayload(code, ""));
        finish();
    }

    @Override
    public void violation(Close close) {
        if (state == State.OPEN) {
            session.onViolation();
        }
        if (close.code() == 1009) {
            fail(Close.Cause.MESSAGE_TOO_BIG);
        } else {
            close(close);
        }
        if (canEndOutput()) {
            finish(); // the peer broke the rules: it owes no answer, and none would be decoded
        }
    }

    @Override
    public int mostBytes(boolean binary, int accepted) {
        return session.mostMessageBytes(binary, accepted);
    }

    @Override
    public boolean readsOn() {
        return state != State.OPEN || peerGone || (readingWanted && !throttled);
    }

    // ---- the session's side

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public LaneWriter writer() {
        return writer;
    }

    @Override
    public boolean isOpen() {
        return state == State.OPEN;
    }

    @Override
    public Sent send(Frame frame) {
        if (state != State.OPEN) {
            return Sent.CLOSED;
        }
        writer.beforeSend();
        long position = writer.append(frame);
        write(position, (int) (writer.log.end() - position), false);
        return backlog == null ? Sent.OK : Sent.LAGGING;
    }

    @Override
    public void ping() {
        if (state == State.OPEN) {
            writeControl(0x9, new byte[0]);
        }
    }

    @Override
    public void close(Close close) {
        if (state != State.OPEN) {
            return;
        }
        writer.beforeSend();
        end(close);
        writeControl(0x8, closePayload(close.code(), close.reason()));
        awaitPeer();
    }

    @Override
    public void disconnect() {
        if (state != State.OPEN) {
            return;
        }
        writer.beforeSend();
        end(Close.LOST);
        finish();
    }

    @Override
    public long lastHeardMillis() {
        return lastHeardMillis;
    }

    @Override
    public void wakeAt(long millis) {
        if (state == State.OPEN) {
            loop.deadlines.wakeAt(this, millis);
        }
    }

    @Override
    public long backlogBytes() {
        ChannelOutboundBuffer pending = channel().unsafe().outboundBuffer();
        return pendingLength
                + (backlog == null ? 0 : backlog.bytes())
                + (pending == null ? 0 : pending.totalPendingWriteBytes());
    }

    @Override
    public void reading(boolean wanted) {
        if (wanted == readingWanted || state != State.OPEN) {
            return;
        }
        readingWanted = wanted;
        if (wanted) {
            readAgain();
        } else {
            channel().config().setAutoRead(false);
        }
    }

    private void readAgain() {
        if (!readsOn() || state == State.CLOSED) {
            return;
        }
        channel().config().setAutoRead(true);
        if (unread != null && !decoding) {
            loop.execute(this::decodeUnread);
        }
    }

    private void decodeUnread() {
        ByteBuf rest = unread;
        if (rest != null && readsOn()) {
            unread = null;
            decode(rest);
        }
    }

    // ---- writing

    /** Sends a range of the log. {@code flush}: the turn is over, do not wait for its end. */
    void write(long position, int length, boolean flush) {
        if (state != State.OPEN) {
            return;
        }
        writeRange(position, length, flush);
    }

    private void writeRange(long position, int length, boolean flush) {
        Backlog lag = backlog;
        if (lag != null) {
            lag.add(position, length);
            if (lag.bytes() + lag.copiedBytes() > limits.backlogBytes()) {
                // Not here: this may be the midst of a walk over an audience, which ending a
                // session would change.
                loop.execute(() -> fail(Close.Cause.OVERFLOW));
            }
            return;
        }
        if (unflushed) {
            if (pendingLength > 0 && pendingPosition + pendingLength == position) {
                pendingLength += length;
                return;
            }
            spill();
            pendingPosition = position;
            pendingLength = length;
            return;
        }
        pendingPosition = position;
        pendingLength = length;
        if (flush) {
            flush();
        } else {
            unflushed = true;
            writer.flushLater(this);
        }
    }

    /** The turn is over. */
    void flushNow() {
        unflushed = false;
        flush();
    }

    /**
     * Hands over what is pending. A single range goes straight from the log to the socket, past the
     * pipeline and its buffers; only what the kernel does not take at once goes the long way.
     */
    private void flush() {
        Socket direct = socket;
        if (direct != null && !direct.isOpen()) {
            pendingLength =
                    0; // ended in this very turn: its descriptor may be another socket's already
            return;
        }
        if (direct != null && pendingLength > 0 && !spilled) {
            try {
                int sent = writer.log.send(direct, pendingPosition, pendingLength);
                pendingPosition += sent;
                pendingLength -= sent;
            } catch (IOException gone) {
                pendingLength = 0;
                context().close();
                return;
            }
            if (pendingLength == 0) {
                return;
            }
        }
        spill();
        spilled = false;
        context().flush();
        lagIfKernelIsFull();
    }

    private void lagIfKernelIsFull() {
        if (backlog == null && kernelIsFull()) {
            backlog = new Backlog();
            writer.lags(this);
            drainWhenWritten();
        }
    }

    /** Puts what is pending into the channel's own buffer, so that more can follow it there. */
    private void spill() {
        if (pendingLength > 0) {
            context()
                    .write(
                            writer.log.slice(pendingPosition, pendingLength),
                            context().voidPromise());
            pendingLength = 0;
            spilled = true;
        }
    }

    private boolean kernelIsFull() {
        ChannelOutboundBuffer pending = channel().unsafe().outboundBuffer();
        return pending != null && !pending.isEmpty();
    }

    private void drainWhenWritten() {
        context()
                .writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(written -> {
                    if (written.isSuccess()) {
                        loop.execute(this::drain);
                    }
                });
    }

    private void drain() {
        Backlog lag = backlog;
        if (lag == null || state == State.CLOSED) {
            return;
        }
        endIfOvertaken(lag);
        ChannelHandlerContext context = context();
        int drained = 0;
        while (drained < DRAIN_BYTES_PER_TURN && !lag.isEmpty()) {
            int length =
                    writer.log.wholeFrames(
                            lag.position(), lag.length(), DRAIN_BYTES_PER_TURN - drained);
            context.write(writer.log.slice(lag.position(), length), context.voidPromise());
            lag.advance(length);
            drained += length;
        }
        context.flush();
        if (kernelIsFull()) {
            drainWhenWritten();
        } else if (!lag.isEmpty()) {
            loop.execute(this::drain);
        } else {
            dropBacklog();
            if (finishing) {
                endStream();
            } else if (state == State.OPEN) {
                guarded(session::onDrained);
            }
        }
    }

    private void dropBacklog() {
        if (backlog != null) {
            backlog = null;
            writer.caughtUp(this);
        }
    }

    /** The log is about to drop everything before {@code start}. */
    void beforeDrop(long start) {
        Backlog lag = backlog;
        while (lag != null && !lag.isEmpty() && lag.position() < start) {
            if (!copyOldest(lag)) {
                loop.execute(this::drain); // not here: this may be the midst of a broadcast
                return;
            }
        }
    }

    /** Puts a copy of the oldest range into the channel's own buffer, where it is next anyway. */
    private boolean copyOldest(Backlog lag) {
        int length = lag.length();
        if (lag.copiedBytes() + length > MOST_COPIED_BYTES || !writer.grantCopy(length)) {
            return false;
        }
        lag.copied(length);
        ByteBuf copy = context().alloc().directBuffer(length, length);
        writer.log.copy(lag.position(), length, copy);
        context()
                .write(copy)
                .addListener(written -> {
                    lag.copied(-length);
                    writer.copyWritten(length);
                });
        lag.advance(length);
        return true;
    }

    /**
     * What is next was dropped from the log: nothing may be sent behind the gap but a close frame.
     */
    private void endIfOvertaken(Backlog lag) {
        if (!lag.isEmpty() && lag.position() < writer.log.start()) {
            lag.clear();
            fail(Close.Cause.OVERFLOW);
        }
    }

    private void writeControl(int opcode, byte[] payload) {
        writer.beforeSend();
        long position = writer.log.appendControl(opcode, payload);
        writeRange(position, payload.length + 2, false);
    }

    // ---- ending

    /** Ends the connection in the words of its protocol. */
    private void fail(Close.Cause cause) {
        if (state != State.OPEN) {
            return;
        }
        if (cause == Close.Cause.OVERFLOW && backlog != null) {
            backlog.clear(); // what is kept back will not be sent; the close frame still may
        }
        Close close;
        try {
            close = session.closeFor(cause);
        } catch (RuntimeException bug) {
            LOG.error("A session failed to name its close for {}", cause, bug);
            close = new Close(1011, "");
        }
        close(close);
    }

    private void failed(Throwable bug) {
        LOG.error("A session failed", bug);
        close(new Close(1011, ""));
    }

    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | AssertionError bug) {
            failed(bug);
        }
    }

    /** The one door: the session is told of the end, once. */
    private void end(Close close) {
        if (state != State.OPEN) {
            return;
        }
        state = State.CLOSING;
        try {
            session.onClosed(close);
        } catch (RuntimeException | AssertionError bug) {
            LOG.error("A session failed while it was closed", bug);
        }
    }

    /**
     * From here on the peer has its time to answer. A paused connection reads again: only so the
     * answer, or the end, is seen.
     */
    private void awaitPeer() {
        loop.deadlines.wakeAt(this, loop.nowMillis() + CLOSE_ANSWER_MILLIS);
        channel().config().setAutoRead(true);
        if (unread != null && !decoding) {
            loop.execute(this::decodeUnread);
        }
    }

    /** All is said: ends our half of the stream as soon as the kernel has the last byte. */
    private void finish() {
        if (finishing) {
            return;
        }
        finishing = true;
        awaitPeer();
        if (backlog == null) { // otherwise the drain gets here
            spill();
            context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> endStream());
        }
    }

    /**
     * Closing with unread input would reset the connection and could destroy the close frame on its
     * way. So the peer is sent our end, what it still sends is read and thrown away, and its own
     * end closes the channel. Only a peer that has said its own close sends nothing more, and need
     * not be waited for, unless ours is the answer it still has to take.
     */
    private void endStream() {
        if (canEndOutput() && !answered) {
            ((DuplexChannel) channel()).shutdownOutput();
        } else {
            channel().close();
        }
    }

    /** Not behind TLS, which has an end of its own. */
    private boolean canEndOutput() {
        return channel() instanceof DuplexChannel && context().pipeline().first() == this;
    }

    private static byte[] closePayload(int code, String reason) {
        if (code == Close.NO_STATUS.code()) {
            return new byte[0];
        }
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        if (text.length > MAX_REASON_BYTES) {
            int end = MAX_REASON_BYTES;
            while ((text[end] & 0xc0) == 0x80) { // not in the midst of a character
                end--;
            }
            text = Arrays.copyOf(text, end);
        }
        byte[] payload = new byte[2 + text.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, text.length);
        return payload;
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "used before it was added to its channel");
    }

    private Channel channel() {
        return context().channel();
    }
}
