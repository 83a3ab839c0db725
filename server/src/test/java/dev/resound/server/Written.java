package dev.resound.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A configuration as somebody writes it, into a directory of its own. */
final class Written {
    private final Path directory;
    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, String> flags = new HashMap<>();
    private @Nullable String named;

    private Written(Path directory) {
        this.directory = directory;
    }

    static Written in(Path directory) {
        return new Written(directory);
    }

    Written file(String yaml) {
        return file("resound.yml", yaml);
    }

    Written file(String name, String yaml) {
        try {
            Files.writeString(directory.resolve(name), yaml);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
        return this;
    }

    /** As {@code --config} does. */
    Written named(String file) {
        named = file;
        return this;
    }

    Written variable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    Written flag(Setting<?> setting, String value) {
        flags.put(setting.name(), value);
        return this;
    }

    /** An app nobody can find fault with, by Reverb's variables. */
    Written app() {
        return variable("REVERB_APP_ID", "4711")
                .variable("REVERB_APP_KEY", "key-of-4711")
                .variable("REVERB_APP_SECRET", "0123456789abcdefghij");
    }

    Configuration read() {
        try {
            return new ConfigurationReader(directory, variables).read(named, flags);
        } catch (ConfigurationException wrong) {
            throw new AssertionError(wrong);
        }
    }

    /** What is wrong with it; nothing if it can be read. */
    List<String> problems() {
        try {
            new ConfigurationReader(directory, variables).read(named, flags);
            return List.of();
        } catch (ConfigurationException wrong) {
            return wrong.problems();
        }
    }
}
