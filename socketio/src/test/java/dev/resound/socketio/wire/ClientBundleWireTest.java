package dev.resound.socketio.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resound.core.http.Header;
import dev.resound.engineio.Cors;
import dev.resound.engineio.EngineIo;
import dev.resound.socketio.SocketIo;
import dev.resound.testkit.WireClient;
import dev.resound.testkit.WireClient.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts for browsers, as a package holds them. */
class ClientBundleWireTest {
    private static final String SCRIPT = "/* a client */ ".repeat(50);
    private static final String BAD_REQUEST = "{\"code\":0,\"message\":\"Transport unknown\"}";

    @TempDir private Path temporary;
    private Path dist;

    @BeforeEach
    void unpack() throws IOException {
        dist = Files.createDirectory(temporary.resolve("dist"));
        Files.writeString(temporary.resolve("LICENSE"), "(The licence)");
        Files.writeString(
                temporary.resolve("package.json"),
                "{\"name\":\"socket.io-client\",\"version\":\"4.8.4\"}");
        for (String name :
                List.of(
                        "socket.io.js",
                        "socket.io.min.js",
                        "socket.io.esm.min.js",
                        "socket.io.msgpack.min.js")) {
            Files.writeString(dist.resolve(name), SCRIPT + name);
            Files.writeString(dist.resolve(name + ".map"), "{\"file\":\"" + name + "\"}");
        }
        Files.writeString(dist.resolve("other.js"), "not ours");
    }

    private LiveServer start() throws IOException {
        return start(engine -> engine);
    }

    private LiveServer start(UnaryOperator<EngineIo.Builder> engine) throws IOException {
        return LiveServer.start(builder -> builder.clientBundle(dist).engine(engine));
    }

    private static Response ask(LiveServer server, String method, String path, String headers)
            throws IOException {
        try (WireClient client = server.wire()) {
            client.request(method, path, headers, new byte[0]);
            return client.readResponse();
        }
    }

    private static Response get(LiveServer server, String path) throws IOException {
        return ask(server, "GET", path, "");
    }

    @Test
    void scriptsMapsAndLicenceAreServed() throws IOException {
        try (LiveServer server = start()) {
            for (String name :
                    List.of(
                            "socket.io.js",
                            "socket.io.min.js",
                            "socket.io.esm.min.js",
                            "socket.io.msgpack.min.js")) {
                Response script = get(server, "/socket.io/" + name);
                assertThat(script.status()).isEqualTo(200);
                assertThat(script.body()).isEqualTo(SCRIPT + name);
                assertThat(script.headers())
                        .containsEntry("Content-Type", "application/javascript; charset=utf-8")
                        .containsEntry("Cache-Control", "public, max-age=0")
                        .containsEntry("ETag", "\"4.8.4\"")
                        .containsEntry("Vary", "Accept-Encoding")
                        .doesNotContainKeys("Content-Encoding", "Access-Control-Allow-Origin");
                Response map = get(server, "/socket.io/" + name + ".map?v=1");
                assertThat(map.body()).isEqualTo("{\"file\":\"" + name + "\"}");
                assertThat(map.headers())
                        .containsEntry("Content-Type", "application/json; charset=utf-8")
                        .containsEntry("ETag", "\"4.8.4\"");
            }
            Response licence = get(server, "/socket.io/LICENSE");
            assertThat(licence.body()).isEqualTo("(The licence)");
            assertThat(licence.headers())
                    .containsEntry("Content-Type", "text/plain; charset=utf-8");
        }
    }

    @Test
    void onlyTheHeadIsSentIfThatIsAskedFor() throws IOException {
        try (LiveServer server = start();
                WireClient client = server.wire()) {
            client.send(
                    "HEAD /socket.io/socket.io.js HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            String answer = new String(client.input().readAllBytes(), UTF_8);
            assertThat(answer)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("Content-Length: " + (SCRIPT + "socket.io.js").length() + "\r\n")
                    .endsWith("\r\n\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"4.8.4\" | 304",
                "W/\"4.8.4\" | 304",
                "\"4.8.3\", W/\"4.8.4\" | 304",
                "* | 304",
                "\"4.8.3\" | 200",
                "4.8.4 | 200"
            })
    void whoHasItAlreadyIsTold(String known, int status) throws IOException {
        try (LiveServer server = start()) {
            for (String method : List.of("GET", "HEAD")) {
                try (WireClient client = server.wire()) {
                    client.send(
                            method
                                    + " /socket.io/socket.io.js HTTP/1.1\r\nHost: a\r\n"
                                    + "Connection: close\r\nIf-None-Match: "
                                    + known
                                    + "\r\n\r\n");
                    String answer = new String(client.input().readAllBytes(), UTF_8);
                    assertThat(answer)
                            .startsWith("HTTP/1.1 " + status)
                            .contains(
                                    "ETag: \"4.8.4\"\r\n", "Cache-Control: public, max-age=0\r\n");
                    if (status == 304) {
                        assertThat(answer).endsWith("\r\n\r\n").doesNotContain("Content-Length");
                    }
                }
            }
        }
    }

    @Test
    void whoTakesGzipGetsItWhereItHelps() throws IOException {
        try (LiveServer server = start()) {
            String gzip = "Accept-Encoding: gzip, deflate, br\r\n";
            Response script = ask(server, "GET", "/socket.io/socket.io.js", gzip);
            assertThat(script.headers())
                    .containsEntry("Content-Encoding", "gzip")
                    .containsEntry("Vary", "Accept-Encoding");
            try (var in = new GZIPInputStream(new ByteArrayInputStream(script.bytes()))) {
                assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo(SCRIPT + "socket.io.js");
            }
            Response small = ask(server, "GET", "/socket.io/LICENSE", gzip);
            assertThat(small.headers()).doesNotContainKey("Content-Encoding");
            assertThat(small.body()).isEqualTo("(The licence)");
            Response refused =
                    ask(
                            server,
                            "GET",
                            "/socket.io/socket.io.js",
                            "Accept-Encoding: br, gzip;q=0\r\n");
            assertThat(refused.headers()).doesNotContainKey("Content-Encoding");
        }
    }

    @Test
    void pagesOfOtherOriginsAreToldWhatTheyAreToldElsewhere() throws IOException {
        String page = "https://a.example";
        try (LiveServer server =
                start(engine ->
                        engine.cors(Cors.origins(page).credentials(true))
                                .headers(request -> List.of(new Header("X-Every", "yes"))))) {
            Response script =
                    ask(server, "GET", "/socket.io/socket.io.js", "Origin: " + page + "\r\n");
            assertThat(script.headers())
                    .containsEntry("Access-Control-Allow-Origin", page)
                    .containsEntry("Access-Control-Allow-Credentials", "true")
                    .containsEntry("Vary", "Accept-Encoding, Origin")
                    .containsEntry("X-Every", "yes");
            Response preflight =
                    ask(server, "OPTIONS", "/socket.io/socket.io.js", "Origin: " + page + "\r\n");
            assertThat(preflight.status()).isEqualTo(204);
            Response known =
                    ask(
                            server,
                            "GET",
                            "/socket.io/socket.io.js",
                            "Origin: " + page + "\r\nIf-None-Match: \"4.8.4\"\r\n");
            assertThat(known.status()).isEqualTo(304);
            assertThat(known.headers()).containsEntry("Access-Control-Allow-Origin", page);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "other.js",
                "socket.io.esm.js",
                "socket.io.js/",
                "dist/socket.io.js",
                "..%2fpackage.json",
                "package.json",
                "socket.io.JS"
            })
    void otherNamesAreRequestsToEngineIo(String name) throws IOException {
        try (LiveServer server = start()) {
            assertThat(get(server, "/socket.io/" + name).body()).isEqualTo(BAD_REQUEST);
            assertThat(get(server, "/socket.io/" + name + "?EIO=4&transport=polling").body())
                    .startsWith("0{");
        }
    }

    @Test
    void whatIsNotInTheDirectoryIsARequestToEngineIo() throws IOException {
        Files.delete(dist.resolve("socket.io.min.js"));
        try (LiveServer server = start()) {
            assertThat(get(server, "/socket.io/socket.io.min.js").body()).isEqualTo(BAD_REQUEST);
            assertThat(get(server, "/socket.io/socket.io.min.js.map").status()).isEqualTo(200);
        }
    }

    @Test
    void nothingIsServedUnlessItIsWanted() throws IOException {
        try (LiveServer server = LiveServer.start()) {
            for (String name : List.of("socket.io.js", "LICENSE")) {
                assertThat(get(server, "/socket.io/" + name).body()).isEqualTo(BAD_REQUEST);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void thePathIsThatOfTheServer(boolean slash) throws IOException {
        try (LiveServer server =
                start(engine -> engine.path("/realtime").addTrailingSlash(slash))) {
            assertThat(get(server, "/realtime/socket.io.js").body()).startsWith(SCRIPT);
            assertThat(get(server, "/socket.io/socket.io.js").status()).isEqualTo(404);
        }
    }

    @Test
    void theFilesAreReadOnce() throws IOException {
        try (LiveServer server = start()) {
            Files.writeString(dist.resolve("socket.io.js"), "changed");
            assertThat(get(server, "/socket.io/socket.io.js").body()).startsWith(SCRIPT);
        }
    }

    /** A directory that somebody has put the files into. */
    @Test
    void withoutThePackageTheTagChangesWithTheContent() throws IOException {
        Files.move(temporary.resolve("LICENSE"), dist.resolve("LICENSE"));
        Files.writeString(
                temporary.resolve("package.json"), "{\"name\":\"somebody\",\"version\":\"1.0.0\"}");
        String tag;
        try (LiveServer server = start()) {
            Response script = get(server, "/socket.io/socket.io.js");
            tag = script.headers().get("ETag");
            assertThat(tag).matches("\"[0-9a-f-]{36}\"");
            assertThat(get(server, "/socket.io/socket.io.min.js").headers().get("ETag"))
                    .isNotEqualTo(tag);
            assertThat(get(server, "/socket.io/LICENSE").body()).isEqualTo("(The licence)");
        }
        Files.delete(temporary.resolve("package.json"));
        try (LiveServer server = start()) {
            assertThat(get(server, "/socket.io/socket.io.js").headers()).containsEntry("ETag", tag);
        }
        Files.writeString(dist.resolve("socket.io.js"), "changed");
        try (LiveServer server = start()) {
            assertThat(get(server, "/socket.io/socket.io.js").headers().get("ETag"))
                    .isNotEqualTo(tag);
        }
    }

    // ---- what is not built

    @Test
    void withoutTheLicenceThereIsNoServer() throws IOException {
        Files.delete(temporary.resolve("LICENSE"));
        assertRefused(dist, "clientBundle: no file LICENSE in " + dist);
    }

    @Test
    void aDirectoryThatIsNoneIsRefused() {
        Path missing = temporary.resolve("missing");
        assertRefused(missing, "clientBundle: no directory at " + missing);
    }

    @Test
    void aDirectoryWithoutScriptsIsRefused() {
        assertRefused(temporary, "clientBundle: none of [socket.io.js, ");
    }

    private static void assertRefused(Path directory, String message) {
        var builder = SocketIo.builder().clientBundle(directory);
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
