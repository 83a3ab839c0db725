package dev.resound.compare;

import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.SocketConfig;
import com.corundumstudio.socketio.SocketIOServer;

/**
 * The peer the bench compares Socket.IO with on the JVM: {@code HOST} and {@code PORT} say where it
 * listens.
 */
public final class NettySocketIo {

    /** The backlog a crowd of connecting clients needs. */
    private static final int BACKLOG = 4_096;

    private NettySocketIo() {}

    public static void main(String[] arguments) {
        var server = new SocketIOServer(configuration());
        server.addEventListener(
                "echo", String.class, (client, value, answer) -> answer.sendAckData(value));
        server.addEventListener(
                "join",
                String.class,
                (client, room, answer) -> {
                    client.joinRoom(room);
                    answer.sendAckData();
                });
        server.addMultiTypeEventListener(
                "pub",
                (client, values, answer) ->
                        server.getRoomOperations(values.<String>first())
                                .sendEvent("msg", values.<String>second()),
                String.class,
                String.class);
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
    }

    private static Configuration configuration() {
        var socket = new SocketConfig();
        socket.setAcceptBackLog(BACKLOG);
        socket.setReuseAddress(true);
        var configuration = new Configuration();
        configuration.setHostname(System.getenv().getOrDefault("HOST", "127.0.0.1"));
        configuration.setPort(Integer.parseInt(System.getenv().getOrDefault("PORT", "3000")));
        configuration.setSocketConfig(socket);
        // Pinned to a core, the default of two threads for each would only make them wait.
        configuration.setWorkerThreads(Runtime.getRuntime().availableProcessors());
        configuration.setUseLinuxNativeEpoll(true);
        // Our client offers no compression, but the handler would be in every pipeline.
        configuration.setWebsocketCompression(false);
        configuration.setRandomSession(true);
        return configuration;
    }
}
