package dev.resound.examples.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.netty.Resound;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the example's README says. */
class ChatTest {
    private Resound server;

    @BeforeEach
    void start() throws IOException {
        server = new Chat().start(0, "the client".getBytes(UTF_8));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private WireClient connect(String auth) throws IOException {
        WireClient client = WireClient.open(server.port(), "/socket.io/?EIO=4&transport=websocket");
        assertThat(client.receiveText()).startsWith("0{");
        client.text("40" + auth);
        return client;
    }

    private WireClient named(String name) throws IOException {
        WireClient client = connect("{\"name\":\"" + name + "\"}");
        assertThat(client.receiveText()).startsWith("40{\"sid\":");
        return client;
    }

    @Test
    void peopleMeetTalkAndLeave() throws IOException {
        try (WireClient ann = named("ann")) {
            ann.text("421[\"join\",\"lobby\"]");
            assertThat(ann.receiveText()).isEqualTo("431[[\"ann\"]]");
            try (WireClient bob = named("bob")) {
                bob.text("421[\"join\",\"lobby\"]");
                assertThat(bob.receiveText()).startsWith("431[[").contains("\"ann\"", "\"bob\"");
                assertThat(ann.receiveText()).isEqualTo("42[\"joined\",\"bob\"]");
                bob.text("422[\"say\",{\"room\":\"lobby\",\"text\":\"hi\"}]");
                String said = "42[\"said\",{\"room\":\"lobby\",\"from\":\"bob\",\"text\":\"hi\"}]";
                assertThat(ann.receiveText()).isEqualTo(said);
                assertThat(new String[] {bob.receiveText(), bob.receiveText()})
                        .containsExactly(said, "432[true]");
            }
            assertThat(ann.receiveText()).isEqualTo("42[\"left\",\"bob\"]");
        }
    }

    @Test
    void nobodyTalksInRoomsTheyAreNotIn() throws IOException {
        try (WireClient ann = named("ann")) {
            ann.text("421[\"say\",{\"room\":\"lobby\",\"text\":\"hi\"}]");
            assertThat(ann.receiveText()).isEqualTo("431[false]");
        }
    }

    @Test
    void whoHasNoNameIsRefused() throws IOException {
        try (WireClient nobody = connect("")) {
            assertThat(nobody.receiveText()).isEqualTo("44{\"message\":\"What is your name?\"}");
        }
    }

    @Test
    void thePageAndTheClientAreServed() throws IOException {
        try (WireClient browser = WireClient.connect(server.port())) {
            WireClient.Response page = browser.get("/").readResponse();
            assertThat(page.body()).contains("<script src=\"/socket.io.js\">");
            assertThat(page.headers()).containsEntry("Content-Type", "text/html");
            assertThat(browser.get("/socket.io.js").readResponse().body()).isEqualTo("the client");
        }
    }
}
