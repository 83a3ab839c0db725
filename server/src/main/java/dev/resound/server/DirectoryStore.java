package dev.resound.server;

import java.nio.file.Path;

/** A directory with two levels of others in it, and files named by hashes in these. */
record DirectoryStore(Path path) implements SignalStore {

    @Override
    public String toString() {
        return Printable.of(path.toString());
    }
}
