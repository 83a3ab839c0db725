package dev.resound.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the layers set, read: of several that set the same the last one wins. A value that cannot be
 * read is noted as a problem, and counts as not set.
 */
final class Values {
    private static final int SHOWN_CHARS = 60;

    private final List<Layer> layers;
    private final Problems problems;

    /**
     * Reads.
     *
     * @param layers in rising precedence
     */
    Values(List<Layer> layers, Problems problems) {
        this.layers = layers;
        this.problems = problems;
    }

    @Nullable Given given(String name) {
        Given found = null;
        for (Layer layer : layers) {
            Given here = layer.values().get(name);
            found = here == null ? found : here;
        }
        return found;
    }

    <T> @Nullable T find(Setting<T> setting) {
        return find(setting, 0);
    }

    /** The value that is set; null if there is none, or it is wrong. */
    <T> @Nullable T find(Setting<T> setting, int app) {
        Given given = given(setting.name(app));
        if (given == null) {
            return null;
        }
        T value = setting.kind().read(given.text());
        if (value == null) {
            problems.add(given.origin(), wrong(setting, setting.name(app), given.text()));
        }
        return value;
    }

    /**
     * A file that is to be written, if one is set. That it cannot be is noted.
     *
     * @param directory what it is relative to
     */
    @Nullable Path fileToWrite(Setting<Path> setting, Path directory) {
        Path written = find(setting);
        if (written == null) {
            return null;
        }
        Path file = directory.resolve(written).toAbsolutePath();
        Path parent = file.getParent();
        boolean possible =
                parent != null
                        && Files.isDirectory(parent)
                        && !Files.isDirectory(file)
                        && written.toString().chars().noneMatch(Character::isISOControl);
        if (!possible) {
            problems.add(
                    origin(setting),
                    setting.name()
                            + " is "
                            + shown(written.toString())
                            + "; it must be a file, which need not exist, in a directory that"
                            + " does");
        }
        return file;
    }

    private static String wrong(Setting<?> setting, String name, String text) {
        String is;
        if (text.isEmpty()) {
            is = " is empty";
        } else if (setting.kind().isSecret()) {
            is = " is wrong (and not shown here)";
        } else if (text.startsWith("tcp://")) {
            is = " is " + shown(text) + ", a service link of Kubernetes (enableServiceLinks)";
        } else {
            is = " is " + shown(text);
        }
        return name + is + "; it must be " + setting.kind().expected();
    }

    static String shown(String text) {
        return "\""
                + Printable.of(text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS))
                + (text.length() <= SHOWN_CHARS ? "\"" : "…\"");
    }

    <T> T value(Setting<T> setting) {
        return value(setting, 0);
    }

    <T> T value(Setting<T> setting, int app) {
        T value = find(setting, app);
        return value == null ? setting.defaultValue() : value;
    }

    <T> T valueOr(Setting<T> setting, T byDefault) {
        T value = find(setting);
        return value == null ? byDefault : value;
    }

    <T> T valueOr(Setting<T> setting, int app, T byDefault) {
        T value = find(setting, app);
        return value == null ? byDefault : value;
    }

    /** Where a setting comes from, for messages about values that are fine by themselves. */
    String origin(Setting<?> setting, int app) {
        Given given = given(setting.name(app));
        return given == null ? setting.name(app) + " (default)" : given.origin();
    }

    String origin(Setting<?> setting) {
        return origin(setting, 0);
    }
}
