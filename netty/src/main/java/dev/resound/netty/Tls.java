package dev.resound.netty;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A certificate chain and its private key, both PEM files. TLS 1.2 and 1.3 are spoken;
 * netty-tcnative is used when it is on the class path, the JDK's engine otherwise.
 *
 * @param keyPassword null if the key is not encrypted
 */
public record Tls(Path certificate, Path key, @Nullable String keyPassword) {

    public static Tls of(Path certificate, Path key) {
        return new Tls(certificate, key, null);
    }

    @Override
    public String toString() {
        return "TLS with " + certificate;
    }
}
