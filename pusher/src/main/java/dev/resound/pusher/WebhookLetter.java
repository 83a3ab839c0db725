package dev.resound.pusher;

import dev.resound.pusher.json.JsonText;
import java.util.List;

/**
 * What one call brings.
 *
 * @param id the same however often it is tried
 * @param events how many are in it
 * @param body JSON
 */
record WebhookLetter(String id, int events, byte[] body) {

    static WebhookLetter of(String id, long wallMillis, List<byte[]> events) {
        int bytes = events.stream().mapToInt(event -> event.length + 1).sum();
        JsonText json = new JsonText(64 + bytes);
        json.raw("{\"time_ms\":").number(wallMillis).raw(",\"events\":[");
        String separator = "";
        for (byte[] event : events) {
            json.raw(separator).raw(event);
            separator = ",";
        }
        return new WebhookLetter(id, events.size(), json.raw("]}").toBytes());
    }

    /** Without its contents. */
    @Override
    public String toString() {
        return "webhook letter " + id;
    }
}
