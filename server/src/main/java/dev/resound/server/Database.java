package dev.resound.server;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A database we have a driver for, and how to get in. Printing it shows no secret.
 *
 * @param url of JDBC, of PostgreSQL or MariaDB; may hold a password
 * @param user null if the URL names one, or none is needed
 */
record Database(String url, @Nullable String user, @Nullable String password) {
    private static final String POSTGRESQL = "jdbc:postgresql:";
    private static final String MARIADB = "jdbc:mariadb:";
    private static final String MYSQL = "jdbc:mysql:";

    /** Whether it is a URL of a database we have a driver for. */
    static boolean isUrl(String text) {
        String start = text.toLowerCase(Locale.ROOT);
        return start.startsWith(POSTGRESQL + "//")
                || start.startsWith(MARIADB + "//")
                || start.startsWith(MYSQL + "//");
    }

    boolean isPostgreSql() {
        return url.toLowerCase(Locale.ROOT).startsWith(POSTGRESQL);
    }

    /** The URL as our driver knows it: that of MariaDB speaks MySQL, but wants another name. */
    String driverUrl() {
        return url.toLowerCase(Locale.ROOT).startsWith(MYSQL)
                ? MARIADB + url.substring(MYSQL.length())
                : url;
    }

    /** A name, perhaps with that of its schema and a dot before it, as it stands in a statement. */
    String quoted(String name) {
        String quote = isPostgreSql() ? "\"" : "`";
        return quote + name.replace(".", quote + "." + quote) + quote;
    }

    /** What the driver is told beside the URL: to wait for no answer longer than this. */
    Map<String, String> properties(Duration patience) {
        Map<String, String> properties = new LinkedHashMap<>();
        if (isPostgreSql()) {
            String seconds = Long.toString(patience.toSeconds());
            properties.put("connectTimeout", seconds);
            properties.put("loginTimeout", seconds);
            properties.put("socketTimeout", seconds);
            properties.put("ApplicationName", "resound");
        } else {
            String millis = Long.toString(patience.toMillis());
            properties.put("connectTimeout", millis);
            properties.put("socketTimeout", millis);
            properties.put("allowLocalInfile", "false");
        }
        return properties;
    }

    /** The URL without what may be secret: a user before the host, and all parameters. */
    @Override
    public String toString() {
        return Printable.of(url.split("[?;]", 2)[0].replaceFirst("//.*@", "//"));
    }
}
