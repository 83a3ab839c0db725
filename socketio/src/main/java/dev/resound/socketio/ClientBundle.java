package dev.resound.socketio;

import dev.resound.engineio.EngineIo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The scripts of clients in browsers, with their licence, from a directory. Immutable. */
final class ClientBundle {
    private static final List<String> SCRIPTS =
            List.of(
                    "socket.io.js",
                    "socket.io.min.js",
                    "socket.io.esm.min.js",
                    "socket.io.msgpack.min.js");
    private static final String LICENCE = "LICENSE";
    private static final String JAVASCRIPT = "application/javascript; charset=utf-8";
    private static final String JSON = "application/json; charset=utf-8";

    private final List<Part> parts;

    /**
     * One file.
     *
     * @param version changes with the content
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares parts
    private record Part(String name, String contentType, String version, byte[] content) {}

    private ClientBundle(List<Part> parts) {
        this.parts = parts;
    }

    /**
     * Reads it all.
     *
     * @throws IllegalArgumentException if it is no directory, has no scripts, or no licence
     */
    static ClientBundle read(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException("clientBundle: no directory at " + directory);
        }
        try {
            Path real = directory.toRealPath(); // so that there is a directory above it
            Path licence = find(real, LICENCE);
            if (licence == null) {
                throw new IllegalArgumentException(
                        "clientBundle: no file LICENSE in "
                                + directory
                                + " or the directory above it; the scripts may only be given away"
                                + " together with their licence");
            }
            String version = version(real);
            List<Part> parts = new ArrayList<>();
            for (String script : SCRIPTS) {
                add(parts, real.resolve(script), script, JAVASCRIPT, version);
                add(parts, real.resolve(script + ".map"), script + ".map", JSON, version);
            }
            if (parts.isEmpty()) {
                throw new IllegalArgumentException(
                        "clientBundle: none of " + SCRIPTS + " in " + directory);
            }
            add(parts, licence, LICENCE, "text/plain; charset=utf-8", version);
            return new ClientBundle(List.copyOf(parts));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Has them served below the server's path. */
    EngineIo.Builder addTo(EngineIo.Builder engine) {
        for (Part part : parts) {
            engine.file(part.name, part.contentType, part.version, part.content);
        }
        return engine;
    }

    /** Does nothing where there is no such file. */
    private static void add(
            List<Part> parts, Path file, String name, String contentType, @Nullable String version)
            throws IOException {
        if (Files.isRegularFile(file)) {
            byte[] content = Files.readAllBytes(file);
            String tag = version != null ? version : UUID.nameUUIDFromBytes(content).toString();
            parts.add(new Part(name, contentType, tag, content));
        }
    }

    /** In the directory itself, or in that of the package around it. */
    private static @Nullable Path find(Path directory, String name) {
        for (Path place : List.of(directory, directory.resolve(".."))) {
            Path file = place.resolve(name).normalize();
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        return null;
    }

    /** That of the client's package; null if the files have come without it. */
    private static @Nullable String version(Path directory) throws IOException {
        Path description = find(directory, "package.json");
        if (description == null) {
            return null;
        }
        JsonNode json = JsonMapper.shared().readTree(Files.readAllBytes(description));
        boolean isClients = json.path("name").asString("").equals("socket.io-client");
        String version = json.path("version").asString("");
        return isClients && !version.isEmpty() ? version : null;
    }
}
