package dev.resound.pusher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The file of dead letters, which a server appends to while {@code resound webhooks replay} takes
 * it away. Readable by its owner only. <b>Thread:</b> any that may block.
 *
 * <p>Whoever appends opens the file anew and, as who takes it away, holds a lock on a file beside
 * it: nothing is ever appended to a file that is already being read, or gone.
 */
final class DeadLetterFile {
    static final long MAX_BYTES = 64L << 20;

    /** Within the process, where locks of files do not count. */
    private static final ReentrantLock LOCK = new ReentrantLock();

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path file;

    /** What is done under a lock. */
    interface Step<T> {
        T run() throws IOException;
    }

    /** At this path; there need be no such file. */
    DeadLetterFile(Path file) {
        this.file = file;
    }

    private Path beside(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    /**
     * Appends.
     *
     * @param lines with their line ends
     * @param maxBytes of the file
     * @return how many of the lines found room
     * @throws IOException and then nothing was written
     */
    int append(List<byte[]> lines, long maxBytes) throws IOException {
        return exclusively(() -> {
            try (FileChannel channel =
                    open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE)) {
                return append(channel, lines, maxBytes);
            }
        });
    }

    private static int append(FileChannel channel, List<byte[]> lines, long maxBytes)
            throws IOException {
        long before = channel.size();
        int written = 0;
        try {
            channel.position(before);
            if (before > 0 && !endsWithLine(channel, before)) {
                write(channel, ByteBuffer.wrap(new byte[] {'\n'})); // half a line, of a crash
            }
            for (byte[] line : lines) {
                if (channel.position() + line.length > maxBytes) {
                    break;
                }
                write(channel, ByteBuffer.wrap(line));
                written++;
            }
            return written;
        } catch (IOException failed) {
            channel.truncate(before);
            throw failed;
        }
    }

    private static boolean endsWithLine(FileChannel channel, long size) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        channel.read(last, size - 1);
        return last.get(0) == '\n';
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /**
     * Takes the file away, so that it can be read at leisure. What somebody took and did not finish
     * with is part of it.
     *
     * @return where it is now; null if there are no letters
     */
    @Nullable Path take() throws IOException {
        Path taken = beside(".replay");
        boolean any =
                exclusively(() -> {
                    if (Files.exists(taken)) {
                        giveBack(taken);
                    }
                    if (Files.notExists(file)) {
                        return false;
                    }
                    Files.move(file, taken, StandardCopyOption.ATOMIC_MOVE);
                    return true;
                });
        return any ? taken : null;
    }

    private void giveBack(Path taken) throws IOException {
        try (FileChannel from = open(taken, StandardOpenOption.READ);
                FileChannel to =
                        open(
                                file,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE)) {
            append(to, List.of(), Long.MAX_VALUE);
            for (long at = 0; at < from.size(); ) {
                at += from.transferTo(at, from.size() - at, to);
            }
        }
        Files.delete(taken);
    }

    /**
     * Runs the step unless another process, or thread, is at such a step.
     *
     * @throws IOException if one is
     */
    <T> T alone(Step<T> step) throws IOException {
        try (FileChannel channel =
                open(beside(".replay.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FileLock lock = null;
            try {
                lock = channel.tryLock();
            } catch (OverlappingFileLockException here) {
                // in this process, and as good as elsewhere
            }
            if (lock == null) {
                throw new IOException("another replay of " + file + " is running");
            }
            return step.run();
        }
    }

    private <T> T exclusively(Step<T> step) throws IOException {
        LOCK.lock();
        try (FileChannel channel =
                open(beside(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock(); // until the channel is closed
            return step.run();
        } finally {
            LOCK.unlock();
        }
    }

    private static FileChannel open(Path file, OpenOption... options) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? FileChannel.open(file, Set.of(options), OWNER_ONLY)
                : FileChannel.open(file, options);
    }
}
