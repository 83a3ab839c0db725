package dev.resound.sessions;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Strictly JSON (RFC 8259), in UTF-8 and with each name once: the reader that comes with the JWT
 * library takes an array of pairs for an object. <b>Thread:</b> any.
 */
final class JwtJson {
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private JwtJson() {}

    /**
     * An object's members.
     *
     * @return null if it is none; numbers are Integer, Long, BigInteger or Double
     */
    static @Nullable Map<String, Object> object(byte[] utf8) {
        try {
            // From text, since from bytes it would take UTF-16 as well.
            return JSON.readValue(new String(utf8, StandardCharsets.UTF_8), OBJECT);
        } catch (JacksonException garbage) {
            return null;
        }
    }
}
