package dev.resound.server;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * One event, one line: time, level, who, what. Control characters are shown escaped, so that
 * nothing a peer sends can look like a line of its own. Only a stack trace takes more lines.
 */
final class LogLine extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX")
                    .withZone(ZoneId.systemDefault());

    private final ThrowableProxyConverter stackTrace = new ThrowableProxyConverter();

    @Override
    public void start() {
        stackTrace.start();
        super.start();
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        String name = event.getLoggerName();
        StringBuilder line = new StringBuilder(160);
        TIME.formatTo(event.getInstant(), line);
        line.append(' ').append(event.getLevel()).append(' ');
        line.append(name, name.lastIndexOf('.') + 1, name.length()).append(": ");
        Printable.append(event.getFormattedMessage(), line);
        line.append('\n');
        return event.getThrowableProxy() == null
                ? line.toString()
                : line.append(stackTrace.convert(event)).toString();
    }
}
