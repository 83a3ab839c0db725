package dev.resound.sessions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Remembers what runs in a JSON file: an object with a list of companions for each owner. It is
 * read once, at the start, and written anew, as a whole, soon after each change: to a file beside
 * it, which then takes its place. A change is safe within some milliseconds, all are when {@link
 * #close} returns. <b>Cost:</b> a write costs what all owners together weigh; for very many, use a
 * {@link RunningCompanions} of your own.
 *
 * <p><b>Thread:</b> any; a virtual one writes.
 */
public final class RunningFile implements RunningCompanions {
    private static final Logger LOG = LoggerFactory.getLogger(RunningFile.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path file;
    private final ConcurrentHashMap<String, Set<String>> running = new ConcurrentHashMap<>();
    private final AtomicBoolean dirty = new AtomicBoolean();
    private final Semaphore writing = new Semaphore(1);
    private boolean unwritten; // the last try has failed; whoever writes

    private RunningFile(Path file) {
        this.file = file;
    }

    /**
     * Reads what is there; a file that is missing is an empty one.
     *
     * @throws IOException it cannot be read, or is no such object
     */
    public static RunningFile open(Path file) throws IOException {
        RunningFile opened = new RunningFile(file);
        if (Files.exists(file)) {
            opened.read();
        }
        return opened;
    }

    private void read() throws IOException {
        JsonNode all;
        try {
            all = JSON.readTree(Files.readAllBytes(file));
        } catch (JacksonException malformed) {
            throw new IOException(file + " is not JSON", malformed);
        }
        if (!(all instanceof ObjectNode owners)) {
            throw new IOException(file + " must hold a JSON object");
        }
        for (Map.Entry<String, JsonNode> of : owners.properties()) {
            if (!of.getValue().isArray()) {
                throw new IOException(file + " must hold a list of companions for each owner");
            }
            Set<String> ids = new LinkedHashSet<>();
            of.getValue().forEach(id -> ids.add(id.asString("")));
            ids.remove("");
            if (!ids.isEmpty()) {
                running.put(of.getKey(), Collections.unmodifiableSet(ids));
            }
        }
    }

    @Override
    public Set<String> of(String owner) {
        return running.getOrDefault(owner, Set.of());
    }

    @Override
    public void add(String owner, String companion) {
        if (!of(owner).contains(companion)) {
            running.compute(owner, (key, old) -> RunningChange.with(old, companion));
            changed();
        }
    }

    @Override
    public void remove(String owner, String companion) {
        if (of(owner).contains(companion)) {
            running.computeIfPresent(owner, (key, old) -> RunningChange.without(old, companion));
            changed();
        }
    }

    private void changed() {
        if (dirty.compareAndSet(false, true)) {
            Thread.ofVirtual().name("resound-running").start(this::write);
        }
    }

    /** One at a time; what changes meanwhile is written next. */
    private void write() {
        writing.acquireUninterruptibly();
        try {
            if (!dirty.getAndSet(false) && !unwritten) {
                return;
            }
            ObjectNode all = JSON.createObjectNode();
            running.forEach((owner, companions) -> companions.forEach(all.putArray(owner)::add));
            Path next = file.resolveSibling(file.getFileName() + ".new");
            Files.write(next, JSON.writeValueAsBytes(all));
            Files.move(
                    next,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            unwritten = false;
        } catch (IOException failed) {
            unwritten = true; // the next change, or the end, tries again
            LOG.error("What runs could not be written to {}", file, failed);
        } finally {
            writing.release();
        }
    }

    @Override
    public void close() {
        write();
    }
}
