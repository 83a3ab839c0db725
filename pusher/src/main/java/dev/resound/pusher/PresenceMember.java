package dev.resound.pusher;

import dev.resound.pusher.json.JsonObject;
import dev.resound.pusher.json.JsonScanner;
import dev.resound.pusher.json.JsonText;
import dev.resound.pusher.json.JsonValue;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Who a socket is in a presence channel: the signed {@code channel_data}. Immutable.
 *
 * @param user the user id as text, by which users are told apart; null if the data names none
 * @param idJson the user id as it was written, number or string
 * @param infoJson {@code user_info} as it was written; {@code null} in JSON if there is none
 * @param dataJson the whole data, extra keys included
 */
record PresenceMember(@Nullable String user, String idJson, String infoJson, String dataJson) {
    private static final PresenceMember NOBODY = new PresenceMember(null, "null", "null", "{}");

    /** Null if the data is no object, or says something twice. */
    static @Nullable PresenceMember of(@Nullable String channelData) {
        if (channelData == null) {
            return NOBODY;
        }
        byte[] json = channelData.getBytes(StandardCharsets.UTF_8);
        JsonObject data = new JsonScanner().object(json, 0, json.length, true);
        if (data == null) {
            return null;
        }
        JsonValue id = data.get("user_id");
        JsonValue info = data.get("user_info");
        String infoJson = info == null ? "null" : info.raw();
        String user = id == null ? null : userOf(id);
        return user == null
                ? new PresenceMember(null, "null", infoJson, channelData.strip())
                : new PresenceMember(user, idJson(id, user), infoJson, channelData.strip());
    }

    private static @Nullable String userOf(JsonValue id) {
        return switch (id.kind()) {
            case STRING -> {
                String text = id.text();
                yield text == null || text.isEmpty() ? null : text;
            }
            case NUMBER -> id.raw();
            case OBJECT, ARRAY, TRUE, FALSE, NULL -> null;
        };
    }

    private static String idJson(@Nullable JsonValue id, String user) {
        return id != null && id.kind() == JsonValue.Kind.NUMBER
                ? id.raw()
                : new JsonText().quoted(user).toString();
    }
}
