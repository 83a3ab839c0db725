package dev.resound.netty;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many file descriptors this process may open. */
final class Descriptors {
    private static final int UNKNOWN = 65_536;

    private Descriptors() {}

    /**
     * The soft limit as Linux tells it; elsewhere a guess that no limit of ours depends on being
     * exact.
     */
    static int limit() {
        Path limits = Path.of("/proc/self/limits");
        try {
            for (String line : Files.readAllLines(limits)) {
                if (line.startsWith("Max open files")) {
                    String soft = line.substring("Max open files".length()).trim().split(" ", 2)[0];
                    return soft.equals("unlimited") ? Integer.MAX_VALUE : Integer.parseInt(soft);
                }
            }
        } catch (IOException | NumberFormatException notLinux) {
            return UNKNOWN;
        }
        return UNKNOWN;
    }
}
