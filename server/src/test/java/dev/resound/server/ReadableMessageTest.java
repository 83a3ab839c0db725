package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code --debug} shows of a message, and what it does not. */
class ReadableMessageTest {
    private static final String SIGNATURE =
            "58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4";
    private static final String SECRET = "0123456789abcdefghij";

    private static String shown(String message) {
        return ReadableMessage.of(message, SECRET);
    }

    // ---- readable

    @Test
    void eventChannelAndDataComeInThisOrderWhateverTheirOrderOnTheWire() {
        assertThat(shown("{\"data\":{\"a\":1},\"channel\":\"room\",\"event\":\"client-x\"}"))
                .isEqualTo("client-x on room  {\"a\":1}");
    }

    @Test
    void dataThatIsAStringOfJsonIsDecoded() {
        assertThat(
                        shown(
                                "{\"event\":\"x\",\"channel\":\"room\",\"data\":\"{\\\"user\\\":"
                                        + " \\\"J\\u00e9r\\u00f4me\\\",\\\"n\\\":[1, 2]}\"}"))
                .isEqualTo("x on room  {\"user\":\"Jérôme\",\"n\":[1,2]}");
    }

    @Test
    void jsonInJsonInJsonIsDecoded() {
        assertThat(
                        shown(
                                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"presence-a\","
                                        + "\"channel_data\":\"{\\\"user_id\\\":7}\"}}"))
                .isEqualTo(
                        "pusher:subscribe  {\"channel\":\"presence-a\",\"channel_data\":{\"user_id\":7}}");
    }

    @Test
    void otherFieldsAreShownWithTheirNames() {
        assertThat(
                        shown(
                                "{\"event\":\"x\",\"channel\":\"room\",\"data\":\"hi\",\"user_id\":\"7\"}"))
                .isEqualTo("x on room  data=hi user_id=7");
        assertThat(shown("{\"event\":\"pusher:ping\"}")).isEqualTo("pusher:ping");
    }

    @Test
    void longDataIsCutAfter200Characters() {
        String data = "x".repeat(500);
        assertThat(shown("{\"event\":\"x\",\"channel\":\"room\",\"data\":\"" + data + "\"}"))
                .isEqualTo("x on room  " + "x".repeat(200) + "…");
        assertThat(ReadableMessage.of("e", "c", "\"" + "x".repeat(198) + "\"", SECRET))
                .isEqualTo("e on c  \"" + "x".repeat(198) + "\"");
    }

    @Test
    void cuttingDoesNotHalveACharacter() {
        String data = "x".repeat(199) + "🙂🙂";
        assertThat(shown("{\"event\":\"x\",\"data\":\"" + data + "\"}"))
                .isEqualTo("x  " + "x".repeat(199) + "…");
    }

    @Test
    void controlCharactersAreEscaped() {
        assertThat(shown("{\"event\":\"a\\u001b[31mb\",\"data\":\"1\\n2\\u0000\\u202e\"}"))
                .isEqualTo("a\\u001b[31mb  1\\n2\\u0000\\u202e");
        assertThat(shown("a\u001b]0;title\u0007\r\nb"))
                .isEqualTo("not an event: a\\u001b]0;title\\u0007\\r\\nb");
        assertThat(ReadableMessage.of("e\n", "c\u009b", "1", SECRET))
                .isEqualTo("e\\n on c\\u009b  1");
    }

    @Test
    void whatIsNoEventIsShownAsItIs() {
        assertThat(shown("hello")).isEqualTo("not an event: hello");
        assertThat(shown("")).isEqualTo("not an event: ");
        assertThat(shown("[1]")).isEqualTo("not an event: [1]");
        assertThat(shown("{\"data\":1}")).isEqualTo("not an event: {\"data\":1}");
        assertThat(shown("{\"event\":\"x\"} trailing"))
                .isEqualTo("not an event: {\"event\":\"x\"} trailing");
        assertThat(shown("{\"event\":\"x\",\"data\":{\"a\":[1,"))
                .isEqualTo("not an event: {\"event\":\"x\",\"data\":{\"a\":[1,");
    }

    @Test
    void deepNestingIsCutInsteadOfOverflowing() {
        assertThat(shown("[".repeat(100_000))).startsWith("not an event: [[[").endsWith("…");
        assertThat(shown("{\"a\":".repeat(100_000))).startsWith("not an event: {\"a\":{");
    }

    // ---- hidden

    @Test
    void authIsNeverShown() {
        assertThat(
                        shown(
                                "{\"event\":\"pusher:subscribe\",\"data\":{\"auth\":\"key:"
                                        + SIGNATURE
                                        + "\",\"channel\":\"private-a\"}}"))
                .isEqualTo("pusher:subscribe  {\"auth\":***,\"channel\":\"private-a\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'event':'pusher:subscribe','data':{'auth':'key:SIGNATURE'}}",
                "{\"event\":\"x\",\"data\":\"{\\\"auth\\\":\\\"key:SIGNATURE\\\"}\"}",
                "{\"event\":\"x\",\"auth\":\"key:SIGNATURE\"}",
                "{\"event\":\"x\",\"data\":{\"au\\u0074h\":\"key:SIGNATURE\"}}",
                "{\"event\":\"x\",\"data\":{\"auth\":[\"key:SIGNATURE\"]}}",
                "{\"event\":\"x\",\"data\":{\"auth\":{\"a\":\"key:SIGNATURE\"}}}",
                "{\"event\":\"x\",\"data\":{\"auth\":\"key:SIGNATURE",
                "{\"event\":\"x\",\"data\":{\"other\":\"key:SIGNATURE\"}}",
                "{\"event\":\"key:SIGNATURE\"}",
                "auth=key:SIGNATURE",
                "{\"event\":\"x\",\"data\":{\"shared_secret\":\"SIGNATURE\"}}"
            })
    void signaturesAreNeverShownHoweverTheMessageIsMade(String message) {
        assertThat(shown(message.replace("SIGNATURE", SIGNATURE)))
                .contains("***")
                .doesNotContain(SIGNATURE)
                .doesNotContain(SIGNATURE.substring(0, 16));
    }

    @Test
    void aSignatureAtTheCutIsHiddenBeforeTheCut() {
        String data = "x".repeat(180) + " " + SIGNATURE;
        assertThat(shown("{\"event\":\"x\",\"data\":\"" + data + "\"}"))
                .doesNotContain(SIGNATURE.substring(0, 8));
    }

    @Test
    void theAppsSecretIsNeverShown() {
        assertThat(shown("{\"event\":\"x\",\"data\":{\"a\":\"" + SECRET + "\"}}"))
                .isEqualTo("x  {\"a\":\"***\"}");
        assertThat(ReadableMessage.of("x", "room-" + SECRET, "1", SECRET))
                .isEqualTo("x on room-***  1");
    }

    @Test
    void otherKeysThatOpenSomethingAreHiddenToo() {
        assertThat(
                        shown(
                                "{\"event\":\"x\",\"data\":{\"password\":\"a\",\"token\":1,\"secret\":[2],"
                                        + "\"n\":3}}"))
                .isEqualTo("x  {\"password\":***,\"token\":***,\"secret\":***,\"n\":3}");
    }
}
