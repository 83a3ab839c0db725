package dev.resound.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configuration file that is read, as {@link ConfigurationReader} finds it.
 *
 * @param shown its name in messages
 */
record ConfigurationPath(Path path, String shown) {

    /**
     * Finds it; null if none is read.
     *
     * @param named with {@code --config}; null if none was
     */
    static @Nullable ConfigurationPath find(
            Path directory, Map<String, String> variables, @Nullable String named) {
        String variable = variables.getOrDefault(Environment.CONFIG, "").strip();
        String name = named == null && !variable.isEmpty() ? variable : named;
        if (name == null) {
            Path standard = directory.resolve(ConfigurationReader.FILE);
            return Files.exists(standard)
                    ? new ConfigurationPath(standard, ConfigurationReader.FILE)
                    : null;
        }
        return new ConfigurationPath(directory.resolve(name), name);
    }
}
