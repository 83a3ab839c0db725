package dev.resound.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the kernel's files under {@code /proc}. */
final class ProcFile {

    private static final int MAX_BYTES = 64 << 10;

    private ProcFile() {}

    /**
     * The whole file, asked for at once: {@code Files.readString} asks for one byte first, because
     * these files claim to be empty, and then some of them have nothing more to say.
     */
    static String read(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
        }
    }
}
