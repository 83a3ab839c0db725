package dev.resound.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A WebSocket client that does exactly what it is told, right or wrong: for tests that look at the
 * wire. Every read gives up after five seconds with a {@link java.net.SocketTimeoutException}.
 * <b>Thread:</b> one.
 */
public final class WireClient implements AutoCloseable {
    /** The key of every handshake here; its answer is {@link #ACCEPT}. */
    public static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    /** The {@code Sec-WebSocket-Accept} to {@link #KEY}, from RFC 6455, section 1.3. */
    public static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    public static final int CONTINUATION = 0x0;
    public static final int TEXT = 0x1;
    public static final int BINARY = 0x2;
    public static final int CLOSE = 0x8;
    public static final int PING = 0x9;
    public static final int PONG = 0xA;

    private static final int PATIENCE_MILLIS = 5_000;
    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /**
     * One frame from the server.
     *
     * @param compressed whether it says so (RFC 7692, section 6)
     * @param payload as it came
     */
    public record Received(boolean last, boolean compressed, int opcode, byte[] payload) {

        /** The payload of a whole message, inflated if it is compressed. */
        public byte[] message() {
            if (!compressed) {
                return payload;
            }
            byte[] stream = Arrays.copyOf(payload, payload.length + 4);
            stream[payload.length + 2] = (byte) 0xff;
            stream[payload.length + 3] = (byte) 0xff;
            var inflater = new Inflater(true);
            var message = new ByteArrayOutputStream();
            try {
                inflater.setInput(stream);
                byte[] piece = new byte[8192];
                int count;
                while ((count = inflater.inflate(piece)) > 0) {
                    message.write(piece, 0, count);
                }
            } catch (DataFormatException garbage) {
                throw new IllegalStateException("not a compressed message", garbage);
            } finally {
                inflater.end();
            }
            return message.toByteArray();
        }

        /** The text of a whole message, inflated if it is compressed. */
        public String text() {
            return new String(message(), StandardCharsets.UTF_8);
        }

        /** The code of a close frame; 1005 if it has none. */
        public int closeCode() {
            return payload.length < 2 ? 1005 : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
        }

        /** The reason of a close frame. */
        public String closeReason() {
            return payload.length <= 2
                    ? ""
                    : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        }
    }

    /**
     * An HTTP response.
     *
     * @param headers by name, in any case; the values of one that comes more than once in one line
     * @param bytes the body
     */
    public record Response(int status, Map<String, String> headers, byte[] bytes) {

        /** The body as UTF-8. */
        public String body() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return status + " " + headers + " " + body();
        }
    }

    private WireClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        this.out = socket.getOutputStream();
    }

    /** A TCP connection to the loopback, with nothing said yet. */
    public static WireClient connect(int port) throws IOException {
        return connect(port, 0);
    }

    /**
     * As {@link #connect(int)}, with a small receive buffer: a peer that soon stops taking what it
     * is sent.
     */
    public static WireClient connect(int port, int receiveBufferBytes) throws IOException {
        Socket socket = new Socket();
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
        return new WireClient(socket);
    }

    /** Speaks over a socket that was connected elsewhere, with TLS for example. */
    public static WireClient over(Socket socket) throws IOException {
        return new WireClient(socket);
    }

    /** An open WebSocket. */
    public static WireClient open(int port, String path) throws IOException {
        return open(port, path, "");
    }

    /** An open WebSocket; {@code headers} are whole lines, each with its line end. */
    public static WireClient open(int port, String path, String headers) throws IOException {
        WireClient client = connect(port);
        Response response = client.upgrade(path, headers);
        if (response.status != 101) {
            throw new IOException("expected 101, got " + response);
        }
        return client;
    }

    public Response upgrade(String path, String headers) throws IOException {
        send(
                "GET "
                        + path
                        + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                        + KEY
                        + "\r\n"
                        + headers
                        + "\r\n");
        return readResponse();
    }

    /**
     * Sends a request and does not wait for its answer.
     *
     * @param headers whole lines, each with its line end
     * @param body with a {@code Content-Length} of its own, unless it is empty
     */
    public WireClient request(String method, String target, String headers, byte[] body)
            throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream(256 + body.length);
        String length = body.length == 0 ? "" : "Content-Length: " + body.length + "\r\n";
        String head = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + length;
        request.writeBytes((head + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(body);
        return send(request.toByteArray());
    }

    /** A GET, without waiting for its answer. */
    public WireClient get(String target) throws IOException {
        return request("GET", target, "", new byte[0]);
    }

    /** Sends characters as they are, one byte each. */
    public WireClient send(String latin1) throws IOException {
        return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    public WireClient send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /** Sends a whole text message. */
    public WireClient text(String text) throws IOException {
        return frame(true, TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    public WireClient frame(boolean last, int opcode, byte[] payload) throws IOException {
        return send(frameBytes(last, opcode, payload));
    }

    /** A masked frame with the shortest length there is for it. */
    public static byte[] frameBytes(boolean last, int opcode, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 14);
        frame.write((last ? 0x80 : 0) | opcode);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 65_536) {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >> shift));
            }
        }
        frame.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ MASK[i & 3]);
        }
        return frame.toByteArray();
    }

    public WireClient close(int code, String reason) throws IOException {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        byte[] payload = new byte[2 + text.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, text.length);
        return frame(true, CLOSE, payload);
    }

    /** The next frame. */
    public Received receive() throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        if ((first & 0x30) != 0) {
            throw new IOException("reserved bits that nobody agreed on");
        }
        if ((second & 0x80) != 0) {
            throw new IOException("a server must not mask");
        }
        long length = second;
        if (second == 126) {
            length = in.readUnsignedShort();
        } else if (second == 127) {
            length = in.readLong();
        }
        byte[] payload = in.readNBytes((int) length);
        return new Received((first & 0x80) != 0, (first & 0x40) != 0, first & 0x0f, payload);
    }

    /** The text of the next frame, which must be a whole text message. */
    public String receiveText() throws IOException {
        Received frame = receive();
        if (frame.opcode != TEXT || !frame.last) {
            String what = frame.opcode == CLOSE ? " with " + frame.closeCode() : "";
            throw new IOException("expected text, got opcode " + frame.opcode + what);
        }
        return frame.text();
    }

    /** The next frame, which must be a close frame; then the server must end the TCP connection. */
    public Received receiveClose() throws IOException {
        Received frame = receive();
        while (frame.opcode != CLOSE) {
            frame = receive();
        }
        return frame;
    }

    /**
     * Whether the server has ended the TCP connection and nothing came before; waits for either.
     */
    public boolean isEnded() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    /** Waits for something to read, the end included; false if nothing came in time. */
    public boolean hears(int millis) throws IOException {
        socket.setSoTimeout(millis);
        in.mark(1);
        try {
            if (in.read() >= 0) {
                in.reset();
            }
            return true;
        } catch (SocketTimeoutException silence) {
            return false;
        } finally {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    public Response readResponse() throws IOException {
        String[] lines = readHead().split("\r\n", -1);
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                String value = lines[i].substring(colon + 1).strip();
                headers.merge(
                        lines[i].substring(0, colon), value, (one, next) -> one + ", " + next);
            }
        }
        int status = Integer.parseInt(lines[0].split(" ", 3)[1]);
        String length = headers.get("Content-Length");
        byte[] body = length == null ? new byte[0] : in.readNBytes(Integer.parseInt(length));
        return new Response(status, headers, body);
    }

    private String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (!endsWithEmptyLine(head)) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("connection ended after: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static boolean endsWithEmptyLine(StringBuilder text) {
        int length = text.length();
        return length >= 4 && text.substring(length - 4).equals("\r\n\r\n");
    }

    /** What has arrived and was not read yet. */
    public InputStream input() {
        return in;
    }

    /** Ends our half of the stream; the server may still be read from. */
    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Ends the connection the rude way: the server sees a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
