package dev.resound.redis;

/** Patterns of channels' names. */
final class Globs {
    private Globs() {}

    /** A pattern that matches this text alone. */
    static String literal(String text) {
        var pattern = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ("*?[]\\^".indexOf(c) >= 0) {
                pattern.append('\\');
            }
            pattern.append(c);
        }
        return pattern.toString();
    }
}
