package dev.resound.netty;

import dev.resound.core.http.ResponseStream;
import dev.resound.core.http.StreamedBody;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A response that is sent piece by piece. What the kernel does not take waits in the channel's own
 * buffer; when that holds more than the port keeps back for one connection, the peer is cut off.
 * <b>Thread:</b> its loop.
 */
final class OutgoingStream implements ResponseStream {
    private static final Logger LOG = LoggerFactory.getLogger(OutgoingStream.class);
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final NettyLoop loop;
    private final ChannelHandlerContext context;
    private final int limitBytes;
    private final StreamedBody body;
    private final boolean chunked;
    private final Runnable whenEnded;
    private boolean open = true;
    private boolean lagging;
    private boolean flushAwaited;

    /**
     * Begins with the head of the response written.
     *
     * @param limitBytes what may wait for the peer
     * @param chunked otherwise pieces go out as they are
     * @param whenEnded is told that the response is whole
     */
    OutgoingStream(
            NettyLoop loop,
            ChannelHandlerContext context,
            int limitBytes,
            StreamedBody body,
            boolean chunked,
            Runnable whenEnded) {
        this.loop = loop;
        this.context = context;
        this.limitBytes = limitBytes;
        this.body = body;
        this.chunked = chunked;
        this.whenEnded = whenEnded;
    }

    void start() {
        flushLater(); // the head may be all there is for a while
        guarded(() -> body.onStart(this));
    }

    @Override
    public boolean send(byte[] piece) {
        assert loop.isCurrent() : "send off the loop";
        if (!open) {
            return false;
        }
        if (piece.length > 0) {
            if (isFull(piece)) {
                context.flush();
            }
            if (isFull(piece)) {
                open = false;
                lagging = false;
                context.close(); // whoever sends learns of it when the channel is gone
                return false;
            }
            write(piece);
            flushLater();
        }
        lagging |= !context.channel().isWritable();
        return !lagging;
    }

    /** A single piece may be as large as it likes. */
    private boolean isFull(byte[] next) {
        long waiting = backlogBytes();
        return waiting > 0 && waiting + next.length > limitBytes;
    }

    private void write(byte[] piece) {
        if (chunked) {
            ByteBuf size = context.alloc().buffer(16);
            ResponseWriter.ascii(size, Integer.toHexString(piece.length) + "\r\n");
            context.write(size, context.voidPromise());
        }
        context.write(Unpooled.wrappedBuffer(piece), context.voidPromise());
        if (chunked) {
            context.write(Unpooled.wrappedBuffer(LINE_END), context.voidPromise());
        }
    }

    private void flushLater() {
        if (!flushAwaited) {
            flushAwaited = true;
            loop.afterThisTurn(() -> {
                flushAwaited = false;
                context.flush();
            });
        }
    }

    @Override
    public long backlogBytes() {
        ChannelOutboundBuffer pending = context.channel().unsafe().outboundBuffer();
        return pending == null ? 0 : pending.totalPendingWriteBytes();
    }

    @Override
    public void end() {
        assert loop.isCurrent() : "end off the loop";
        if (open) {
            open = false;
            if (chunked) {
                context.write(Unpooled.wrappedBuffer(LAST_CHUNK), context.voidPromise());
            }
            flushLater();
            whenEnded.run();
        }
    }

    // ---- the connection's side

    void writabilityChanged() {
        if (open && lagging && context.channel().isWritable()) {
            lagging = false;
            guarded(body::onDrained);
        }
    }

    void shutDown() {
        if (open) {
            guarded(() -> body.onShutdown(this));
        }
    }

    /** The channel has ended, and the response had not. */
    void gone() {
        open = false;
        tellGone(body);
    }

    /** Also of a response that did not get as far as a stream. */
    static void tellGone(StreamedBody body) {
        try {
            body.onGone();
        } catch (RuntimeException | AssertionError bug) {
            LOG.error("The body of a response failed at its end", bug);
        }
    }

    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | AssertionError bug) {
            LOG.error("The body of a response failed", bug);
            context.close();
        }
    }
}
