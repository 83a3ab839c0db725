package dev.resound.server;

import java.util.Locale;
import java.util.Set;

/** Which secrets are none, because everybody knows them. */
final class Secrets {
    static final String DEVELOPMENT_APP = "resound-dev";
    static final String DEVELOPMENT_KEY = "resound-dev-key";
    static final String DEVELOPMENT_SECRET = "resound-dev-secret";
    static final int SHORT_CHARS = 16;

    /** From our own and other servers' documentation, and what people type to get on. */
    private static final Set<String> SAMPLES =
            Set.of(
                    DEVELOPMENT_SECRET,
                    "app-secret",
                    "appsecret",
                    "changeit",
                    "change-it",
                    "changeme",
                    "change-me",
                    "change-this",
                    "default",
                    "demo-secret",
                    "dev-secret",
                    "example",
                    "laravel-reverb-secret",
                    "local-secret",
                    "my-app-secret",
                    "my-secret",
                    "mysecret",
                    "password",
                    "placeholder",
                    "pusher-app-secret",
                    "reverb-app-secret",
                    "reverb-secret",
                    "secret",
                    "test",
                    "test-secret",
                    "todo",
                    "your-app-secret",
                    "your-pusher-app-secret",
                    "your-reverb-app-secret",
                    "your-reverb-secret",
                    "your-secret");

    private Secrets() {}

    /** Whether it is a sample, or a placeholder that nobody has replaced. */
    static boolean isSample(String secret) {
        String plain = secret.strip().toLowerCase(Locale.ROOT).replace('_', '-').replace(' ', '-');
        return SAMPLES.contains(plain)
                || plain.matches("<.*>|\\$\\{.*|\\{\\{.*|%.*%")
                || plain.chars().distinct().count() == 1;
    }
}
