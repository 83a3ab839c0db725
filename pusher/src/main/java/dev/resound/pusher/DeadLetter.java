package dev.resound.pusher;

import dev.resound.pusher.json.JsonObject;
import dev.resound.pusher.json.JsonScanner;
import dev.resound.pusher.json.JsonText;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A letter that was given up, as it is kept: one line of JSON.
 *
 * @param time when it was given up
 * @param app the app's id
 * @param reason for people
 */
record DeadLetter(
        Instant time, String app, URI url, String id, int events, String reason, byte[] body) {

    /** With its line end. */
    byte[] line() {
        return new JsonText(256 + body.length + body.length / 8)
                .raw("{\"time\":")
                .quoted(time.toString())
                .raw(",\"app\":")
                .quoted(app)
                .raw(",\"url\":")
                .quoted(url.toString())
                .raw(",\"id\":")
                .quoted(id)
                .raw(",\"events\":")
                .number(events)
                .raw(",\"reason\":")
                .quoted(reason)
                .raw(",\"body\":")
                .quoted(body, 0, body.length)
                .raw("}\n")
                .toBytes();
    }

    /** Null if the line is none of ours: half of one, perhaps. */
    static @Nullable DeadLetter read(String line) {
        byte[] json = line.getBytes(StandardCharsets.UTF_8);
        JsonObject object = new JsonScanner().object(json, 0, json.length, true);
        if (object == null) {
            return null;
        }
        String app = object.text("app");
        String url = object.text("url");
        String id = object.text("id");
        String body = object.text("body");
        if (app == null || url == null || id == null || body == null) {
            return null;
        }
        try {
            return new DeadLetter(
                    Instant.EPOCH,
                    app,
                    new URI(url),
                    id,
                    0,
                    "",
                    body.getBytes(StandardCharsets.UTF_8));
        } catch (URISyntaxException damaged) {
            return null;
        }
    }

    /** Without its contents. */
    @Override
    public String toString() {
        return "dead letter " + id;
    }
}
