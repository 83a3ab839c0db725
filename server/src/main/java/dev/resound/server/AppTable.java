package dev.resound.server;

import dev.resound.pusher.Dialect;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A table of apps in a database, with the columns soketi gave it. Printing it shows no secret.
 *
 * @param url of JDBC, of PostgreSQL or MariaDB; may hold a password
 * @param user null if the URL names one, or none is needed
 * @param table its name, perhaps with that of its schema and a dot before it
 * @param pool how many connections there are at most
 * @param cacheTime after so much time an app is read again
 * @param unknownTime for so long it is not asked again for an app it does not have
 * @param staleTime for so long an app is served that cannot be read again
 * @param dialect of the apps
 */
record AppTable(
        String url,
        @Nullable String user,
        @Nullable String password,
        String table,
        int pool,
        Duration cacheTime,
        Duration unknownTime,
        Duration staleTime,
        Dialect dialect) {
    /** Letters, digits and underscores, perhaps twice with a dot between. */
    static boolean isTable(String text) {
        return text.length() <= 128
                && text.matches("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)?");
    }

    Database database() {
        return new Database(url, user, password);
    }

    /** The query for the app that has this text in a column: {@code id} or {@code key}. */
    String query(String column) {
        Database database = database();
        return "SELECT * FROM "
                + database.quoted(table)
                + " WHERE "
                + database.quoted(column)
                + " = ?";
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
        return "AppTable[" + table + "]";
    }
}
