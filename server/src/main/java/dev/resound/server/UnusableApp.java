package dev.resound.server;

/** A row whose values make no app. Its text names the app and the column, and no value. */
final class UnusableApp extends Exception {
    private static final long serialVersionUID = 1;

    UnusableApp(String id, String column, String reason) {
        super("app " + Values.shown(id) + ": column " + column + " " + reason);
    }
}
