package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogLineTest {
    private final LogLine layout = new LogLine();

    private String line(String message, @Nullable Throwable failure) {
        layout.start();
        var logger = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("a.b.Server");
        var event = new LoggingEvent("", logger, Level.WARN, message, failure, null);
        event.setInstant(Instant.parse("2026-11-21T12:00:00.123Z"));
        return layout.doLayout(event);
    }

    @Test
    void anEventIsOneLine() {
        assertThat(line("Stopped", null))
                .matches("2026-11-2[0-9]T[0-9:]{8}\\.123\\S+ WARN Server: Stopped\n");
    }

    @Test
    void nothingLoggedCanLookLikeAnotherLine() {
        assertThat(line("a\r\nb\u001b[2Jc", null)).endsWith("Server: a\\r\\nb\\u001b[2Jc\n");
    }

    @Test
    void failuresComeWithTheirStackTrace() {
        assertThat(line("Oops", new IllegalStateException("why")))
                .contains("Server: Oops\njava.lang.IllegalStateException: why")
                .contains("at dev.resound.server.LogLineTest");
    }

    @Test
    void nettyIsQuietAndSoIsDebugging() {
        assertThat(LoggerFactory.getLogger("io.netty.channel").isInfoEnabled()).isFalse();
        assertThat(LoggerFactory.getLogger("dev.resound").isInfoEnabled()).isTrue();
        assertThat(LoggerFactory.getLogger("dev.resound").isDebugEnabled()).isFalse();
    }
}
