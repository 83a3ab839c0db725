package dev.resound.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.WireClient;
import dev.resound.testkit.WireClient.Response;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.ObjectMapper;

/** Polls that are answered with scripts, and posts that are forms. */
class JsonpTest {
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the script calls back with. */
    private static String payload(Response response, String index) {
        String script = response.body();
        String before = "___eio[" + index + "](";
        assertThat(script).startsWith(before).endsWith(");");
        return JSON.readValue(script.substring(before.length(), script.length() - 2), String.class);
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void scriptsAndFormsCarryASession(Setting setting) throws IOException {
        try (EngineServer server =
                        EngineServer.start(setting.loops, options -> options.allowJsonp(true));
                WireClient client = server.connect()) {
            client.get(Polling.handshakePath(setting) + "&j=0");
            Response handshake = client.readResponse();
            assertThat(handshake.headers())
                    .containsEntry("Content-Type", "text/javascript; charset=UTF-8")
                    .containsEntry("X-Content-Type-Options", "nosniff")
                    .containsEntry("cache-control", "no-store");
            String sid = Polling.sid(payload(handshake, "0"));
            String path = Polling.handshakePath(setting) + "&sid=" + sid + "&j=1";
            String text = "4\u2028 \"quoted\" </script> \u20ac\ud83d\ude00 + & = %";
            String form =
                    "d=" + URLEncoder.encode(setting.payload(text, setting.base64("AQID")), UTF_8);
            client.request("POST", path, FORM, form.getBytes(UTF_8));
            assertThat(client.readResponse().body()).isEqualTo("ok");
            client.get(path);
            Response polled = client.readResponse();
            assertThat(polled.body()).doesNotContain("\u2028");
            assertThat(payload(polled, "1"))
                    .isEqualTo(setting.payload(text, setting.base64("AQID")));
        }
    }

    /** Nothing but digits of the index is echoed: it becomes part of a script. */
    @Test
    void onlyTheDigitsOfTheIndexAreEchoed() throws IOException {
        try (EngineServer server = EngineServer.start(1, options -> options.allowJsonp(true));
                WireClient client = server.connect()) {
            client.get("/engine.io/?EIO=4&transport=polling&j=1%5D;alert(2)//3");
            assertThat(payload(client.readResponse(), "123")).startsWith("0{");
            client.get("/engine.io/?EIO=4&transport=polling&j=");
            assertThat(payload(client.readResponse(), "")).startsWith("0{");
        }
    }

    @Test
    void whereItIsNotAllowedTheIndexMeansNothing() throws IOException {
        try (EngineServer server = EngineServer.start(1);
                WireClient client = server.connect()) {
            client.get("/engine.io/?EIO=4&transport=polling&j=0");
            Response response = client.readResponse();
            assertThat(response.body()).startsWith("0{");
            assertThat(response.headers())
                    .containsEntry("Content-Type", "text/plain; charset=UTF-8");
        }
    }

    // 2.14
    @ParameterizedTest
    @CsvSource({
        "d=4hello, 4hello",
        "d=4a%5Cnb, '4a\nb'",
        "d=4a%5C%5Cnb, '4a\\nb'",
        "d=4a%5Cb, '4a\\b'",
        "x=1&d=4%2B1+2, '4+1 2'",
        "d=, ''",
        "e=4hello, ''",
        "d=4%zz, '4%zz'"
    })
    void lineBreaksInFormsAreEscapedTwice(String form, String payload) {
        assertThat(new String(Jsonp.payload(form.getBytes(UTF_8)), UTF_8)).isEqualTo(payload);
    }

    @Test
    void aFormWithoutAPayloadEndsTheSession() throws IOException {
        try (EngineServer server = EngineServer.start(1, options -> options.allowJsonp(true));
                WireClient client = server.connect()) {
            client.get("/engine.io/?EIO=4&transport=polling&j=0");
            String sid = Polling.sid(payload(client.readResponse(), "0"));
            byte[] form = new byte[500_000];
            Arrays.fill(form, (byte) '&');
            client.request(
                    "POST", "/engine.io/?EIO=4&transport=polling&j=0&sid=" + sid, FORM, form);
            assertThat(client.readResponse().status()).isEqualTo(400);
            assertThat(server.session(sid).end().reason()).isEqualTo(CloseReason.PARSE_ERROR);
        }
    }
}
