package dev.resound.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which Resound this is: what Maven has written into the jar. */
final class Version {
    private static final String RESOURCE =
            "/META-INF/maven/dev.resound/resound-server/pom.properties";

    private Version() {}

    /** {@code 1.0.0}, or "(unpackaged)" when classes run that are in no jar. */
    static String current() {
        try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                return "(unpackaged)";
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version", "(unknown)");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
