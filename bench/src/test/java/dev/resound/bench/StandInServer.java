package dev.resound.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * As much of a Pusher server and of a Socket.IO server as the bench needs, and raw sockets at
 * {@code /echo}, {@code /room} and {@code /pub}, which sends to {@code /room}. At {@code /closed/}
 * Socket.IO sessions are refused. It shares no code with the bench, and misbehaves on request.
 *
 * <p><b>Thread:</b> all state belongs to its one loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a connection that breaks is the bench's to notice
final class StandInServer implements AutoCloseable {

    /** What goes wrong, always at the first subscriber's fifth message. */
    enum Mischief {
        NONE,
        LOSE,
        DOUBLE,
        /** The fifth arrives after the sixth. */
        SWAP,
        /** Its stamp is that of a message nobody published. */
        FORGE,
        /** The connection is cut instead. */
        CUT,
        /** All HTTP connections end after every answer, as Reverb's do. */
        ONE_REQUEST_PER_CONNECTION,
        /** Publishes are answered 429 from the fifth on. */
        LIMIT_RATE,
        /** Pings, and events that want an acknowledgement, get no answer. */
        SILENT
    }

    static final String APP_ID = "app-1";
    static final String APP_KEY = "key-1";
    static final String SECRET = "secret-1";

    private static final int FIFTH = 5;
    private static final Pattern CHANNEL = Pattern.compile("\"channels?\":\\[?\"([^\"]*)\"");
    private static final Pattern DATA = Pattern.compile("\"data\":(\"[^\"]*\"|\\{[^}]*})");
    private static final Pattern EVENT =
            Pattern.compile("42(\\d*)\\[\"(\\w+)\",\"([^\"]*)\"(?:,\"([^\"]*)\")?]");
    private static final Pattern AUTH = Pattern.compile("\"auth\":\"([^\"]*)\"");

    private final Mischief mischief;
    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel listener;
    private final Map<String, List<Connection>> subscribers = new HashMap<>();
    private int sockets;
    private int publishes;

    StandInServer(Mischief mischief) {
        this.mischief = mischief;
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

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly(); // with the group alone the port stays open a while
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void publish(String channel, String message, @Nullable Connection sender) {
        for (Connection each : List.copyOf(subscribers.getOrDefault(channel, List.of()))) {
            if (each != sender) {
                each.deliver(message);
            }
        }
    }

    private static String hmac(String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] digest(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? found.group(1) : "";
    }

    private final class Connection extends ChannelInboundHandlerAdapter {

        private final ByteBuf input = Unpooled.buffer();
        private @Nullable ChannelHandlerContext context;
        private String path = "";
        private boolean webSocket;
        private String socketId = "";

        /** Acknowledgement of a join that waits for a pong. */
        private String joinId = "";

        private int delivered;
        private @Nullable String heldBack;

        @Override
        public void channelActive(ChannelHandlerContext active) {
            context = active;
        }

        @Override
        public void channelInactive(ChannelHandlerContext inactive) {
            subscribers.values().forEach(all -> all.remove(this));
            input.release();
        }

        @Override
        public void channelRead(ChannelHandlerContext ignored, Object message) {
            var bytes = (ByteBuf) message;
            input.writeBytes(bytes);
            bytes.release();
            while (webSocket ? readFrame() : readRequest()) {
                input.discardReadBytes();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext broken, Throwable cause) {
            broken.close();
        }

        private boolean readRequest() {
            String all = input.toString(StandardCharsets.ISO_8859_1);
            int end = all.indexOf("\r\n\r\n");
            if (end < 0) {
                return false;
            }
            List<String> head = Arrays.asList(all.substring(0, end).split("\r\n", -1));
            String[] requestLine = head.getFirst().split(" ", -1);
            int bodyLength = Integer.parseInt("0" + header(head, "Content-Length"));
            if (all.length() < end + 4 + bodyLength) {
                return false;
            }
            String body = all.substring(end + 4, end + 4 + bodyLength);
            input.skipBytes(end + 4 + bodyLength);
            var uri = URI.create(requestLine[1]);
            if (requestLine[0].equals("POST")) {
                answer(uri, body);
            } else {
                upgrade(uri, header(head, "Sec-WebSocket-Key"));
            }
            return true;
        }

        private static String header(List<String> head, String name) {
            return head.stream()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElse("");
        }

        private void answer(URI uri, String body) {
            publishes++;
            if (!uri.getPath().equals("/apps/" + APP_ID + "/events")) {
                respond("404 Not Found", "no such app");
            } else if (!isSigned(uri, body)) {
                respond("401 Unauthorized", "bad signature");
            } else if (mischief == Mischief.LIMIT_RATE && publishes > FIFTH) {
                respond("429 Too Many Requests", "slow down");
            } else {
                String channel = first(CHANNEL, body);
                publish(
                        channel,
                        "{\"event\":\"bench\",\"data\":"
                                + first(DATA, body)
                                + ",\"channel\":\""
                                + channel
                                + "\"}",
                        null);
                respond("200 OK", "{}");
            }
        }

        private boolean isSigned(URI uri, String body) {
            Map<String, String> query = new HashMap<>();
            for (String parameter : uri.getQuery().split("&", -1)) {
                String[] parts = parameter.split("=", 2);
                query.put(parts[0], parts[1]);
            }
            String signature = query.remove("auth_signature");
            byte[] md5 = digest("MD5", body.getBytes(StandardCharsets.ISO_8859_1));
            query.put("body_md5", HexFormat.of().formatHex(md5));
            String sorted =
                    query.entrySet().stream()
                            .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                            .sorted()
                            .collect(Collectors.joining("&"));
            return hmac("POST\n" + uri.getPath() + "\n" + sorted).equals(signature);
        }

        private void respond(String status, String body) {
            boolean last = mischief == Mischief.ONE_REQUEST_PER_CONNECTION;
            write(
                    "HTTP/1.1 "
                            + status
                            + "\r\nContent-Length: "
                            + body.length()
                            + (last ? "\r\nConnection: close" : "")
                            + "\r\n\r\n"
                            + body);
            if (last) {
                input.clear();
                cut();
            }
        }

        private void upgrade(URI uri, String key) {
            path = uri.getPath();
            webSocket = true;
            byte[] proof =
                    digest(
                            "SHA-1",
                            (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                    .getBytes(StandardCharsets.US_ASCII));
            write(
                    "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade"
                            + "\r\nsec-websocket-accept: "
                            + Base64.getEncoder().encodeToString(proof)
                            + "\r\n\r\n");
            if (path.equals("/room")) {
                subscribers.computeIfAbsent("/room", name -> new ArrayList<>()).add(this);
            } else if (path.startsWith("/app/")) {
                welcome();
            } else if (speaksSocketIo()) {
                sendText("0{\"sid\":\"engine\",\"upgrades\":[],\"pingInterval\":25000}");
            }
        }

        private void welcome() {
            if (!path.equals("/app/" + APP_KEY)) {
                sendText("{\"event\":\"pusher:error\",\"data\":\"{\\\"code\\\":4001}\"}");
                return;
            }
            socketId = "1." + ++sockets;
            sendText(
                    "{\"event\":\"pusher:connection_established\",\"data\":\"{\\\"socket_id\\\":\\\""
                            + socketId
                            + "\\\",\\\"activity_timeout\\\":30}\"}");
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
            } else if (opcode == 8) {
                cut();
            }
            return true;
        }

        private void text(String text) {
            if (speaksSocketIo()) {
                packet(text);
            } else if (path.equals("/room") || path.equals("/pub")) {
                publish("/room", text, this);
            } else if (path.equals("/echo")) {
                sendText(text);
            } else if (text.contains("pusher:ping") && mischief != Mischief.SILENT) {
                sendText("{\"event\":\"pusher:pong\",\"data\":{}}");
            } else if (text.contains("pusher:subscribe")) {
                subscribe(text);
            } else if (text.contains("client-bench")) {
                publish(first(CHANNEL, text), text, this);
            }
        }

        private boolean speaksSocketIo() {
            return path.equals("/socket.io/") || path.equals("/closed/");
        }

        private void packet(String text) {
            Matcher event = EVENT.matcher(text);
            if (text.equals("40")) {
                sendText(
                        path.equals("/closed/")
                                ? "44{\"message\":\"Not authorized\"}"
                                : "40{\"sid\":\"socket\"}");
            } else if (text.equals("3") && !joinId.isEmpty()) {
                // Who does not answer pings joins nothing.
                sendText("43" + joinId + "[]");
                sendText("2");
                joinId = "";
            } else if (event.matches()) {
                event(event.group(1), event.group(2), event.group(3), event.group(4));
            }
        }

        private void event(String id, String name, String first, @Nullable String second) {
            switch (name) {
                case "join" -> {
                    subscribers.computeIfAbsent(first, room -> new ArrayList<>()).add(this);
                    joinId = id;
                    sendText("2");
                }
                case "pub" -> publish(first, "42[\"msg\",\"" + second + "\"]", null);
                case "echo" -> {
                    if (mischief != Mischief.SILENT) {
                        sendText("43" + id + "[\"" + first + "\"]");
                    }
                }
                default -> throw new IllegalArgumentException("event " + name);
            }
        }

        private void subscribe(String text) {
            String channel = first(CHANNEL, text);
            String expected = APP_KEY + ":" + hmac(socketId + ":" + channel);
            if (channel.startsWith("private-") && !first(AUTH, text).equals(expected)) {
                sendText("{\"event\":\"pusher:error\",\"data\":{\"code\":4009}}");
                return;
            }
            subscribers.computeIfAbsent(channel, name -> new ArrayList<>()).add(this);
            sendText(
                    "{\"event\":\"pusher_internal:subscription_succeeded\",\"data\":\"{}\",\"channel\":\""
                            + channel
                            + "\"}");
            // Everything a server may say in between must not confuse the bench.
            sendFrame(0x9, "are you there");
            sendText("{\"event\":\"pusher:ping\"}");
        }

        void deliver(String message) {
            delivered++;
            boolean first = subscribers.values().stream().anyMatch(all -> all.getFirst() == this);
            if (!first || delivered != FIFTH) {
                sendText(message);
                String late = heldBack;
                if (late != null) {
                    heldBack = null;
                    sendText(late);
                }
                return;
            }
            switch (mischief) {
                case LOSE -> {}
                case DOUBLE -> {
                    sendText(message);
                    sendText(message);
                }
                case SWAP -> heldBack = message;
                case FORGE -> sendText(message.replace("@resound0000", "@resoundffff"));
                case CUT -> cut();
                case NONE, ONE_REQUEST_PER_CONNECTION, LIMIT_RATE, SILENT -> sendText(message);
            }
        }

        private void sendText(String text) {
            sendFrame(0x1, text);
        }

        private void sendFrame(int opcode, String text) {
            byte[] payload = text.getBytes(StandardCharsets.UTF_8);
            ByteBuf frame = Unpooled.buffer().writeByte(0x80 | opcode);
            if (payload.length < 126) {
                frame.writeByte(payload.length);
            } else {
                frame.writeByte(126).writeShort(payload.length);
            }
            writeBytes(frame.writeBytes(payload));
        }

        private void write(String text) {
            writeBytes(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
        }

        private void writeBytes(ByteBuf bytes) {
            ChannelHandlerContext current = context;
            if (current == null) {
                bytes.release();
            } else {
                current.writeAndFlush(bytes);
            }
        }

        private void cut() {
            ChannelHandlerContext current = context;
            if (current != null) {
                current.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(ChannelFutureListener.CLOSE);
            }
        }
    }
}
