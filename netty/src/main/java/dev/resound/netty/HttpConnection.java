package dev.resound.netty;

import dev.resound.core.Upgrade;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection until it is upgraded: requests in, responses out, one after the other in the order
 * of the requests. While a request is being answered nothing more is read, so that a peer cannot
 * pile up work. <b>Thread:</b> its loop.
 */
final class HttpConnection extends Timed {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    private static final long LINGER_MILLIS = 2_000;
    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Port port;
    private final NettyLoop loop;
    private final RequestParser parser;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf unread;
    private Phase phase = Phase.HEAD;
    private boolean unflushed;

    private enum Phase {
        /** Between requests; nothing of the next one has arrived. */
        IDLE,
        HEAD,
        BODY,
        /** A request is being answered. */
        ANSWERING,
        /** The last response is out; input is thrown away until the peer closes. */
        LINGERING,
        /** A WebSocket has taken over. */
        UPGRADED
    }

    HttpConnection(Port port, NettyLoop loop) {
        this.port = port;
        this.loop = loop;
        this.parser = new RequestParser(port.limits().http());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
        loop.deadlines.add(this);
        enter(Phase.HEAD);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (phase == Phase.LINGERING) {
            bytes.release();
            return;
        }
        ByteBuf old = unread;
        if (old != null) {
            old.writeBytes(bytes);
            bytes.release();
        } else {
            unread = bytes;
        }
        parseOn();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        flush();
    }

    /** Parses and answers until there is nothing whole to parse, or an answer takes its time. */
    private void parseOn() {
        while (unread != null && phase != Phase.ANSWERING && phase != Phase.LINGERING) {
            ByteBuf input = unread;
            if (!input.isReadable()) {
                input.release();
                unread = null;
                return;
            }
            switch (parser.parse(input)) {
                case RequestParser.NeedMore() -> {
                    Phase now =
                            switch (parser.phase()) {
                                case IDLE -> phase;
                                case HEAD -> Phase.HEAD;
                                case BODY -> Phase.BODY;
                            };
                    if (phase != now) {
                        enter(now);
                    }
                    keepRest();
                    return;
                }
                case RequestParser.ContinueWanted() -> write(Unpooled.wrappedBuffer(CONTINUE));
                case RequestParser.Failed(int status, String text) ->
                        respond(HttpResponse.text(status, text).closing(), false, true);
                case RequestParser.Complete(RequestHead head, byte[] body) -> answer(head, body);
            }
        }
        keepRest();
    }

    /** What is left over is copied out of the read buffer, which may be large. */
    private void keepRest() {
        ByteBuf rest = unread;
        if (rest == null) {
            return;
        }
        unread = rest.isReadable() ? Unpooled.buffer(rest.readableBytes()).writeBytes(rest) : null;
        rest.release();
    }

    // ---- answering

    private void answer(RequestHead head, byte[] body) {
        enter(Phase.ANSWERING);
        if (port.isOverLimit()) {
            respond(HttpResponse.text(503, "Too many connections.").closing(), false, true);
            return;
        }
        Router router = port.router();
        boolean headOnly = head.method().equals("HEAD");
        if (asksForUpgrade(head)) {
            var endpoint = router.findEndpoint(head.path());
            if (endpoint != null) {
                upgrade(request(head, body, endpoint.parameters()), head, endpoint);
                return;
            }
        }
        switch (router.find(head.method(), head.path())) {
            case Router.Target.ToRoute(var route, var parameters) -> {
                HttpRequest request = request(head, body, parameters);
                whenDone(
                        () -> route.handler().handle(request),
                        (response, failure) ->
                                respond(
                                        response != null ? response : oops(request, failure),
                                        headOnly,
                                        !head.keepAlive()));
            }
            case Router.Target.ToEndpoint to ->
                    respond(
                            HttpResponse.text(
                                            426,
                                            "This path speaks WebSocket. If the client sent an Upgrade header, a"
                                                    + " proxy in between has dropped it.")
                                    .with("Upgrade", "websocket"),
                            headOnly,
                            !head.keepAlive());
            case Router.Target.WrongMethod(String allow) ->
                    respond(
                            HttpResponse.text(405, "Method not allowed.").with("Allow", allow),
                            headOnly,
                            !head.keepAlive());
            case Router.Target.Nowhere() ->
                    respond(HttpResponse.text(404, "Not found."), headOnly, !head.keepAlive());
        }
    }

    /** Also when it asks badly: then it is told what is wrong with its handshake. */
    private static boolean asksForUpgrade(RequestHead head) {
        return head.headers().stream().anyMatch(header -> header.name().equals("upgrade"));
    }

    private HttpRequest request(RequestHead head, byte[] body, Map<String, String> parameters) {
        return new HttpRequest(
                head.method(),
                head.path(),
                port.router().prefix(),
                head.query(),
                parameters,
                head.headers(),
                body,
                (InetSocketAddress) context().channel().remoteAddress(),
                context().pipeline().get(SslHandler.class) != null);
    }

    private static HttpResponse oops(HttpRequest request, @Nullable Throwable failure) {
        LOG.error("The handler of {} failed", request, failure);
        return HttpResponse.text(500, "Internal server error.");
    }

    /** Calls back on the loop, at once if the stage is complete already. */
    private <T> void whenDone(
            Supplier<CompletionStage<T>> call, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        CompletionStage<T> stage;
        try {
            stage = call.get();
        } catch (RuntimeException | AssertionError bug) {
            then.accept(null, bug);
            return;
        }
        stage.whenComplete((value, failure) -> {
            if (loop.isCurrent()) {
                then.accept(value, failure);
            } else {
                loop.execute(() -> {
                    then.accept(value, failure);
                    parseOn();
                    flush();
                });
            }
        });
    }

    private void respond(HttpResponse response, boolean headOnly, boolean closeAfter) {
        if (!context().channel().isActive()) {
            return;
        }
        boolean close = closeAfter || response.close() || port.isStopping();
        write(ResponseWriter.write(context().alloc(), response, headOnly, close));
        if (close) {
            linger();
        } else {
            enter(Phase.IDLE);
        }
    }

    /**
     * Closing at once with unread input would reset the connection and could destroy the response
     * on its way.
     */
    private void linger() {
        enter(Phase.LINGERING);
        releaseUnread();
        ChannelFuture written = context().writeAndFlush(Unpooled.EMPTY_BUFFER);
        if (context().channel() instanceof DuplexChannel duplex
                && context().pipeline().get(SslHandler.class) == null) {
            written.addListener(done -> duplex.shutdownOutput());
        } else {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void write(ByteBuf bytes) {
        context().write(bytes, context().voidPromise());
        unflushed = true;
    }

    private void flush() {
        if (unflushed) {
            unflushed = false;
            context().flush();
        }
    }

    // ---- upgrading

    private void upgrade(
            HttpRequest handshake, RequestHead head, Router.Target.ToEndpoint endpoint) {
        boolean closeAfter = !head.keepAlive();
        HttpResponse refusal = WebSocketHandshake.check(handshake, head.minorVersion());
        if (refusal != null) {
            respond(refusal, false, closeAfter);
            return;
        }
        if (port.isStopping()) {
            respond(
                    HttpResponse.text(503, "Server is shutting down.").with("Retry-After", "1"),
                    false,
                    true);
            return;
        }
        whenDone(
                () -> endpoint.endpoint().upgrader().upgrade(handshake),
                (upgrade, failure) -> {
                    if (upgrade == null) {
                        respond(oops(handshake, failure), false, closeAfter);
                        return;
                    }
                    switch (upgrade) {
                        case Upgrade.Reject(HttpResponse response) ->
                                respond(response, false, closeAfter);
                        case Upgrade.Accept accept -> becomeWebSocket(handshake, accept);
                    }
                });
    }

    private void becomeWebSocket(HttpRequest handshake, Upgrade.Accept accept) {
        ChannelHandlerContext context = context();
        if (!context.channel().isActive()) {
            return; // gone while the upgrade was being decided: no session, no trace
        }
        write(WebSocketHandshake.accept(context.alloc(), handshake, accept.headers()));
        flush();
        phase = Phase.UPGRADED;
        ByteBuf rest = unread;
        unread = null;
        var connection = new ChannelConnection(loop, port.limits(), accept);
        context.pipeline().replace(this, null, connection);
        loop.deadlines.replace(this, connection);
        connection.opened(rest);
    }

    // ---- time and end

    private void enter(Phase next) {
        phase = next;
        Limits limits = port.limits();
        long now = loop.nowMillis();
        switch (next) {
            case IDLE -> loop.deadlines.wakeAt(this, now + limits.keepAliveTime().toMillis());
            case HEAD -> loop.deadlines.wakeAt(this, now + limits.requestHeadTime().toMillis());
            case BODY -> loop.deadlines.wakeAt(this, now + limits.requestBodyTime().toMillis());
            case LINGERING -> loop.deadlines.wakeAt(this, now + LINGER_MILLIS);
            case ANSWERING, UPGRADED -> loop.deadlines.wakeAt(this, Long.MAX_VALUE);
        }
    }

    @Override
    void onDue(long nowMillis) {
        switch (phase) {
            case HEAD, BODY -> {
                if (parser.phase() == RequestParser.Phase.IDLE) {
                    context().close(); // connected and never said a word
                } else {
                    respond(HttpResponse.text(408, "Request timeout.").closing(), false, true);
                    flush();
                }
            }
            case IDLE, LINGERING -> context().close();
            case ANSWERING, UPGRADED -> {}
        }
    }

    @Override
    void shutDown() {
        if (phase != Phase.ANSWERING) { // an answer under way is sent first, and is the last one
            context().close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        loop.deadlines.remove(this);
        releaseUnread();
        phase = Phase.LINGERING;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("Connection failed", cause); // reset by the peer, or a broken TLS handshake
        context.close();
    }

    private void releaseUnread() {
        ByteBuf rest = unread;
        if (rest != null) {
            unread = null;
            rest.release();
        }
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "used before it was added to its channel");
    }
}
