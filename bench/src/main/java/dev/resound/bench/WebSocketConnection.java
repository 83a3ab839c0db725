package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of a WebSocket, from TCP connect to close.
 *
 * <p><b>Thread:</b> the client's loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // void promises: failures come as exceptions
final class WebSocketConnection extends ChannelInboundHandlerAdapter implements FrameDecoder.Sink {

    private static final int MAX_HEAD_BYTES = 8 << 10;

    /** Two of loopback's segments: with less the kernels would wait for each other. */
    private static final int SMALL_RECEIVE_BUFFER_BYTES = 128 << 10;

    private static final ByteBuf HEAD_END =
            Unpooled.unreleasableBuffer(
                    Unpooled.copiedBuffer("\r\n\r\n", StandardCharsets.US_ASCII));

    /** The other side of the connection, in the load. */
    interface Listener {
        void onOpen();

        /** The buffer is not the listener's to keep. */
        void onMessage(ByteBuf buffer, int offset, int length);

        /** A message of bytes; for most there is no difference. */
        default void onBinary(ByteBuf buffer, int offset, int length) {
            onMessage(buffer, offset, length);
        }

        /** Exactly once, also when it never opened, but not after our own {@code close}. */
        void onClosed(String why);
    }

    private final Handshake handshake;
    private final Listener listener;
    private final FrameDecoder decoder = new FrameDecoder(this);
    private @Nullable ByteBuf head;
    private @Nullable Channel channel;
    private boolean open;
    private boolean closed;

    WebSocketConnection(Handshake handshake, Listener listener) {
        this.handshake = handshake;
        this.listener = listener;
    }

    /** Sends and flushes; takes over the frame. A frame for a closed connection is dropped. */
    void send(ByteBuf frame) {
        Channel current = channel;
        if (closed || current == null) {
            frame.release();
        } else {
            current.writeAndFlush(frame, current.voidPromise());
        }
    }

    /** Sends with the next {@link #send} or {@link #flush}; takes over the frame. */
    void sendLater(ByteBuf frame) {
        Channel current = channel;
        if (closed || current == null) {
            frame.release();
        } else {
            current.write(frame, current.voidPromise());
        }
    }

    void flush() {
        Channel current = channel;
        if (current != null) {
            current.flush();
        }
    }

    /** Says goodbye and closes; the listener hears nothing more. */
    void close() {
        Channel current = channel;
        if (closed || current == null) {
            closed = true;
            return;
        }
        closed = true;
        current.writeAndFlush(
                        ClientFrame.frame(
                                current.alloc(), ClientFrame.CLOSE, new byte[] {0x03, (byte) 0xE8}))
                .addListener(ChannelFutureListener.CLOSE);
    }

    /** Cuts the connection by a TCP reset, without goodbye; the listener hears nothing more. */
    void reset() {
        closed = true;
        Channel current = channel;
        if (current != null) {
            current.config().setOption(ChannelOption.SO_LINGER, 0);
            current.close();
        }
    }

    /**
     * Leaves what the server sends where it is, and lets the kernel take little of it: the server's
     * buffers fill up.
     */
    void stopReading() {
        Channel current = channel;
        if (current != null) {
            current.config().setAutoRead(false);
            current.config().setOption(ChannelOption.SO_RCVBUF, SMALL_RECEIVE_BUFFER_BYTES);
        }
    }

    void readAgain() {
        Channel current = channel;
        if (current != null) {
            current.config().setAutoRead(true);
        }
    }

    /** It is of no use: ends it, and the listener hears why. */
    void fail(String why) {
        end(why);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context.channel();
        if (closed) {
            context.close();
            return;
        }
        context.writeAndFlush(handshake.request().retainedDuplicate(), context.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var input = (ByteBuf) message;
        try {
            if (closed) {
                return;
            }
            if (open) {
                decoder.decode(input);
            } else {
                readHead(input);
            }
        } finally {
            input.release();
        }
    }

    private void readHead(ByteBuf input) {
        ByteBuf known = head;
        if (known == null) {
            known = input.alloc().buffer(512);
            head = known;
        }
        known.writeBytes(input);
        int end = ByteBufUtil.indexOf(HEAD_END, known);
        if (end < 0) {
            if (known.readableBytes() > MAX_HEAD_BYTES) {
                end("the server's handshake is longer than " + MAX_HEAD_BYTES + " bytes");
            }
            return;
        }
        head = null;
        try {
            var text = known.toString(0, end, StandardCharsets.ISO_8859_1);
            known.readerIndex(end + 4);
            var refusal = handshake.refusal(text);
            if (refusal.isPresent()) {
                end(refusal.get());
                return;
            }
            open = true;
            listener.onOpen();
            decoder.decode(known);
        } finally {
            known.release();
        }
    }

    @Override
    public void onMessage(ByteBuf buffer, int offset, int length) {
        if (!closed) {
            listener.onMessage(buffer, offset, length);
        }
    }

    @Override
    public void onBinary(ByteBuf buffer, int offset, int length) {
        if (!closed) {
            listener.onBinary(buffer, offset, length);
        }
    }

    @Override
    public void onPing(ByteBuf buffer, int offset, int length) {
        Channel current = channel;
        if (current != null) {
            var payload = new byte[length];
            buffer.getBytes(offset, payload);
            send(ClientFrame.frame(current.alloc(), ClientFrame.PONG, payload));
        }
    }

    @Override
    public void onClose(int code, String reason) {
        end("closed by the server: " + code + (reason.isEmpty() ? "" : " " + reason));
    }

    @Override
    public void onBroken(String why) {
        end("protocol error of the server: " + why);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end("TCP connection closed by the server");
        decoder.release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            end(String.valueOf(cause.getMessage()));
        } else {
            end("bug in the bench: " + cause);
        }
    }

    private void end(String why) {
        ByteBuf unread = head;
        if (unread != null) {
            head = null;
            unread.release();
        }
        Channel current = channel;
        if (current != null) {
            current.close();
        }
        if (!closed) {
            closed = true;
            listener.onClosed(why);
        }
    }
}
