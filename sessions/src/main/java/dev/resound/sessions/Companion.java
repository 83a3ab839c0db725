package dev.resound.sessions;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A program that joins sessions: what is known of it before it comes. Immutable; the JSON must not
 * be changed.
 *
 * @param id its name, the same for all sessions
 * @param name for people
 * @param url where it is asked to come; null: nobody asks it
 * @param keySha256 lower-case hex of the SHA-256 of its key
 * @param exclusive only one such companion runs in a session at a time
 * @param permissions what it may hear and do, in the profile's words
 * @param settings passed on to it when it joins
 */
public record Companion(
        String id,
        String name,
        @Nullable URI url,
        String keySha256,
        boolean exclusive,
        Set<String> permissions,
        ArrayNode settings) {

    public Companion {
        if (!keySha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("keySha256 is not the hex of a SHA-256");
        }
        permissions = Set.copyOf(permissions);
    }

    /** One that comes without being asked, without settings, and runs beside others. */
    public static Companion of(String id, String key, Set<String> permissions) {
        ArrayNode none = JsonNodeFactory.instance.arrayNode();
        return new Companion(id, id, null, sha256(key), false, permissions, none);
    }

    /** Whether this is its key; takes as long for every wrong one. */
    public boolean isKey(String presented) {
        return MessageDigest.isEqual(
                sha256(presented).getBytes(StandardCharsets.US_ASCII),
                keySha256.getBytes(StandardCharsets.US_ASCII));
    }

    /** Lower-case hex, as {@link #keySha256} wants it. */
    public static String sha256(String key) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JVM has SHA-256", impossible);
        }
    }

    /** The same one with other settings. */
    public Companion withSettings(JsonNode changed) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        changed.forEach(list::add);
        return new Companion(id, name, url, keySha256, exclusive, permissions, list);
    }

    /** Without what is nobody's business. */
    @Override
    public String toString() {
        return "Companion[" + id + "]";
    }
}
