package dev.resound.pusher;

import dev.resound.pusher.json.JsonArray;
import dev.resound.pusher.json.JsonObject;
import dev.resound.pusher.json.JsonScanner;
import dev.resound.pusher.json.JsonText;
import dev.resound.pusher.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a socket's user is: the signed {@code user_data}. Immutable.
 *
 * @param presence the same user as a member of presence channels
 * @param watchlist whose coming and going the user wants to know
 * @param watchlistCut whether there were more of them than may be watched
 */
record SignedInUser(
        String id, PresenceMember presence, List<String> watchlist, boolean watchlistCut) {
    static final int MAX_ID_CHARS = 128;

    /** Null if the data is no object, says something twice, or has no usable id. */
    static @Nullable SignedInUser of(String userData, App.Users limits) {
        byte[] json = userData.getBytes(StandardCharsets.UTF_8);
        JsonObject data = new JsonScanner().object(json, 0, json.length, true);
        String id = data == null ? null : data.text("id");
        if (data == null || id == null || id.isEmpty() || id.length() > MAX_ID_CHARS) {
            return null;
        }
        Set<String> watched = new LinkedHashSet<>();
        boolean cut = false;
        JsonValue list = data.get("watchlist");
        JsonArray ids = list == null ? null : list.array();
        if (ids != null) {
            for (JsonValue element : ids) {
                String other = element.text();
                if (other == null || other.isEmpty() || other.length() > MAX_ID_CHARS) {
                    return null;
                }
                if (watched.size() < limits.watchlist()) {
                    watched.add(other);
                } else {
                    cut |= limits.watchlist() > 0 && !watched.contains(other);
                }
            }
        } else if (list != null && list.kind() != JsonValue.Kind.NULL) {
            return null;
        }
        JsonValue info = data.get("user_info");
        return new SignedInUser(
                id, member(id, info == null ? null : info.raw()), List.copyOf(watched), cut);
    }

    private static PresenceMember member(String id, @Nullable String infoJson) {
        JsonText idJson = new JsonText().quoted(id);
        JsonText dataJson = new JsonText().raw("{\"user_id\":").quoted(id);
        if (infoJson != null) {
            dataJson.raw(",\"user_info\":").raw(infoJson);
        }
        return new PresenceMember(
                id,
                idJson.toString(),
                infoJson == null ? "null" : infoJson,
                dataJson.raw("}").toString());
    }
}
