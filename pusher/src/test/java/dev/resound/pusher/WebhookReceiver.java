package dev.resound.pusher;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A back end on a real socket that notes every call and answers as it is told. */
final class WebhookReceiver implements AutoCloseable {
    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /** Keeps the connection open and says nothing. */
    static final String SILENCE = "";

    private final ServerSocket server;
    private final LinkedBlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final List<Socket> sockets = new ArrayList<>();
    private volatile Function<Call, String> answer = call -> OK;

    /** What came. Header names in any case. */
    record Call(String requestLine, Map<String, String> headers, List<String> names, byte[] body) {

        String text() {
            return new String(body, UTF_8);
        }

        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        /** The elements of {@code events}, without the time. */
        String events() {
            assertThat(text()).matches("(?s)\\{\"time_ms\":\\d+,\"events\":\\[.*]}");
            return text().replaceFirst("^\\{\"time_ms\":\\d+,\"events\":\\[", "")
                    .replaceFirst("]}$", "");
        }
    }

    WebhookReceiver() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    URI url() {
        return url("/hook");
    }

    URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + path);
    }

    /** From now on. */
    void answers(String response) {
        answer = call -> response;
    }

    void answers(Function<Call, String> response) {
        answer = response;
    }

    static String status(int status) {
        return "HTTP/1.1 " + status + " As told\r\nContent-Length: 0\r\n\r\n";
    }

    /** The next call; waits for it. */
    Call hears() {
        try {
            Call call = calls.poll(10, TimeUnit.SECONDS);
            assertThat(call).as("a call within ten seconds").isNotNull();
            return call;
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    /** Nothing came that was not heard. */
    void heardAll() {
        assertThat(calls).isEmpty();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                synchronized (sockets) {
                    sockets.add(socket);
                }
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // the end
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            while (true) {
                Call call = read(in);
                calls.add(call);
                socket.getOutputStream().write(answer.apply(call).getBytes(ISO_8859_1));
            }
        } catch (IOException closed) {
            // by the caller, or by the test
        }
    }

    private static Call read(InputStream in) throws IOException {
        String requestLine = line(in);
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        List<String> names = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
            names.add(line.substring(0, colon));
        }
        int length = Integer.parseInt(headers.getOrDefault("Content-Length", "0"));
        return new Call(requestLine, headers, names, in.readNBytes(length));
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("ended");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        server.close();
        synchronized (sockets) {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
