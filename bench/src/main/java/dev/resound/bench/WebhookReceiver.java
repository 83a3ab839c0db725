package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the gateway asks apps to come: answers every {@code POST …/webhook} with 200 at once.
 *
 * <p><b>Thread:</b> the client's loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a request that breaks is the gateway's to notice
final class WebhookReceiver {

    private static final int MAX_REQUEST_BYTES = 64 << 10;
    private static final ByteBuf HEAD_END =
            Unpooled.unreleasableBuffer(
                    Unpooled.copiedBuffer("\r\n\r\n", StandardCharsets.US_ASCII));
    private static final String OK_BODY = "{\"status\":\"success\"}";

    private final ClientLoop loop;
    private final InetSocketAddress local;
    private final Consumer<String> bodies;
    private @Nullable Channel listening;

    /**
     * @param bodies get every webhook's body
     */
    WebhookReceiver(ClientLoop loop, InetSocketAddress local, Consumer<String> bodies) {
        this.loop = loop;
        this.local = local;
        this.bodies = bodies;
    }

    void start(Consumer<InetSocketAddress> whenListening, Consumer<CannotRunException> whenFailed) {
        var bound = loop.listen(local, Connection::new);
        bound.addListener(result -> {
            if (result.isSuccess()) {
                listening = bound.channel();
                whenListening.accept((InetSocketAddress) bound.channel().localAddress());
            } else {
                whenFailed.accept(
                        new CannotRunException(
                                "Cannot listen for webhooks at "
                                        + local
                                        + ": "
                                        + result.cause().getMessage()
                                        + ". Another --webhook-port?"));
            }
        });
    }

    void close() {
        Channel current = listening;
        if (current != null) {
            current.close();
        }
    }

    /** One connection of the gateway, with one request after the other. */
    private final class Connection extends ChannelInboundHandlerAdapter {

        private @Nullable ChannelHandlerContext context;

        private final StreamDecoder decoder =
                new StreamDecoder() {
                    @Override
                    boolean decodeOne(ByteBuf in) {
                        return readRequest(in);
                    }
                };

        @Override
        public void channelActive(ChannelHandlerContext active) {
            context = active;
        }

        @Override
        public void channelRead(ChannelHandlerContext reading, Object message) {
            var input = (ByteBuf) message;
            try {
                decoder.decode(input);
            } finally {
                input.release();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext inactive) {
            decoder.release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext broken, Throwable cause) {
            broken.close();
        }

        private boolean readRequest(ByteBuf in) {
            int headBytes = ByteBufUtil.indexOf(HEAD_END, in);
            if (headBytes < 0) {
                return refuseIf(in.readableBytes() > MAX_REQUEST_BYTES, "431 Too Long");
            }
            headBytes = headBytes - in.readerIndex() + HEAD_END.readableBytes();
            String head =
                    in.toString(in.readerIndex(), headBytes, StandardCharsets.ISO_8859_1)
                            .toLowerCase(Locale.ROOT);
            int bodyBytes = contentLength(head);
            if (bodyBytes < 0 || bodyBytes > MAX_REQUEST_BYTES) {
                return refuseIf(true, "411 Length Required");
            }
            if (in.readableBytes() < headBytes + bodyBytes) {
                return false;
            }
            String body =
                    in.toString(in.readerIndex() + headBytes, bodyBytes, StandardCharsets.UTF_8);
            in.skipBytes(headBytes + bodyBytes);
            if (head.startsWith("post ")
                    && head.substring(0, head.indexOf('\r')).contains("/webhook ")) {
                answer("200 OK", OK_BODY);
                bodies.accept(body);
            } else {
                answer("404 Not Found", "");
            }
            return true;
        }

        private boolean refuseIf(boolean refuse, String status) {
            ChannelHandlerContext current = context;
            if (refuse && current != null) {
                decoder.end();
                answer(status, "");
                current.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(ChannelFutureListener.CLOSE);
            }
            return false;
        }

        private void answer(String status, String body) {
            ChannelHandlerContext current = context;
            if (current != null) {
                String text =
                        "HTTP/1.1 "
                                + status
                                + "\r\nContent-Type: application/json\r\nContent-Length: "
                                + body.length()
                                + "\r\n\r\n"
                                + body;
                current.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
            }
        }
    }

    /** -1: none that can be used. */
    static int contentLength(String lowerCaseHead) {
        for (String line : lowerCaseHead.split("\r\n", -1)) {
            if (line.startsWith("content-length:")) {
                String number = line.substring("content-length:".length()).trim();
                return number.matches("\\d{1,6}") ? Integer.parseInt(number) : -1;
            }
        }
        return -1;
    }
}
