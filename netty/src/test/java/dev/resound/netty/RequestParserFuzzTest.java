package dev.resound.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.http.Header;
import dev.resound.netty.RequestParser.Complete;
import dev.resound.netty.RequestParser.ContinueWanted;
import dev.resound.netty.RequestParser.Failed;
import dev.resound.netty.RequestParser.NeedMore;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The parser with requests made up at random, and against itself however the bytes are cut. */
class RequestParserFuzzTest {
    private static final HttpLimits LIMITS = new HttpLimits(200, 600, 12, 300, 40, 120);
    private static final String TOKEN =
            "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final String PATH = "abcXYZ019-._~!$&'()*+,;=:@/%?[]{}|\"<>^`\\";

    @Test
    void requestsAreTheSameCutAtEveryPosition() {
        byte[] bytes =
                ("\r\nPOST /a?b HTTP/1.1\r\nHost: example.org\r\nX-Long:  value \r\n"
                                + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello"
                                + "PUT http://b/ HTTP/1.1\r\nhost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + "5;ext=\"q\"\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: x\r\n\r\n"
                                + "GET /c HTTP/1.0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nbad\r\n\r\n")
                        .getBytes(ISO_8859_1);
        List<String> whole = parse(bytes, bytes.length);
        assertThat(whole).hasSize(4).last().asString().startsWith("Failed[status=400");
        for (int cut = 0; cut <= bytes.length; cut++) {
            assertThat(parse(bytes, cut)).as("cut at %d", cut).isEqualTo(whole);
        }
        assertThat(byteByByte(bytes)).isEqualTo(whole);
    }

    @Test
    void refusalsAreTheSameCutAtEveryPosition() {
        for (String request :
                List.of(
                        "GET /" + "x".repeat(300) + " HTTP/1.1\r\n\r\n",
                        "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(700) + "\r\n\r\n",
                        "GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(20) + "\r\n",
                        "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
                        "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
                        "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n",
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 301\r\n\r\n",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n12d\r\n",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab")) {
            byte[] bytes = request.getBytes(ISO_8859_1);
            List<String> whole = parse(bytes, bytes.length);
            assertThat(whole).hasSize(1).first().asString().startsWith("Failed");
            for (int cut = 0; cut <= bytes.length; cut++) {
                assertThat(parse(bytes, cut)).as(request).isEqualTo(whole);
            }
            assertThat(byteByByte(bytes)).as(request).isEqualTo(whole);
        }
    }

    @Test
    void generatedRequestsComeOutAsTheyWentIn() {
        Random random = new Random(91120001);
        for (int round = 0; round < 5_000; round++) {
            var out = new ByteArrayOutputStream();
            List<String> expected = new ArrayList<>();
            int requests = random.nextInt(1, 4);
            for (int i = 0; i < requests; i++) {
                expected.add(writeRequest(out, random));
            }
            byte[] bytes = out.toByteArray();
            Supplier<String> input = () -> new String(bytes, ISO_8859_1);
            assertThat(parse(bytes, bytes.length)).as(input).isEqualTo(expected);
            assertThat(atRandomCuts(bytes, random)).as(input).isEqualTo(expected);
        }
    }

    @Test
    void mutatedRequestsAreAnsweredTheSameHoweverTheyAreCut() {
        Random random = new Random(91120002);
        Set<String> kinds = new HashSet<>();
        for (int round = 0; round < 15_000; round++) {
            var out = new ByteArrayOutputStream();
            int requests = random.nextInt(1, 3);
            for (int i = 0; i < requests; i++) {
                writeRequest(out, random);
            }
            byte[] bytes = mutate(out.toByteArray(), random);
            Supplier<String> input = () -> new String(bytes, ISO_8859_1);
            List<String> whole = parse(bytes, bytes.length);
            assertThat(atRandomCuts(bytes, random)).as(input).isEqualTo(whole);
            if (round % 8 == 0) {
                assertThat(byteByByte(bytes)).as(input).isEqualTo(whole);
            }
            whole.forEach(line -> kinds.add(line.split("[,{]", 2)[0]));
        }
        assertThat(kinds)
                .as("what the requests led to")
                .contains("Complete")
                .contains("Failed[status=400", "Failed[status=413", "Failed[status=414")
                .contains("Failed[status=415", "Failed[status=431", "Failed[status=505");
    }

    @Test
    void randomBytesAreAnsweredTheSameHoweverTheyAreCut() {
        Random random = new Random(91120003);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(60)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) "GET / HTTP/1.1\r\n: \u0000\u00e9a".charAt(random.nextInt(20));
            }
            assertThat(byteByByte(bytes)).isEqualTo(parse(bytes, bytes.length));
        }
    }

    /** Writes a valid request and returns how it is described once it is read. */
    private static String writeRequest(ByteArrayOutputStream out, Random random) {
        StringBuilder head = new StringBuilder();
        String method = pick(random, TOKEN, 1 + random.nextInt(7));
        String path = "/" + pick(random, PATH.replace("?", ""), random.nextInt(30));
        String query = random.nextBoolean() ? "" : pick(random, PATH, random.nextInt(1, 20));
        int minor = random.nextInt(5) == 0 ? 0 : 1;
        boolean absolute = random.nextInt(8) == 0;
        head.append(method).append(' ').append(absolute ? "http://host:1" : "").append(path);
        head.append(query.isEmpty() ? "" : "?" + query)
                .append(" HTTP/1.")
                .append(minor)
                .append("\r\n");

        List<Header> fields = new ArrayList<>();
        fields.add(new Header("Host", absolute ? "host:1" : "example.org"));
        int others = random.nextInt(6);
        for (int i = 0; i < others; i++) {
            String value = pick(random, TOKEN + "\"/;, \t\u00e9=()", random.nextInt(30));
            String name = (random.nextBoolean() ? "x-" : "Accept") + pick(random, TOKEN, 3);
            fields.add(new Header(name, value.strip()));
        }
        byte[] body = new byte[random.nextInt(4) == 0 ? random.nextInt(301) : 0];
        random.nextBytes(body);
        boolean chunked = minor == 1 && random.nextInt(4) == 0;
        if (chunked) {
            fields.add(new Header("Transfer-Encoding", "chunked"));
        } else if (body.length > 0 || random.nextBoolean()) {
            fields.add(new Header("Content-Length", Integer.toString(body.length)));
        }
        if (random.nextInt(10) == 0) {
            fields.add(new Header("Content-Encoding", "identity"));
        }
        boolean close = random.nextInt(5) == 0;
        if (close) {
            fields.add(new Header("Connection", "x, Close"));
        }
        for (Header field : fields) {
            String blank = random.nextBoolean() ? " " : "\t ";
            head.append(field.name()).append(':').append(blank).append(field.value());
            head.append(random.nextBoolean() ? "" : " ").append("\r\n");
        }
        out.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
        if (chunked) {
            writeChunks(out, body, random);
        } else {
            out.writeBytes(body);
        }
        List<Header> read =
                fields.stream()
                        .map(f -> new Header(f.name().toLowerCase(Locale.ROOT), f.value()))
                        .toList();
        return describe(
                new Complete(
                        new RequestHead(
                                method, path, query, read, minor, minor == 1 && !close, false),
                        body));
    }

    private static void writeChunks(ByteArrayOutputStream out, byte[] body, Random random) {
        int at = 0;
        while (at < body.length) {
            int size = Math.min(body.length - at, 1 + random.nextInt(100));
            String extension = random.nextBoolean() ? "" : ";a=\"b\"";
            out.writeBytes((Integer.toHexString(size) + extension + "\r\n").getBytes(ISO_8859_1));
            out.write(body, at, size);
            out.writeBytes(new byte[] {'\r', '\n'});
            at += size;
        }
        out.writeBytes("0\r\n".getBytes(ISO_8859_1));
        out.writeBytes((random.nextBoolean() ? "\r\n" : "A: b\r\n\r\n").getBytes(ISO_8859_1));
    }

    private static String pick(Random random, String from, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(from.charAt(random.nextInt(from.length())));
        }
        return text.toString();
    }

    /** Changes bytes, or puts in, doubles or takes out a few. */
    private static byte[] mutate(byte[] bytes, Random random) {
        byte[] mutated = bytes;
        int changes = random.nextInt(1, 4);
        for (int i = 0; i < changes && mutated.length > 0; i++) {
            int at = random.nextInt(mutated.length);
            String insertion =
                    switch (random.nextInt(11)) {
                        case 0 -> "\r";
                        case 1 -> "\n";
                        case 2 -> "\r\n";
                        case 3 -> Character.toString(random.nextInt(256));
                        case 4 -> "Content-Length: 5\r\n";
                        case 5 -> "Transfer-Encoding: gzip\r\n";
                        case 6 -> "x".repeat(random.nextInt(400));
                        case 7 -> "Content-Encoding: br\r\n";
                        case 8 -> "X: y\r\n".repeat(10);
                        case 9 -> "Content-Length: 999\r\n";
                        default -> "GET / HTTP/2.0\r\n";
                    };
            int taken = random.nextInt(4) == 0 ? random.nextInt(mutated.length - at) : 0;
            String before = new String(mutated, 0, at, ISO_8859_1);
            int rest = at + taken;
            String after = new String(mutated, rest, mutated.length - rest, ISO_8859_1);
            if (random.nextBoolean()) {
                // At the start of a line, where fields and versions belong.
                int line = before.lastIndexOf('\n') + 1;
                after = before.substring(line) + after;
                before = before.substring(0, line);
            }
            mutated = (before + insertion + after).getBytes(ISO_8859_1);
        }
        return mutated;
    }

    private static List<String> parse(byte[] bytes, int cut) {
        var parser = new RequestParser(LIMITS);
        List<String> lines = new ArrayList<>();
        feed(parser, bytes, 0, cut, lines);
        feed(parser, bytes, cut, bytes.length, lines);
        return lines;
    }

    private static List<String> byteByByte(byte[] bytes) {
        var parser = new RequestParser(LIMITS);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
            feed(parser, bytes, i, i + 1, lines);
        }
        return lines;
    }

    private static List<String> atRandomCuts(byte[] bytes, Random random) {
        var parser = new RequestParser(LIMITS);
        List<String> lines = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int next = Math.min(bytes.length, at + 1 + random.nextInt(80));
            feed(parser, bytes, at, next, lines);
            at = next;
        }
        return lines;
    }

    /** What the parser says to all of this; a failure counts once. */
    private static void feed(
            RequestParser parser, byte[] bytes, int from, int to, List<String> lines) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes, from, to - from);
        boolean more = true;
        while (more) {
            switch (parser.parse(in)) {
                case NeedMore() -> {
                    assertThat(in.isReadable()).isFalse();
                    more = false;
                }
                case ContinueWanted() -> {}
                case Complete complete -> lines.add(describe(complete));
                case Failed failed -> {
                    assertThat(in.isReadable()).isFalse();
                    assertThat(parser.heldBytes()).isZero();
                    if (lines.isEmpty() || !lines.getLast().equals(failed.toString())) {
                        lines.add(failed.toString());
                    }
                    more = false;
                }
            }
            assertThat(parser.heldBytes()).isLessThanOrEqualTo(LIMITS.headerBytes());
        }
    }

    private static String describe(Complete complete) {
        RequestHead head = complete.head();
        return "Complete{%s %s ? %s %d %s %s %s %s"
                .formatted(
                        head.method(),
                        head.path(),
                        head.query(),
                        head.minorVersion(),
                        head.keepAlive(),
                        head.upgrade(),
                        head.headers(),
                        new String(complete.body(), ISO_8859_1));
    }
}
