package dev.resound.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The signal in a file, as Laravel's cache store {@code file} has it: ten digits, the time at which
 * it is no longer valid, and then the value. The hash of the key names the file and, with its first
 * digits, the two directories above it.
 */
final class FileRestartSignal implements RestartSignal {
    private static final int EXPIRATION_CHARS = 10;
    private static final String NEVER = "9999999999";
    private static final int MAX_FILE_BYTES = 10_000;

    private final Path directory;
    private final Path parent;
    private final Path file;
    private final InstantSource clock;

    FileRestartSignal(Path directory, String key, InstantSource clock) {
        String hash = sha1(key);
        this.directory = directory;
        this.parent = directory.resolve(hash.substring(0, 2)).resolve(hash.substring(2, 4));
        this.file = parent.resolve(hash);
        this.clock = clock;
    }

    private static String sha1(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible); // every JDK has it
        }
    }

    @Override
    public @Nullable String read() throws IOException {
        String content;
        try (InputStream in = Files.newInputStream(file)) {
            content = new String(in.readNBytes(MAX_FILE_BYTES), UTF_8);
        } catch (NoSuchFileException none) {
            if (!Files.isDirectory(directory)) {
                throw new NoSuchFileException(directory.toString());
            }
            return null;
        }
        if (content.isEmpty()) {
            return null; // PHP empties a file before it writes
        }
        if (!content.matches("(?s)[0-9]{10}.*")) {
            return content;
        }
        long expiration = Long.parseLong(content.substring(0, EXPIRATION_CHARS));
        return expiration <= clock.instant().getEpochSecond()
                ? null
                : content.substring(EXPIRATION_CHARS);
    }

    /**
     * Nobody may find the file empty: PHP takes that for a value that is no longer valid, and
     * deletes it. So a new one comes with what is in it; an old one is written over, because it
     * belongs to the application, which has to write to it again.
     */
    @Override
    public void write(long epochSeconds) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new NoSuchFileException(directory.toString());
        }
        ByteBuffer content =
                ByteBuffer.wrap((NEVER + PhpInteger.serialized(epochSeconds)).getBytes(UTF_8));
        if (Files.exists(file)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                int size = content.remaining();
                channel.write(content);
                channel.truncate(size);
            }
            return;
        }
        Files.createDirectories(parent);
        Path unfinished = parent.resolve("resound-" + ProcessHandle.current().pid());
        try {
            Files.write(unfinished, content.array(), StandardOpenOption.CREATE_NEW);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    @Override
    public void close() {}
}
