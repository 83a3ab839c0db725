package dev.resound.pusher;

import dev.resound.core.Envelope;
import dev.resound.core.Frame;
import dev.resound.core.WireFormat;
import dev.resound.pusher.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * An envelope as the Pusher protocol writes it. The payload goes in as it came: numbers keep their
 * digits, objects the order of their keys. Stateless.
 */
final class PusherFormat implements WireFormat {
    static final PusherFormat INSTANCE = new PusherFormat();
    static final String CLIENT_PREFIX = "client-";

    private PusherFormat() {}

    @Override
    public List<Frame> encode(Envelope envelope) {
        return List.of(Frame.text(json(envelope)));
    }

    /**
     * Reverb's key order: {@code data} before {@code channel} for server events, behind it for
     * client events.
     */
    static byte[] json(Envelope envelope) {
        byte[] data = envelope.data();
        String channel = envelope.topic().name();
        JsonText json =
                new JsonText(64 + channel.length() + envelope.event().length() + data.length);
        json.raw("{\"event\":").quoted(envelope.event());
        if (envelope.event().startsWith(CLIENT_PREFIX)) {
            json.raw(",\"channel\":").quoted(channel).raw(",\"data\":");
            json.raw(data.length == 0 ? "null".getBytes(StandardCharsets.US_ASCII) : data);
        } else {
            if (data.length > 0) {
                json.raw(",\"data\":");
                appendData(json, envelope);
            }
            if (!channel.isEmpty()) {
                json.raw(",\"channel\":").quoted(channel);
            }
        }
        if (envelope.userId() != null) {
            json.raw(",\"user_id\":").raw(envelope.userId());
        }
        return json.raw("}").toBytes();
    }

    private static void appendData(JsonText json, Envelope envelope) {
        byte[] data = envelope.data();
        switch (envelope.kind()) {
            case JSON -> json.raw(data);
            case TEXT -> json.quoted(data, 0, data.length);
            // Pusher has no binary: what another protocol publishes as bytes reaches Pusher clients
            // in base64.
            case BINARY -> json.quoted(Base64.getEncoder().encodeToString(data));
        }
    }
}
