package dev.resound.pusher;

/** Which channel, event and user names there may be. */
final class Names {
    static final int MAX_CHARS = 200;
    private static final String PUNCTUATION = "-_=@,.;";

    private Names() {}

    /**
     * Whether the name is within the dialect's rules; an empty name is for the dialect to decide.
     */
    static boolean isChannel(String name, Dialect dialect) {
        if (name.length() > MAX_CHARS) {
            return false;
        }
        return dialect.subscribing().strictNames() ? isStrict(name) : hasNoControls(name);
    }

    static boolean hasNoControls(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isStrict(String name) {
        int start = name.startsWith("#") ? 1 : 0;
        if (name.length() == start) {
            return false;
        }
        for (int i = start; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letterOrDigit =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && PUNCTUATION.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }
}
