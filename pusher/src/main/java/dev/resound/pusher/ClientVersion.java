package dev.resound.pusher;

import org.jspecify.annotations.Nullable;

/** What a client says of itself in the address it connects to. */
final class ClientVersion {
    private static final int OLDEST_PROTOCOL = 5;
    private static final int NEWEST_PROTOCOL = 7;

    private ClientVersion() {}

    /** What is wrong with it for a server that looks; null if nothing is. */
    static @Nullable PusherError check(Query query) {
        String protocol = query.get("protocol");
        if (protocol == null || protocol.isEmpty()) {
            return PusherError.NO_PROTOCOL;
        }
        if (protocol.length() > 1
                || protocol.charAt(0) < '0' + OLDEST_PROTOCOL
                || protocol.charAt(0) > '0' + NEWEST_PROTOCOL) {
            return PusherError.PROTOCOL;
        }
        String version = query.get("version");
        return version == null || startsAsVersion(version) ? null : PusherError.VERSION;
    }

    /** Digits, a dot, a digit; whatever comes then. */
    private static boolean startsAsVersion(String version) {
        int dot = version.indexOf('.');
        if (dot < 1 || dot + 1 == version.length() || !isDigit(version.charAt(dot + 1))) {
            return false;
        }
        return version.chars().limit(dot).allMatch(c -> isDigit((char) c));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
