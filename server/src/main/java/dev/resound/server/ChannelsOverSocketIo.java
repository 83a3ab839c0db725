package dev.resound.server;

import dev.resound.core.Hub;
import dev.resound.engineio.Cors;
import dev.resound.pusher.App;
import dev.resound.pusher.PusherProtocol;
import dev.resound.socketio.ConnectRefusedException;
import dev.resound.socketio.ConnectionListener;
import dev.resound.socketio.Handlers;
import dev.resound.socketio.ParentNamespace;
import dev.resound.socketio.Socket;
import dev.resound.socketio.SocketIo;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Serves the apps' channels to Socket.IO clients, in the words of Laravel Echo's {@code socket.io}
 * broadcaster: the events {@code subscribe}, {@code unsubscribe} and {@code client event} in, every
 * channel event out as (event, channel, data). The first app of the configuration is served in
 * namespace {@code /}, each one in the namespace named after its key, which comes into being when
 * somebody asks for it.
 *
 * <p>Such a client is a client of the app like any other: it counts, it has a Pusher socket id, and
 * the app's rights and limits are what they are ({@link ChannelSocket}). Clients of revision 3, who
 * make up their own socket ids, are told the Pusher one when they are connected.
 */
final class ChannelsOverSocketIo {
    private static final String UNAVAILABLE =
            "Apps cannot be looked up right now, try again later.";

    private ChannelsOverSocketIo() {}

    static SocketIo<Optional<App>> serve(
            Hub hub,
            PusherProtocol pusher,
            ServedApps apps,
            Configuration.SocketIoSettings settings,
            int messagesPerSecond) {
        SocketIo<Optional<App>> io =
                SocketIo.builder(handshake -> Optional.<App>empty()) // until it is admitted
                        .hub(hub)
                        .handlers(Handlers.ON_LOOP)
                        .socketIds(PusherProtocol::newSocketId)
                        .engine(engine ->
                                engine.path(settings.path())
                                        .pingInterval(settings.pingInterval())
                                        .pingTimeout(settings.pingTimeout())
                                        .maxMessageBytes(settings.maxMessageBytes())
                                        .messagesPerSecond(messagesPerSecond)
                                        .allowRevision3(settings.revision3())
                                        .cors(
                                                Cors.originsPassing(apps::mayAllowOrigin)
                                                        .credentials(true)))
                        .build();
        var authorizer =
                new ChannelAuthorizer(
                        apps,
                        settings.jwtSecret(),
                        settings.authEndpoint(),
                        settings.authTimeout());
        ConnectionListener<Optional<App>> served =
                socket ->
                        new ChannelSocket(socket, socket.data().orElseThrow(), authorizer)
                                .open(pusher);
        io.root()
                .useAsync(socket -> admit(socket, CompletableFuture.completedFuture(apps.first())));
        io.root().onConnection(served);
        ParentNamespace<Optional<App>> others =
                io.of((name, handshake) ->
                        // Not while nobody can say: there are as many names as one can think of.
                        apps.byKey(name.substring(1))
                                .handle((app, failure) -> failure == null && app.isPresent()));
        others.useAsync(
                socket -> admit(socket, apps.byKey(socket.namespace().name().substring(1))));
        others.onConnection(served);
        return io;
    }

    private static CompletionStage<Boolean> admit(
            Socket<Optional<App>> socket, CompletionStage<Optional<App>> asked) {
        return asked.handle((found, failure) -> {
            String refusal = failure != null ? UNAVAILABLE : refusal(socket, found);
            if (refusal != null) {
                throw new CompletionException(new ConnectRefusedException(refusal));
            }
            socket.data(found);
            return true;
        });
    }

    private static @Nullable String refusal(Socket<Optional<App>> socket, Optional<App> found) {
        if (found.isEmpty()) {
            return "There is no such app.";
        }
        if (!found.get().enabled()) {
            return "The app is disabled.";
        }
        return found.get().allowsOrigin(socket.handshake().headers().get("origin"))
                ? null
                : "Origin not allowed";
    }
}
