package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * HTTP requests over one connection at a time: kept alive and pipelined as far as the server goes
 * along, opened anew where it closes after an answer.
 *
 * <p><b>Thread:</b> the client's loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // void promises: failures come as exceptions
final class HttpConnection {

    private static final int MAX_QUOTED_BYTES = 200;

    /** What becomes of requests: each one leads to one answer or is part of one failure. */
    interface Listener {
        /**
         * An answer arrived.
         *
         * @param excerpt beginning of the body; empty with status 200
         * @param nanos since the request was handed over
         */
        void onAnswer(HttpConnection connection, int status, String excerpt, long nanos);

        void onFailure(HttpConnection connection, int requests, String why);
    }

    private record Waiting(ByteBuf request, long sinceNanos) {}

    private final ClientLoop loop;
    private final InetSocketAddress remote;
    private final Listener listener;
    private final ArrayDeque<Waiting> unanswered = new ArrayDeque<>();
    private @Nullable Wire wire;
    private boolean closed;

    HttpConnection(ClientLoop loop, InetSocketAddress remote, Listener listener) {
        this.loop = loop;
        this.remote = remote;
        this.listener = listener;
    }

    /** Takes over the request; it leaves with the next {@link #flush}, or when a read is over. */
    void send(ByteBuf request) {
        if (closed) {
            request.release();
            return;
        }
        unanswered.add(new Waiting(request, System.nanoTime()));
        Wire current = wire;
        if (current == null) {
            connect();
        } else if (!current.ending) {
            current.write(request);
        }
    }

    void flush() {
        Wire current = wire;
        if (current != null && current.channel != null) {
            current.channel.flush();
        }
    }

    void close() {
        closed = true;
        forgetUnanswered();
        Wire current = wire;
        if (current != null && current.channel != null) {
            current.channel.close();
        }
    }

    private void connect() {
        var next = new Wire();
        wire = next;
        loop.connect(remote, null, next)
                .addListener(result -> {
                    if (!result.isSuccess()) {
                        wire = null;
                        fail(String.valueOf(result.cause().getMessage()));
                    }
                });
    }

    private void fail(String why) {
        int requests = forgetUnanswered();
        if (requests > 0 && !closed) {
            listener.onFailure(this, requests, why);
        }
    }

    private int forgetUnanswered() {
        int requests = unanswered.size();
        unanswered.forEach(waiting -> waiting.request().release());
        unanswered.clear();
        return requests;
    }

    /** One TCP connection. */
    private final class Wire extends ChannelInboundHandlerAdapter implements AnswerDecoder.Sink {

        private final AnswerDecoder decoder = new AnswerDecoder(this);
        private @Nullable Channel channel;

        /**
         * The server announced that it closes: what it has not answered goes out on the next one.
         */
        private boolean ending;

        private String why = "the server closed the connection before it answered";

        void write(ByteBuf request) {
            Channel current = channel;
            if (current != null) {
                current.write(request.retainedDuplicate(), current.voidPromise());
            }
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            channel = context.channel();
            if (closed) {
                context.close();
                return;
            }
            unanswered.forEach(waiting -> write(waiting.request()));
            context.flush();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var input = (ByteBuf) message;
            try {
                decoder.decode(input);
            } finally {
                input.release();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void onAnswer(
                int status, boolean last, ByteBuf buffer, int bodyOffset, int bodyLength) {
            Waiting first = unanswered.poll();
            if (first == null) {
                onBroken("an answer nobody asked for");
                return;
            }
            first.request().release();
            Channel current = channel;
            if (last && current != null) {
                ending = true;
                current.close();
            }
            String excerpt =
                    status == 200
                            ? ""
                            : buffer.toString(
                                    bodyOffset,
                                    Math.min(bodyLength, MAX_QUOTED_BYTES),
                                    StandardCharsets.UTF_8);
            listener.onAnswer(
                    HttpConnection.this, status, excerpt, System.nanoTime() - first.sinceNanos());
        }

        @Override
        public void onBroken(String reason) {
            why = "protocol error of the server: " + reason;
            Channel current = channel;
            if (current != null) {
                current.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            decoder.release();
            wire = null;
            if (ending && !unanswered.isEmpty() && !closed) {
                connect();
            } else {
                fail(why);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            why =
                    cause instanceof IOException
                            ? String.valueOf(cause.getMessage())
                            : "bug in the bench: " + cause;
            context.close();
        }
    }
}
