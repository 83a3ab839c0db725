package dev.resound.server;

import dev.resound.pusher.App;
import dev.resound.pusher.WebhookOptions;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What the AOT cache is recorded from: one WebSocket subscribes, one publish over HTTP reaches it.
 * Spoken over plain sockets, so that the cache holds the server's classes and not those of some
 * client.
 */
final class TrainingRun {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final String CHANNEL = "training";
    private static final String EVENT = "trained";

    private final int port;
    private final App app;
    private final boolean socketIo;

    TrainingRun(int port, App app, boolean socketIo) {
        this.port = port;
        this.app = app;
        this.socketIo = socketIo;
    }

    /**
     * Where to train: on this machine, on a free port, in the clear, with the development app;
     * whatever else is configured stays.
     */
    static Configuration ground(Configuration configuration) {
        var listen = configuration.listen();
        var here = new Configuration.Listen("127.0.0.1", 0, "", null, listen.loops(), null);
        App app =
                App.builder(
                                Secrets.DEVELOPMENT_APP,
                                Secrets.DEVELOPMENT_KEY,
                                Secrets.DEVELOPMENT_SECRET)
                        .build();
        var apps = new Configuration.Apps(List.of(app), configuration.apps().dialect(), true, null);
        var now =
                new Configuration.Shutdown(
                        Duration.ZERO, Duration.ZERO, configuration.shutdown().timeout());
        return new Configuration(
                here,
                configuration.limits(),
                configuration.fallback(),
                now,
                configuration.socketIo().onStandardPath(),
                null,
                null,
                WebhookOptions.defaults(),
                apps,
                configuration.acceptTrafficPercent(),
                configuration.metrics(),
                null,
                configuration.debug(),
                configuration.notes());
    }

    /**
     * Trains.
     *
     * @throws IOException if the server does not answer as it should
     */
    void run() throws IOException {
        try (Socket webSocket = connect()) {
            DataInputStream in = new DataInputStream(webSocket.getInputStream());
            write(webSocket, handshake("/app/" + app.key() + "?protocol=7&client=training"));
            awaitLine(in, "HTTP/1.1 101");
            awaitFrame(in, "pusher:connection_established");
            writeFrame(
                    webSocket,
                    "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"" + CHANNEL + "\"}}");
            awaitFrame(in, "subscription_succeeded");
            publish();
            awaitFrame(in, EVENT);
        }
        if (socketIo) {
            subscribeOverSocketIo();
        }
    }

    private void subscribeOverSocketIo() throws IOException {
        try (Socket webSocket = connect()) {
            DataInputStream in = new DataInputStream(webSocket.getInputStream());
            write(webSocket, handshake("/socket.io/?EIO=4&transport=websocket"));
            awaitLine(in, "HTTP/1.1 101");
            awaitFrame(in, "pingInterval");
            writeFrame(webSocket, "40");
            awaitFrame(in, "sid");
            writeFrame(webSocket, "42[\"subscribe\",{\"channel\":\"" + CHANNEL + "\"}]");
            awaitFrame(in, "subscription_succeeded");
            publish();
            awaitFrame(in, EVENT);
        }
    }

    private void publish() throws IOException {
        String body =
                "{\"name\":\"" + EVENT + "\",\"channel\":\"" + CHANNEL + "\",\"data\":\"{}\"}";
        String path = "/apps/" + app.id() + "/events";
        String query =
                new RequestSigner(app.key(), app.secret())
                        .query("POST", path, body, Instant.now().getEpochSecond());
        try (Socket http = connect()) {
            write(
                    http,
                    "POST "
                            + path
                            + "?"
                            + query
                            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                            + "Connection: close\r\nContent-Length: "
                            + body.length()
                            + "\r\n\r\n"
                            + body);
            awaitLine(new DataInputStream(http.getInputStream()), "HTTP/1.1 200");
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static String handshake(String target) {
        return "GET "
                + target
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dHJhaW5pbmcgcnVuIGtleQ==\r\n\r\n";
    }

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes(text));
        out.flush();
    }

    /** A masked text frame. The mask is zero: nobody between us could be fooled. */
    private static void writeFrame(Socket socket, String text) throws IOException {
        byte[] payload = bytes(text);
        byte[] frame = new byte[6 + payload.length];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(payload, 0, frame, 6, payload.length);
        OutputStream out = socket.getOutputStream();
        out.write(frame);
        out.flush();
    }

    /** Reads a response head, which must begin so. */
    private static void awaitLine(DataInputStream in, String wanted) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        if (head.indexOf(wanted) != 0) {
            throw new IOException("expected " + wanted + ", got " + head.substring(0, 12));
        }
    }

    /** Reads text frames up to one that contains this. */
    private static void awaitFrame(DataInputStream in, String wanted) throws IOException {
        String text = "";
        while (!text.contains(wanted)) {
            if (in.readUnsignedByte() != 0x81) {
                throw new EOFException("closed before " + wanted);
            }
            int length = in.readUnsignedByte();
            byte[] payload = new byte[length == 126 ? in.readUnsignedShort() : length];
            in.readFully(payload);
            text = new String(payload, StandardCharsets.UTF_8);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
