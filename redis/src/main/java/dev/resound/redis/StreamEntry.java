package dev.resound.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a stream as {@code @socket.io/redis-streams-adapter} appends it. Others may be there,
 * too: nothing is taken for granted.
 *
 * @param uid of the node, or emitter, whose it is
 * @param data a JSON text, or MessagePack in Base64
 */
record StreamEntry(String uid, String namespace, long type, byte[] data) {
    private static final int LONGEST_NUMBER = 4;

    /** An entry with a message. */
    static StreamEntry of(String uid, String namespace, ClusterMessage message) {
        byte[] data = ClusterCodec.writeData(message);
        return new StreamEntry(
                uid,
                namespace,
                ClusterCodec.type(message),
                data[0] == '{' ? data : Base64.getEncoder().encode(data));
    }

    /** In the order of Node. */
    Map<String, byte[]> fields() {
        Map<String, byte[]> fields = new LinkedHashMap<>();
        fields.put("uid", uid.getBytes(UTF_8));
        fields.put("nsp", namespace.getBytes(UTF_8));
        fields.put("type", Long.toString(type).getBytes(US_ASCII));
        fields.put("data", data);
        return fields;
    }

    /** Of which namespace an entry is; null if it does not say so. */
    static @Nullable String namespaceOf(Map<String, byte[]> fields) {
        byte[] namespace = fields.get("nsp");
        return namespace == null ? null : new String(namespace, UTF_8);
    }

    static StreamEntry read(Map<String, byte[]> fields) throws MalformedMessage {
        byte[] data = fields.get("data");
        return new StreamEntry(
                text(fields, "uid"),
                text(fields, "nsp"),
                number(text(fields, "type")),
                data == null ? new byte[0] : data);
    }

    private static String text(Map<String, byte[]> fields, String name) throws MalformedMessage {
        byte[] text = fields.get(name);
        if (text == null) {
            throw new MalformedMessage("a field is missing");
        }
        return new String(text, UTF_8);
    }

    private static long number(String text) throws MalformedMessage {
        try {
            return text.length() > LONGEST_NUMBER ? -1 : Long.parseLong(text);
        } catch (NumberFormatException none) {
            throw new MalformedMessage("a number");
        }
    }

    /** What it says. */
    ClusterMessage message() throws MalformedMessage {
        boolean plain = data.length == 0 || data[0] == '{';
        return ClusterCodec.readData(type, plain ? data : StreamSessionCodec.base64(data));
    }

    /** Shape only: payloads do not get into logs. */
    @Override
    public String toString() {
        return "entry of type " + type + " with " + data.length + " bytes";
    }
}
