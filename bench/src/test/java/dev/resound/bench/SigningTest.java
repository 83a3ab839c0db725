package dev.resound.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Against the published vectors of Pusher's HTTP API and channel authorisation. */
class SigningTest {

    private static final Target.Pusher DOCUMENTED =
            Target.pusher(
                    "ws://127.0.0.1:8080/", "3", "278d425bdf160c739803", "7ad3773142a6692b25b8");

    @Test
    void publishesAreSignedAsDocumented() {
        String body =
                "{\"name\":\"foo\",\"channels\":[\"project-3\"],\"data\":\"{\\\"some\\\":\\\"data\\\"}\"}";
        byte[] request =
                new RequestSigner(DOCUMENTED)
                        .publish(body.getBytes(StandardCharsets.UTF_8), 1_353_088_179);

        assertThat(new String(request, StandardCharsets.UTF_8))
                .isEqualTo(
                        "POST /apps/3/events?auth_key=278d425bdf160c739803"
                                + "&auth_timestamp=1353088179&auth_version=1.0"
                                + "&body_md5=ec365a775a4cd0599faeb73354201b6f"
                                + "&auth_signature="
                                + "da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c"
                                + " HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
                                + "Content-Type: application/json\r\nContent-Length: 68\r\n\r\n"
                                + body);
    }

    @Test
    void thePathPrefixIsRequestedButNotSigned() {
        var prefixed = Target.pusher("ws://127.0.0.1:8080/ws/", "3", DOCUMENTED.appKey(), "secret");
        String request = publish(prefixed);
        String plain =
                publish(Target.pusher("ws://127.0.0.1:8080", "3", DOCUMENTED.appKey(), "secret"));

        assertThat(request).startsWith("POST /ws/apps/3/events?");
        assertThat(request.substring("POST /ws".length()))
                .isEqualTo(plain.substring("POST ".length()));
    }

    @Test
    void privateChannelsAreSignedAsDocumented() {
        assertThat(new RequestSigner(DOCUMENTED).channelAuth("1234.1234", "private-foobar"))
                .isEqualTo(
                        "278d425bdf160c739803:"
                                + "58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4");
    }

    @Test
    void whatIsNoTargetIsExplained() {
        assertThatThrownBy(() -> Target.raw("wss://host/", ""))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("no TLS");
        assertThatThrownBy(() -> Target.raw("127.0.0.1:8080", ""))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("Not a URL");
        assertThatThrownBy(() -> Target.raw("ws://host:99999/", ""))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("No such port");
        assertThatThrownBy(() -> Target.pusher("ws://host", "1", "key with blanks", "s"))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("app key");
    }

    @Test
    void rawTargetsKeepPathAndQuery() {
        assertThat(Target.raw("ws://host/a%20b?c=d", "").socketPath()).isEqualTo("/a%20b?c=d");
        assertThat(Target.raw("http://host", "").socketPath()).isEqualTo("/");
        assertThat(Target.raw("ws://host", "").address().authority()).isEqualTo("host:80");
        assertThat(Target.raw("ws://[::1]:9/", "").address().authority()).isEqualTo("[::1]:9");
    }

    @Test
    void rawTargetsPublishWhereTheySubscribeUnlessToldOtherwise() {
        assertThat(Target.raw("ws://host/room?a", "").publishing().socketPath())
                .isEqualTo("/room?a");
        assertThat(Target.raw("ws://host/sub/x", "/pub/x").publishing().socketPath())
                .isEqualTo("/pub/x");
        assertThatThrownBy(() -> Target.raw("ws://host/sub/x", "pub/x"))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("Not a path");
    }

    @Test
    void socketIoTargetsHaveTheUsualPathOrTheUrls() {
        String query = "?EIO=4&transport=websocket";
        assertThat(Target.socketIo("ws://host:3000").socketPath()).isEqualTo("/socket.io/" + query);
        assertThat(Target.socketIo("ws://host/").socketPath()).isEqualTo("/socket.io/" + query);
        assertThat(Target.socketIo("http://host/rt").socketPath()).isEqualTo("/rt/" + query);
    }

    private static String publish(Target.Pusher target) {
        return new String(
                new RequestSigner(target).publish(new byte[] {'{', '}'}, 1),
                StandardCharsets.UTF_8);
    }
}
