package dev.resound.server;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The servers that run here: each has left a file that only its user can read, {@code
 * .resound-PORT.pid} beside the configuration file. Without such a file, or where nothing can be
 * written, it is {@code resound-USER-PORT.pid} in the directory for temporary files.
 */
final class RunningServers {
    private static final Pattern BESIDE = Pattern.compile("\\.resound-[0-9]{1,5}\\.pid");

    private final @Nullable Path beside;
    private final Path temporary;
    private final String user;

    /**
     * Looks nowhere yet.
     *
     * @param beside the directory of the configuration file; null if there is no such file
     */
    private RunningServers(@Nullable Path beside, Path temporary, String user) {
        this.beside = beside;
        this.temporary = temporary;
        this.user = user.replaceAll("[^A-Za-z0-9_.-]", "_");
    }

    /** Those of a configuration. */
    static RunningServers of(Surroundings surroundings, @Nullable String config) {
        ConfigurationPath file =
                ConfigurationPath.find(surroundings.directory(), surroundings.variables(), config);
        return new RunningServers(
                file == null ? null : file.path().toAbsolutePath().getParent(),
                Path.of(System.getProperty("java.io.tmpdir")),
                System.getProperty("user.name"));
    }

    /**
     * Says that this process serves. A file that an ended server has left is replaced.
     *
     * @return the file; null if it could not be written, so that {@code restart} will not find us
     */
    @Nullable Path announce(int port) {
        String json = RunningServer.ofThisProcess(port).map(RunningServer::toJson).orElse(null);
        if (json == null) {
            return null;
        }
        if (beside != null && write(beside.resolve(".resound-" + port + ".pid"), json)) {
            return beside.resolve(".resound-" + port + ".pid");
        }
        Path file = inTemporary(port);
        return write(file, json) ? file : null;
    }

    private Path inTemporary(int port) {
        return temporary.resolve("resound-" + user + "-" + port + ".pid");
    }

    private static boolean write(Path file, String json) {
        try {
            if (RunningServer.read(file) != null) {
                return false; // another server, which listens on the same port of another address
            }
            Files.deleteIfExists(file);
            // A new file, never one that somebody else has put there, or a link to one.
            Files.createFile(file, ownerOnly(file));
            Files.writeString(file, json + "\n");
            return true;
        } catch (FileAlreadyExistsException raced) {
            return false;
        } catch (IOException notHere) {
            return false;
        }
    }

    static FileAttribute<?>[] ownerOnly(Path file) {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /**
     * The server that is meant.
     *
     * @param port null: the only one beside the configuration file
     * @throws WrongUsage if several may be meant
     */
    Optional<RunningServer> only(@Nullable Integer port) throws WrongUsage {
        List<RunningServer> found = new ArrayList<>();
        if (beside != null) {
            found.addAll(in(beside));
        }
        if (port != null) {
            found.removeIf(server -> server.port() != port);
        }
        if (found.size() > 1) {
            List<Integer> ports = found.stream().map(RunningServer::port).sorted().toList();
            throw new WrongUsage("several servers run here, say which: --port " + ports);
        }
        return found.stream().findFirst().or(() -> temporary(port));
    }

    private Optional<RunningServer> temporary(@Nullable Integer port) {
        return port == null
                ? Optional.empty()
                : Optional.ofNullable(RunningServer.read(inTemporary(port)));
    }

    private static List<RunningServer> in(Path directory) {
        List<RunningServer> servers = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, ".resound-*")) {
            for (Path file : files) {
                Matcher name = BESIDE.matcher(String.valueOf(file.getFileName()));
                RunningServer server = name.matches() ? RunningServer.read(file) : null;
                if (server != null) {
                    servers.add(server);
                }
            }
        } catch (IOException unreadable) {
            return List.of();
        }
        return servers;
    }
}
