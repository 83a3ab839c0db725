package dev.resound.server;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where several servers look for a restart signal. Printing it shows no secret. */
sealed interface SignalStore permits RedisStore, TableStore, DirectoryStore {

    /**
     * Reads what somebody has configured. Null if it is none of these.
     *
     * @param user not used for a directory, as is the password
     * @param table used for a database only
     */
    static @Nullable SignalStore read(
            String text, @Nullable String user, @Nullable String password, String table) {
        if (text.isEmpty() || text.chars().anyMatch(Character::isISOControl)) {
            return null;
        }
        String start = text.toLowerCase(Locale.ROOT);
        try {
            if (start.startsWith("redis://") || start.startsWith("rediss://")) {
                URI url = new URI(text);
                boolean isUrl = url.getHost() != null && url.getPath().matches("(/[0-9]{0,5})?");
                return isUrl ? new RedisStore(url, user, password) : null;
            }
            if (Database.isUrl(text)) {
                return new TableStore(new Database(text, user, password), table);
            }
            // Some other URL, and no drive of Windows.
            return start.matches("[a-z][a-z0-9+.-]+:.*") ? null : new DirectoryStore(Path.of(text));
        } catch (URISyntaxException | InvalidPathException malformed) {
            return null;
        }
    }
}
