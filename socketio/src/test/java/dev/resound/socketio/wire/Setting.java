package dev.resound.socketio.wire;

import dev.resound.socketio.Handlers;
import dev.resound.socketio.SocketIoBuilder;
import java.io.IOException;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What carries the clients, and where the application's callbacks run. */
enum Setting {
    WEBSOCKET(Carrier.WEBSOCKET, Handlers.VIRTUAL_THREADS),
    POLLING(Carrier.POLLING, Handlers.VIRTUAL_THREADS),
    UPGRADED(Carrier.UPGRADED, Handlers.VIRTUAL_THREADS),
    UPGRADING(Carrier.UPGRADING, Handlers.VIRTUAL_THREADS),
    WEBSOCKET_ON_LOOP(Carrier.WEBSOCKET, Handlers.ON_LOOP),
    POLLING_ON_LOOP(Carrier.POLLING, Handlers.ON_LOOP),
    UPGRADING_ON_LOOP(Carrier.UPGRADING, Handlers.ON_LOOP);

    final Carrier carrier;
    final Handlers handlers;

    Setting(Carrier carrier, Handlers handlers) {
        this.carrier = carrier;
        this.handlers = handlers;
    }

    LiveServer server() throws IOException {
        return server(builder -> builder);
    }

    LiveServer server(UnaryOperator<SocketIoBuilder<Map<String, Object>>> settings)
            throws IOException {
        return LiveServer.start(builder -> settings.apply(builder.handlers(handlers)));
    }
}
