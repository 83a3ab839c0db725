package dev.resound.server;

import dev.resound.pusher.App;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again while the server runs, and has it serve the apps that are in it
 * then. A configuration with errors changes nothing, but that the server is degraded until there is
 * a better one. <b>Thread:</b> any, one at a time.
 */
final class Reload {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);
    private static final String MISSING = "missing";

    private final Server server;
    private final Configuration started;
    private final @Nullable Path file;
    private final Reader reader;
    private List<App> apps; // this and the rest guarded by this
    private String read = "";
    private String seen = "";

    /** Reads all layers of the configuration, as at the start. */
    interface Reader {
        Configuration read() throws ConfigurationException;
    }

    /**
     * Has nothing to do yet.
     *
     * @param started what the server was started with
     * @param file the one that is looked at; null: none was read
     */
    Reload(Server server, Configuration started, @Nullable Path file, Reader reader) {
        this.server = server;
        this.started = started;
        this.file = file;
        this.reader = reader;
        this.apps = started.apps().list();
    }

    /**
     * Looks whether the file is another one. What is in it counts, and not when it was written:
     * links that are moved from one directory to another (ConfigMaps of Kubernetes) bring any time
     * with them. Whoever is still writing is waited for: a change must be seen twice.
     */
    synchronized void poll() {
        if (file == null) {
            return;
        }
        String content = digest(file);
        boolean settled = content.equals(seen);
        seen = content;
        if (settled && !content.equals(read)) {
            read = content;
            now(false);
        }
    }

    private static String digest(Path file) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest);
        } catch (IOException unreadable) {
            return MISSING;
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Somebody has asked. */
    synchronized void now() {
        now(true);
    }

    private void now(boolean asked) {
        Configuration next;
        try {
            next = reader.read();
        } catch (ConfigurationException wrong) {
            wrong.problems().forEach(problem -> LOG.warn("Not reloaded: {}", problem));
            server.outdated(true);
            return;
        }
        if (next.apps().development() && !started.apps().development()) {
            // Rather a file that was emptied by mistake than the wish to lose every socket.
            LOG.warn("Not reloaded: the configuration names no app any more");
            server.outdated(true);
            return;
        }
        server.outdated(false);
        next.notes().warnings().stream()
                .filter(warning -> !started.notes().warnings().contains(warning))
                .forEach(warning -> LOG.warn("{}", warning));
        Set<String> changed = changed(started.notes().settings(), next.notes().settings());
        if (!changed.isEmpty()) {
            LOG.warn("Changed, and used after a restart only: {}", String.join(", ", changed));
        }
        serve(next.apps().list(), asked);
    }

    private void serve(List<App> next, boolean asked) {
        if (next.equals(apps)) {
            if (asked) {
                LOG.info("Reloaded: the apps are what they were");
            }
            return;
        }
        Map<String, App> before = byId(apps);
        Map<String, App> after = byId(next);
        long added = next.stream().filter(app -> !before.containsKey(app.id())).count();
        long removed = apps.stream().filter(app -> !after.containsKey(app.id())).count();
        long other =
                next.stream()
                        .filter(app -> before.containsKey(app.id()))
                        .filter(app -> !app.equals(before.get(app.id())))
                        .count();
        apps = next;
        server.serve(next);
        LOG.info("Reloaded: apps added: {}, changed: {}, removed: {}", added, other, removed);
    }

    private static Map<String, App> byId(List<App> apps) {
        return apps.stream().collect(Collectors.toMap(App::id, Function.identity()));
    }

    private static Set<String> changed(Map<String, Given> before, Map<String, Given> after) {
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        names.removeIf(name -> Objects.equals(text(before.get(name)), text(after.get(name))));
        return names;
    }

    private static @Nullable String text(@Nullable Given given) {
        return given == null ? null : given.text();
    }
}
