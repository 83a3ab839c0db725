package dev.resound.server;

import dev.resound.core.Hub;
import dev.resound.engineio.Cors;
import dev.resound.pusher.App;
import dev.resound.pusher.PusherProtocol;
import dev.resound.socketio.ConnectRefusedException;
import dev.resound.socketio.Handlers;
import dev.resound.socketio.Namespace;
import dev.resound.socketio.SocketIo;
import java.util.List;

/**
 * Serves the apps' channels to Socket.IO clients, in the words of Laravel Echo's {@code socket.io}
 * broadcaster: the events {@code subscribe}, {@code unsubscribe} and {@code client event} in, every
 * channel event out as (event, channel, data). The first app is served in namespace {@code /}, each
 * one in the namespace named after its key.
 *
 * <p>Such a client is a client of the app like any other: it counts, it has a Pusher socket id, and
 * the app's rights and limits are what they are ({@link ChannelSocket}). Clients of revision 3, who
 * make up their own socket ids, are told the Pusher one when they are connected.
 */
final class ChannelsOverSocketIo {
    private ChannelsOverSocketIo() {}

    static SocketIo<Boolean> serve(
            Hub hub,
            PusherProtocol pusher,
            List<App> apps,
            Configuration.SocketIoSettings settings,
            int messagesPerSecond) {
        SocketIo<Boolean> io =
                SocketIo.builder(handshake -> true) // a socket keeps nothing: ChannelSocket does
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
                                                Cors.originsPassing(origin ->
                                                                apps.stream()
                                                                        .anyMatch(app ->
                                                                                app.allowsOrigin(
                                                                                        origin)))
                                                        .credentials(true)))
                        .build();
        var authorizer =
                new ChannelAuthorizer(
                        settings.jwtSecret(), settings.authEndpoint(), settings.authTimeout());
        if (!apps.isEmpty()) {
            serve(io.root(), apps.getFirst(), pusher, authorizer);
        }
        for (App app : apps) {
            serve(io.of("/" + app.key()), app, pusher, authorizer);
        }
        return io;
    }

    private static void serve(
            Namespace<Boolean> namespace,
            App app,
            PusherProtocol pusher,
            ChannelAuthorizer authorizer) {
        namespace.use(socket -> {
            if (!app.enabled()) {
                throw new ConnectRefusedException("The app is disabled.");
            }
            if (!app.allowsOrigin(socket.handshake().headers().get("origin"))) {
                throw new ConnectRefusedException("Origin not allowed");
            }
        });
        namespace.onConnection(socket -> new ChannelSocket(socket, app, authorizer).open(pusher));
    }
}
