package dev.resound.bench;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** The line that tells how a run is going. It exists on terminals only. */
final class LiveLine {

    private static final String ERASE_LINE = "\r\u001b[2K";

    private final @Nullable PrintWriter terminal;

    private LiveLine(@Nullable PrintWriter terminal) {
        this.terminal = terminal;
    }

    @SuppressWarnings("SystemConsoleNull") // JDK 25 went back to null where there is no terminal
    static LiveLine onTerminal() {
        var console = System.console();
        return new LiveLine(console != null && console.isTerminal() ? console.writer() : null);
    }

    static LiveLine none() {
        return new LiveLine(null);
    }

    boolean isShown() {
        return terminal != null;
    }

    void show(String line) {
        print(ERASE_LINE + line);
    }

    void clear() {
        print(ERASE_LINE);
    }

    private void print(String text) {
        PrintWriter writer = terminal;
        if (writer != null) {
            writer.print(text);
            writer.flush();
        }
    }
}
