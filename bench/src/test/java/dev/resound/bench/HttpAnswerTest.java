package dev.resound.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpAnswerTest {

    private static final class Notes implements AnswerDecoder.Sink {
        final List<String> lines = new ArrayList<>();

        @Override
        public void onAnswer(
                int status, boolean last, ByteBuf buffer, int bodyOffset, int bodyLength) {
            String body = buffer.toString(bodyOffset, bodyLength, StandardCharsets.UTF_8);
            lines.add(status + (last ? " last " : " ") + body);
        }

        @Override
        public void onBroken(String why) {
            lines.add("broken: " + why);
        }
    }

    @Test
    void pipelinedAnswersAreFoundHoweverTheStreamIsCut() {
        String stream =
                "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 2\r\n\r\n{}"
                        + "HTTP/1.1 204 No Content\r\nX-Content-Length: 9\r\n\r\n"
                        + "HTTP/1.1 401 Unauthorized\r\nCONTENT-LENGTH:   4\r\nconnection: keep-alive\r\n\r\nnope"
                        + "HTTP/1.1 200 OK\r\nconnection: Close\r\ncontent-length: 0\r\n\r\n";
        for (int piece = 1; piece <= stream.length(); piece++) {
            assertThat(decoded(stream, piece))
                    .as("in pieces of %d", piece)
                    .containsExactly("200 {}", "204 ", "401 nope", "200 last ");
        }
    }

    @Test
    void anAnswerWithoutLengthIsRefused() {
        assertThat(decoded("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 1_000))
                .containsExactly("broken: HTTP 200 without a usable Content-Length");
        assertThat(decoded("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", 1_000))
                .containsExactly("broken: HTTP 200 without a usable Content-Length");
    }

    @Test
    void whatIsNoHttpIsRefused() {
        assertThat(decoded("SSH-2.0-OpenSSH_9.2\r\n\r\n", 1_000))
                .containsExactly("broken: not an HTTP answer");
        assertThat(decoded("\r\n\r\n", 1_000)).containsExactly("broken: not an HTTP answer");
    }

    @Test
    void endlessHeadersAreRefused() {
        assertThat(decoded("x".repeat((1 << 20) + 1), 1 << 21))
                .containsExactly("broken: endless headers");
    }

    private static List<String> decoded(String stream, int piece) {
        var notes = new Notes();
        var decoder = new AnswerDecoder(notes);
        ByteBuf bytes = Unpooled.copiedBuffer(stream, StandardCharsets.ISO_8859_1);
        for (int at = 0; at < stream.length(); at += piece) {
            decoder.decode(bytes.slice(at, Math.min(piece, stream.length() - at)));
        }
        decoder.release();
        return notes.lines;
    }
}
