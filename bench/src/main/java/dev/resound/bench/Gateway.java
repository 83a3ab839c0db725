package dev.resound.bench;

import java.util.OptionalInt;

/**
 * The gateway of device sessions under load, and who we are to it: users and apps by number.
 *
 * @param address where its sockets are
 * @param prefix path before {@code /glasses-ws} and {@code /app-ws}; may be empty
 * @param apiKey of all apps
 * @param packages what all package names begin with; the app's number follows
 * @param run makes the users of this run others than those of the last one, whose sessions may
 *     still be there
 */
record Gateway(
        Target.Address address,
        String prefix,
        GatewayTokens tokens,
        String apiKey,
        String packages,
        String run) {

    /** The user of a session. */
    String user(int session) {
        return "device" + session + "." + run + "@example.com";
    }

    String packageName(int app) {
        return packages + app;
    }

    /** Which session a webhook names. */
    OptionalInt sessionOf(String user) {
        return numberBetween(user, "device", "." + run + "@example.com");
    }

    /** Which app a webhook names, by the id of its session. */
    OptionalInt appOf(String user, String sessionId) {
        return numberBetween(sessionId, user + "-" + packages, "");
    }

    Handshake device(int session) {
        String path = prefix + "/glasses-ws?token=" + tokens.forDevice(user(session));
        return Handshake.to(address, path, "");
    }

    Handshake app(int session, int app) {
        String headers =
                "Authorization: Bearer "
                        + tokens.forApp(packageName(app), apiKey)
                        + "\r\nx-user-id: "
                        + user(session)
                        + "\r\nx-session-id: "
                        + user(session)
                        + "-"
                        + packageName(app)
                        + "\r\n";
        return Handshake.to(address, prefix + "/app-ws", headers);
    }

    private static OptionalInt numberBetween(String text, String before, String after) {
        if (!text.startsWith(before) || !text.endsWith(after)) {
            return OptionalInt.empty();
        }
        int from = before.length();
        int to = text.length() - after.length();
        int number = 0;
        for (int at = from; at < to; at++) {
            int digit = text.charAt(at) - '0';
            if (digit < 0 || digit > 9 || number > 99_999_999) {
                return OptionalInt.empty();
            }
            number = 10 * number + digit;
        }
        return from < to ? OptionalInt.of(number) : OptionalInt.empty();
    }
}
