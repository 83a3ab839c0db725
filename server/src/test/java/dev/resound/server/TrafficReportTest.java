package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.App;
import dev.resound.pusher.AppSource;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The report that docs/observation.md shows. */
@Timeout(60)
class TrafficReportTest {
    @Test
    void theDocumentShowsWhatIsCompiledHere() throws IOException {
        DocumentedExample.isShown(TrafficReport.class, "observation.md");
    }

    @Test
    void itTellsOfMembersAndOfHundredsOfMessages() throws Exception {
        App app = App.builder("one", "app-key", "app-secret").maxConnections(1).build();
        var told = new LinkedBlockingQueue<String>();
        try (TrafficReport report = new TrafficReport(AppSource.of(List.of(app)), told::add);
                WireClient client = WireClient.open(report.server.port(), "/app/app-key")) {
            join(client);
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("7 is in presence-room");
            WireClient.open(report.server.port(), "/app/app-key").close();
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("one met max_connections");
            for (int i = 0; i < 3_000; i++) { // of which some thirty are picked, and surely one
                client.text("{\"event\":\"pusher:ping\"}");
                client.receiveText();
            }
            assertThat(report.sockets()).isEqualTo("one: 1 open, 3002 sent");
            assertThat(report.messages())
                    .containsAnyOf("SENT pusher:pong 23", "RECEIVED pusher:ping 23");
        }
    }

    private static void join(WireClient client) throws Exception {
        Matcher id = Pattern.compile("\\d+\\.\\d+").matcher(client.receiveText());
        assertThat(id.find()).isTrue();
        String member = "{\"user_id\":7}";
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("app-secret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] signature =
                mac.doFinal(
                        (id.group() + ":presence-room:" + member).getBytes(StandardCharsets.UTF_8));
        client.text(
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"presence-room\",\"auth\":\"app-key:"
                        + HexFormat.of().formatHex(signature)
                        + "\",\"channel_data\":\"{\\\"user_id\\\":7}\"}}");
        assertThat(client.receiveText()).contains("subscription_succeeded");
    }
}
