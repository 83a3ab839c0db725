package dev.resound.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * As much of a gateway of device sessions as the bench needs. It believes every token, shares no
 * code with the bench, and misbehaves on request.
 *
 * <p><b>Thread:</b> all state belongs to its one loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a connection that breaks is the bench's to notice
final class StandInGateway implements AutoCloseable {

    /** What goes wrong; with messages at the first app's fifth of the first session. */
    enum Mischief {
        NONE,
        LOSE,
        DOUBLE,
        /** The fifth arrives after the sixth. */
        SWAP,
        /** Who comes back is asked to come, too. */
        RESURRECT,
        /** Apps are refused. */
        REFUSE_APPS,
        /** Subscriptions are forgotten when an app comes back. */
        FORGET
    }

    private static final int FIFTH = 5;
    private static final Pattern STRING = Pattern.compile("\"(\\w+)\":\"([^\"]*)\"");

    private final Mischief mischief;
    private final int webhookPort;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel listener;
    private final Map<String, List<Connection>> appsByUser = new HashMap<>();
    private @Nullable String firstUser;
    private int delivered;
    private int joined;

    StandInGateway(Mischief mischief) {
        this.mischief = mischief;
        this.webhookPort = freePort();
        this.listener =
                new ServerBootstrap()
                        .group(group)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        channel.pipeline().addLast(new Connection());
                                    }
                                })
                        .bind("127.0.0.1", 0)
                        .syncUninterruptibly()
                        .channel();
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Where it sends webhooks. */
    int webhookPort() {
        return webhookPort;
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        http.close();
    }

    private void askToCome(String user, String packageName) {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + webhookPort + "/webhook"))
                        .POST(
                                BodyPublishers.ofString(
                                        "{\"type\":\"session_request\",\"sessionId\":\""
                                                + user
                                                + "-"
                                                + packageName
                                                + "\",\"userId\":\""
                                                + user
                                                + "\"}"))
                        .build();
        http.sendAsync(request, BodyHandlers.discarding());
    }

    private static Map<String, String> strings(String json) {
        var strings = new HashMap<String, String>();
        Matcher each = STRING.matcher(json);
        while (each.find()) {
            strings.putIfAbsent(each.group(1), each.group(2));
        }
        return strings;
    }

    /** The claims of a token nobody checks. */
    private static Map<String, String> claims(String token) {
        byte[] json = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
        return strings(new String(json, StandardCharsets.UTF_8));
    }

    private final class Connection extends ChannelInboundHandlerAdapter {

        private final ByteBuf input = Unpooled.buffer();
        private @Nullable ChannelHandlerContext context;
        private boolean webSocket;
        private boolean device;
        private String user = "";
        private String packageName = "";
        private String stream = "";
        private byte @Nullable [] heldBack;

        @Override
        public void channelActive(ChannelHandlerContext active) {
            context = active;
        }

        @Override
        public void channelInactive(ChannelHandlerContext inactive) {
            appsByUser.values().forEach(apps -> apps.remove(this));
            input.release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext broken, Throwable cause) {
            broken.close();
        }

        @Override
        public void channelRead(ChannelHandlerContext ignored, Object message) {
            var bytes = (ByteBuf) message;
            input.writeBytes(bytes);
            bytes.release();
            while (webSocket ? readFrame() : readHead()) {
                input.discardReadBytes();
            }
        }

        private boolean readHead() {
            String all = input.toString(StandardCharsets.ISO_8859_1);
            int end = all.indexOf("\r\n\r\n");
            if (end < 0) {
                return false;
            }
            input.skipBytes(end + 4);
            String path = all.split(" ", -1)[1];
            if (path.startsWith("/glasses-ws?token=")) {
                upgrade(all);
                device = true;
                user = claims(path.substring(path.indexOf('=') + 1)).getOrDefault("email", "");
                firstUser = firstUser == null ? user : firstUser;
                sendText("{\"type\":\"connection_ack\",\"sessionId\":\"" + user + "\"}");
            } else if (path.equals("/app-ws")) {
                upgrade(all);
                user = header(all, "x-user-id");
                packageName =
                        claims(header(all, "Authorization").substring("Bearer ".length()))
                                .getOrDefault("packageName", "");
                join();
            } else {
                write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
            }
            return true;
        }

        private static String header(String head, String name) {
            int at = head.indexOf("\r\n" + name + ": ");
            return at < 0
                    ? ""
                    : head.substring(at + name.length() + 4, head.indexOf("\r\n", at + 2));
        }

        private void upgrade(String head) {
            webSocket = true;
            String key = header(head, "Sec-WebSocket-Key");
            try {
                byte[] proof =
                        MessageDigest.getInstance("SHA-1")
                                .digest(
                                        (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                                .getBytes(StandardCharsets.US_ASCII));
                write(
                        ascii(
                                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                        + "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                                        + Base64.getEncoder().encodeToString(proof)
                                        + "\r\n\r\n"));
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        private void join() {
            if (mischief == Mischief.REFUSE_APPS) {
                sendText("{\"type\":\"tpa_connection_error\",\"code\":\"INVALID_API_KEY\"}");
                return;
            }
            var apps = appsByUser.computeIfAbsent(user, name -> new ArrayList<>());
            apps.add(this);
            joined++;
            sendText("{\"type\":\"tpa_connection_ack\",\"settings\":[]}");
            sendText("{\"type\":\"device_state_update\",\"state\":{}}");
            // Everything a server may say in between must not confuse the bench.
            sendFrame(0x9, ascii("are you there"));
        }

        private boolean readFrame() {
            if (input.readableBytes() < 6) {
                return false;
            }
            int start = input.readerIndex();
            int length = input.getByte(start + 1) & 0x7F;
            int mask = start + 2;
            if (length == 126) {
                length = input.getUnsignedShort(start + 2);
                mask = start + 4;
            }
            if (input.writerIndex() < mask + 4 + length) {
                return false;
            }
            var payload = new byte[length];
            for (int at = 0; at < length; at++) {
                payload[at] =
                        (byte) (input.getByte(mask + 4 + at) ^ input.getByte(mask + (at & 3)));
            }
            int opcode = input.getByte(start) & 0x0F;
            input.readerIndex(mask + 4 + length);
            if (opcode == 1) {
                text(new String(payload, StandardCharsets.UTF_8));
            } else if (opcode == 2) {
                relay("audio_chunk", 2, payload);
            }
            return true;
        }

        private void text(String text) {
            var fields = strings(text);
            switch (fields.getOrDefault("type", "")) {
                case "ping" -> sendText("{\"type\":\"pong\"}");
                case "start_app" -> askToCome(user, fields.getOrDefault("packageName", ""));
                case "subscription_update" -> subscribe(text);
                default -> {
                    byte[] envelope =
                            ("{\"type\":\"data_stream\",\"data\":" + text + "}")
                                    .getBytes(StandardCharsets.UTF_8);
                    relay(fields.getOrDefault("type", ""), 1, envelope);
                }
            }
        }

        private void subscribe(String text) {
            boolean again = joined > 3 && mischief == Mischief.FORGET;
            stream = again ? "" : text.replaceAll(".*\\[\"(\\w+)\"].*", "$1");
            if (joined > 3 && mischief == Mischief.RESURRECT) {
                askToCome(user, packageName);
            }
        }

        private void relay(String type, int opcode, byte[] message) {
            for (Connection app : List.copyOf(appsByUser.getOrDefault(user, List.of()))) {
                if (device && app.stream.equals(type)) {
                    app.deliver(opcode, message);
                }
            }
        }

        private void deliver(int opcode, byte[] message) {
            boolean first =
                    user.equals(firstUser)
                            && packageName.endsWith("0")
                            && !isProbe(opcode, message);
            if (!first || ++delivered != FIFTH) {
                sendFrame(opcode, message);
                byte[] late = heldBack;
                if (late != null) {
                    heldBack = null;
                    sendFrame(opcode, late);
                }
                return;
            }
            switch (mischief) {
                case LOSE -> {}
                case SWAP -> heldBack = message;
                case DOUBLE -> {
                    sendFrame(opcode, message);
                    sendFrame(opcode, message);
                }
                default -> sendFrame(opcode, message);
            }
        }

        private static boolean isProbe(int opcode, byte[] message) {
            return opcode == 1
                    ? new String(message, StandardCharsets.UTF_8).contains("0000ffffffff")
                    : Unpooled.wrappedBuffer(message).getInt(12) == -1;
        }

        private void sendText(String text) {
            sendFrame(0x1, text.getBytes(StandardCharsets.UTF_8));
        }

        private void sendFrame(int opcode, byte[] payload) {
            ByteBuf frame = Unpooled.buffer().writeByte(0x80 | opcode);
            if (payload.length < 126) {
                frame.writeByte(payload.length);
            } else {
                frame.writeByte(126).writeShort(payload.length);
            }
            write(frame.writeBytes(payload));
        }

        private static byte[] ascii(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }

        private void write(byte[] bytes) {
            write(Unpooled.wrappedBuffer(bytes));
        }

        private void write(ByteBuf bytes) {
            ChannelHandlerContext current = context;
            if (current == null) {
                bytes.release();
            } else {
                current.writeAndFlush(bytes);
            }
        }
    }
}
