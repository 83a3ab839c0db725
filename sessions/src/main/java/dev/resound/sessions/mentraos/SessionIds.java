package dev.resound.sessions.mentraos;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The ids of apps' sessions: the user's address, a hyphen, the package. Both may have hyphens of
 * their own, so an id without its package can be read in several ways.
 */
final class SessionIds {
    private static final Pattern TOP_LEVEL = Pattern.compile(".*\\.[A-Za-z]{2,5}");

    private SessionIds() {}

    static String of(String user, String packageName) {
        return user + '-' + packageName;
    }

    /**
     * The user of an id.
     *
     * @param isLive whether a user has a session: of several possible ones that is who is meant
     * @return in the spelling of the id; null if nobody can be meant
     */
    static @Nullable String user(
            String id, @Nullable String packageName, Predicate<String> isLive) {
        if (packageName != null && id.length() > packageName.length() + 1) {
            int end = id.length() - packageName.length() - 1;
            if (id.endsWith(packageName) && id.charAt(end) == '-') {
                return id.substring(0, end);
            }
        }
        List<String> users = possible(id);
        for (String user : users.reversed()) {
            if (isLive.test(user)) {
                return user;
            }
        }
        for (String user : users) {
            if (TOP_LEVEL.matcher(user).matches()) {
                return user;
            }
        }
        return users.isEmpty() ? null : users.getFirst();
    }

    /** The shortest first. */
    private static List<String> possible(String id) {
        List<String> users = new ArrayList<>();
        int hyphen = id.indexOf('-');
        while (hyphen >= 0 && hyphen < id.length() - 1) {
            String user = id.substring(0, hyphen);
            if (user.indexOf('@') >= 0) {
                users.add(user);
            }
            hyphen = id.indexOf('-', hyphen + 1);
        }
        return users;
    }
}
