package dev.resound.netty;

import dev.resound.core.Upgrade;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.Peer;
import dev.resound.core.http.Route;
import dev.resound.core.http.StreamedBody;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection until it is upgraded: requests in, responses out, one after the other in the order
 * of the requests. While a request is being answered, or the peer does not take its responses, no
 * further request is looked at, and what arrives meanwhile is read once and then no more: a peer
 * cannot pile up work. <b>Thread:</b> its loop.
 */
final class HttpConnection extends Timed implements Peer {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    private static final long LINGER_MILLIS = 2_000;
    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final HttpResponse STOPPING =
            HttpResponse.text(503, "Server is shutting down.").with("Retry-After", "1");
    private static final HttpResponse BAD_EXTENSIONS =
            HttpResponse.text(400, "Sec-WebSocket-Extensions is malformed.");
    private static final HttpResponse OOPS = HttpResponse.text(500, "Internal server error.");

    private final Port port;
    private NettyLoop loop; // of the channel: it moves at most once, to where its session lives
    private final boolean surplus;
    private final RequestParser parser;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf unread;
    private Phase phase = Phase.HEAD;
    private boolean unflushed;
    private @Nullable Runnable whenGone;
    private @Nullable OutgoingStream stream; // of the response that is being sent
    private @Nullable IntConsumer whenRefused; // while the body of a request is coming

    private enum Phase {
        /** Between requests; nothing of the next one has arrived. */
        IDLE,
        /** As {@code IDLE}, but the peer has not taken all of what it was answered. */
        SENDING,
        HEAD,
        BODY,
        /** A request is being answered. */
        ANSWERING,
        /** A response is sent piece by piece, for as long as its sender likes. */
        STREAMING,
        /** It is to be a WebSocket on another loop, and on its way there. */
        MOVING,
        /** The last response is out; input is thrown away until the peer closes. */
        LINGERING,
        /** A WebSocket has taken over. */
        UPGRADED
    }

    /**
     * Takes over a fresh connection.
     *
     * @param surplus whether it came when the port had as many as it may have
     */
    HttpConnection(Port port, NettyLoop loop, boolean surplus) {
        this.port = port;
        this.loop = loop;
        this.surplus = surplus;
        this.parser = new RequestParser(port.limits().http(), this::bodyBegins);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
        loop.deadlines.add(this);
        enter(Phase.HEAD);
        if (port.isStopping()) {
            context.close(); // accepted while the others were already told to go
        }
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
        if (unread != null && !mayParse()) {
            context.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            loop.execute(this::goOn); // not here: this may be the midst of a write of ours
        }
    }

    /** What held up the next request is over. */
    private void goOn() {
        if (phase == Phase.UPGRADED || phase == Phase.MOVING || !loop.isCurrent()) {
            return; // somebody else looks after it by now
        }
        OutgoingStream streaming = stream;
        if (streaming != null) {
            streaming.writabilityChanged();
        }
        parseOn();
        if (unread == null || mayParse()) {
            context().channel().config().setAutoRead(true);
        }
        flush();
    }

    private boolean mayParse() {
        return switch (phase) {
            case IDLE, SENDING, HEAD, BODY -> context().channel().isWritable();
            case ANSWERING, STREAMING, MOVING, LINGERING, UPGRADED -> false;
        };
    }

    /** Parses and answers until there is nothing whole to parse, or an answer takes its time. */
    private void parseOn() {
        while (unread != null && mayParse()) {
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
        if (surplus && port.isOverLimit()) {
            respond(HttpResponse.text(503, "Too many connections.").closing(), false, true);
            return;
        }
        Router router = port.router();
        if (asksForUpgrade(head)) {
            var endpoint = router.findEndpoint(head.path());
            if (endpoint != null && !isForRoute(router, head)) {
                upgrade(request(head, body, endpoint.parameters()), head, endpoint);
                return;
            }
        }
        switch (router.find(head.method(), head.path())) {
            case Router.Target.ToRoute(var route, var parameters) -> {
                whenRefused = null;
                HttpRequest request = request(head, body, parameters);
                whenDone(
                        () -> route.handler().handle(request),
                        (response, failure) ->
                                respond(
                                        response != null ? response : oops(request, failure),
                                        head));
            }
            case Router.Target.ToEndpoint to ->
                    respond(
                            HttpResponse.text(
                                            426,
                                            "This path speaks WebSocket. If the client sent an Upgrade header, a"
                                                    + " proxy in between has dropped it.")
                                    .with("Upgrade", "websocket"),
                            head);
            case Router.Target.WrongMethod(String allow) ->
                    respond(
                            HttpResponse.text(405, "Method not allowed.").with("Allow", allow),
                            head);
            case Router.Target.Nowhere() -> respond(HttpResponse.text(404, "Not found."), head);
        }
    }

    /** Also when it asks badly: then it is told what is wrong with its handshake. */
    private static boolean asksForUpgrade(RequestHead head) {
        return head.headers().stream().anyMatch(header -> header.name().equals("upgrade"));
    }

    /** Offers of other protocols (some clients add h2c to everything) may be passed over. */
    private static boolean isForRoute(Router router, RequestHead head) {
        return head.headers().stream()
                        .noneMatch(header ->
                                header.name().equals("upgrade")
                                        && WebSocketHandshake.hasToken(header.value(), "websocket"))
                && router.find(head.method(), head.path()) instanceof Router.Target.ToRoute;
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
                this);
    }

    /** Tells the handler of a request that is to come; its limit is the handler's, too. */
    private int bodyBegins(RequestHead head) {
        int portsLimit = port.limits().http().bodyBytes();
        if (!(port.router().find(head.method(), head.path())
                instanceof Router.Target.ToRoute(Route route, var parameters))) {
            return portsLimit;
        }
        HttpRequest request = request(head, new byte[0], parameters);
        whenRefused = status -> route.handler().onRefused(request, status);
        try {
            route.handler().onHead(request);
        } catch (RuntimeException | AssertionError bug) {
            LOG.error("The handler of {} failed at its head", request, bug);
        }
        return route.maxBodyBytes() == Route.PORTS_LIMIT ? portsLimit : route.maxBodyBytes();
    }

    // ---- the peer, as handlers see it

    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) context().channel().remoteAddress();
    }

    @Override
    public boolean isSecure() {
        return context().pipeline().get(SslHandler.class) != null;
    }

    @Override
    public void whenGone(Runnable callback) {
        whenGone = callback;
        if (!context().channel().isActive()) {
            tellGone();
        }
    }

    private void tellGone() {
        Runnable callback = whenGone;
        if (callback != null) {
            whenGone = null;
            callback.run();
        }
    }

    /** Whoever was shown the head of a request that got no further. */
    private void tellRefused(int status) {
        IntConsumer callback = whenRefused;
        whenRefused = null;
        if (callback != null) {
            try {
                callback.accept(status);
            } catch (RuntimeException | AssertionError bug) {
                LOG.error("A handler failed at a refused request", bug);
            }
        }
    }

    private static HttpResponse oops(HttpRequest request, @Nullable Throwable failure) {
        LOG.error("The handler of {} failed", request, failure);
        return OOPS;
    }

    /**
     * Calls back on the loop, at once if the stage is complete already. If it completes later,
     * nobody else will flush what was answered and look at what comes next.
     */
    private <T> void whenDone(
            Supplier<CompletionStage<T>> call, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        CompletionStage<T> stage;
        try {
            stage = Objects.requireNonNull(call.get(), "a handler returned null");
        } catch (RuntimeException | AssertionError bug) {
            then.accept(null, bug);
            return;
        }
        var later = new boolean[1]; // touched on the loop only
        stage.whenComplete((value, failure) -> {
            if (!loop.isCurrent()) {
                loop.execute(() -> {
                    then.accept(value, failure);
                    goOn();
                });
            } else {
                then.accept(value, failure);
                if (later[0]) {
                    loop.execute(this::goOn); // not here: whoever completed it is not done yet
                }
            }
        });
        later[0] = true;
    }

    /** Answers this request, with whatever response there is. */
    private void respond(HttpResponse response, RequestHead head) {
        StreamedBody body = response.stream();
        if (body != null) {
            respond(response, body, head);
        } else {
            respond(response, head.method().equals("HEAD"), !head.keepAlive());
        }
    }

    private void respond(HttpResponse response, StreamedBody body, RequestHead head) {
        if (!context().channel().isActive()) {
            OutgoingStream.tellGone(body);
            return;
        }
        boolean chunked = head.minorVersion() >= 1;
        boolean close = !chunked || !head.keepAlive() || response.close() || port.isStopping();
        ByteBuf bytes;
        try {
            bytes = ResponseWriter.writeHead(context().alloc(), response, chunked, close);
        } catch (IllegalArgumentException unfit) {
            LOG.error("A response cannot be written", unfit);
            OutgoingStream.tellGone(body);
            respond(OOPS, head);
            return;
        }
        whenGone = null;
        tellRefused(response.status());
        write(bytes);
        if (head.method().equals("HEAD")) {
            ended(close);
            OutgoingStream.tellGone(body);
            return;
        }
        enter(Phase.STREAMING);
        var begun =
                new OutgoingStream(
                        loop,
                        context(),
                        port.limits().backlogBytes(),
                        body,
                        chunked,
                        () -> streamEnded(close));
        stream = begun;
        begun.start();
    }

    /** Not in the midst of what its sender is doing: the next request may be answered at once. */
    private void streamEnded(boolean close) {
        stream = null;
        ended(close || port.isStopping());
        loop.execute(this::goOn);
    }

    /** The response is written. */
    private void ended(boolean close) {
        if (close) {
            linger();
        } else {
            enter(Phase.IDLE);
        }
    }

    private void respond(HttpResponse response, boolean headOnly, boolean closeAfter) {
        if (!context().channel().isActive()) {
            return; // nothing is written: whoever asked is told that the peer is gone
        }
        whenGone = null;
        tellRefused(response.status());
        boolean close = closeAfter || response.close() || port.isStopping();
        ByteBuf bytes;
        try {
            bytes = ResponseWriter.write(context().alloc(), response, headOnly, close);
        } catch (IllegalArgumentException unfit) {
            LOG.error("A response cannot be written", unfit);
            bytes = ResponseWriter.write(context().alloc(), OOPS, headOnly, close);
        }
        write(bytes);
        ended(close);
    }

    /**
     * Closing at once with unread input would reset the connection and could destroy the response
     * on its way. The peer has the time of a request body to take what was written, and then a
     * little to end its half.
     */
    private void linger() {
        enter(Phase.LINGERING);
        releaseUnread();
        Channel channel = context().channel();
        channel.config().setAutoRead(true);
        context()
                .writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(written -> {
                    if (channel instanceof DuplexChannel duplex
                            && channel.pipeline().get(SslHandler.class) == null) {
                        loop.deadlines.wakeAt(this, loop.nowMillis() + LINGER_MILLIS);
                        duplex.shutdownOutput();
                    } else {
                        channel.close();
                    }
                });
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
            respond(STOPPING, false, true);
            return;
        }
        whenDone(
                () -> endpoint.endpoint().upgrader().upgrade(handshake),
                (upgrade, failure) -> {
                    if (port.isStopping()) { // began to while this was decided
                        respond(STOPPING, false, true);
                        return;
                    }
                    if (upgrade == null) {
                        respond(oops(handshake, failure), false, closeAfter);
                        return;
                    }
                    switch (upgrade) {
                        case Upgrade.Reject(HttpResponse response) -> respond(response, head);
                        case Upgrade.Accept accept -> accept(handshake, accept, closeAfter);
                    }
                });
    }

    private void accept(HttpRequest handshake, Upgrade.Accept accept, boolean closeAfter) {
        List<ExtensionOffer> offers =
                accept.deflate() == null ? List.of() : ExtensionOffer.in(handshake);
        if (offers == null) {
            respond(BAD_EXTENSIONS, false, closeAfter);
            return;
        }
        String extension = PerMessageDeflate.answer(offers);
        if (accept.home() instanceof NettyLoop home && home != loop) {
            moveTo(home, handshake, accept, extension);
        } else {
            becomeWebSocket(handshake, accept, extension);
        }
    }

    /**
     * The session this socket is for lives on another loop: the channel moves there before it
     * becomes a WebSocket. Nothing is read and nothing is written on the way.
     */
    private void moveTo(
            NettyLoop home,
            HttpRequest handshake,
            Upgrade.Accept accept,
            @Nullable String extension) {
        Channel channel = context().channel();
        enter(Phase.MOVING);
        loop.deadlines.remove(this);
        flush();
        channel.deregister()
                .addListener(deregistered -> {
                    if (!deregistered.isSuccess()) {
                        channel.close();
                        return;
                    }
                    loop = home;
                    home.eventLoop()
                            .register(channel)
                            .addListener(registered -> {
                                if (!registered.isSuccess()) {
                                    channel.close();
                                    return;
                                }
                                home.deadlines.add(this);
                                if (port.isStopping()) { // and nobody found it on its way
                                    respond(STOPPING, false, true);
                                } else {
                                    becomeWebSocket(handshake, accept, extension);
                                }
                                goOn();
                            });
                });
    }

    private void becomeWebSocket(
            HttpRequest handshake, Upgrade.Accept accept, @Nullable String extension) {
        ChannelHandlerContext context = context();
        whenGone = null;
        if (!context.channel().isActive()) {
            loop.deadlines.remove(this);
            return; // gone while the upgrade was being decided: no session, no trace
        }
        Upgrade.Deflate agreed = extension == null ? null : accept.deflate();
        ByteBuf response;
        ChannelConnection connection;
        try {
            response =
                    WebSocketHandshake.accept(
                            context.alloc(), handshake, accept.headers(), extension);
        } catch (IllegalArgumentException unfit) {
            respond(oops(handshake, unfit), false, false);
            return;
        }
        try {
            connection = new ChannelConnection(loop, port.limits(), accept, agreed);
        } catch (RuntimeException | AssertionError bug) {
            response.release();
            respond(oops(handshake, bug), false, false);
            return;
        }
        write(response);
        flush();
        phase = Phase.UPGRADED;
        ByteBuf rest = unread;
        unread = null;
        context.channel().config().setAutoRead(true);
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
            case SENDING, BODY, LINGERING ->
                    loop.deadlines.wakeAt(this, now + limits.requestBodyTime().toMillis());
            case ANSWERING, STREAMING, MOVING, UPGRADED ->
                    loop.deadlines.wakeAt(this, Long.MAX_VALUE);
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
            case IDLE -> {
                if (hasUnsent()) {
                    enter(Phase.SENDING);
                } else {
                    context().close();
                }
            }
            case SENDING, LINGERING -> context().close();
            case ANSWERING, STREAMING, MOVING, UPGRADED -> {}
        }
    }

    private boolean hasUnsent() {
        ChannelOutboundBuffer pending = context().channel().unsafe().outboundBuffer();
        return pending != null && pending.totalPendingWriteBytes() > 0;
    }

    @Override
    void shutDown() {
        switch (phase) {
            case IDLE -> {
                if (hasUnsent()) {
                    linger();
                } else {
                    context().close();
                }
            }
            case SENDING, HEAD, BODY -> linger(); // what is written already still gets out
            case STREAMING -> Objects.requireNonNull(stream).shutDown();
            case ANSWERING,
                    MOVING,
                    LINGERING,
                    UPGRADED -> {} // the answer under way is the last one
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        loop.deadlines.remove(this);
        releaseUnread();
        phase = Phase.LINGERING;
        tellGone();
        OutgoingStream broken = stream;
        if (broken != null) {
            stream = null;
            broken.gone();
        }
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
