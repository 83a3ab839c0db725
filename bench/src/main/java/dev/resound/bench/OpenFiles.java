package dev.resound.bench;

import java.util.Optional;

/** Every connection is an open file, here and in the server: says so before the kernel does. */
final class OpenFiles {

    /** Files that are open anyway: classes, loops, logs. */
    private static final int OTHERS = 100;

    private OpenFiles() {}

    /**
     * @throws CannotRunException one of the processes may not open so many
     */
    static void require(int connections, Optional<ProcessView> server) {
        ProcessView.self().ifPresent(self -> require("The bench", connections, self));
        server.ifPresent(process -> require("The server", connections, process));
    }

    private static void require(String who, int connections, ProcessView process) {
        long allowed = process.maxOpenFiles();
        if (connections + OTHERS > allowed) {
            throw new CannotRunException(
                    who
                            + " may open "
                            + allowed
                            + " files, "
                            + connections
                            + " connections need "
                            + (connections + OTHERS)
                            + ": raise it with ulimit -n in the shell that starts it, or ask for"
                            + " fewer.");
        }
    }
}
