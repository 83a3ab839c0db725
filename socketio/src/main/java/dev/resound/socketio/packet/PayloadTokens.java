package dev.resound.socketio.packet;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The tokens of a JSON text in which attachments stand where their placeholders were. */
final class PayloadTokens implements AutoCloseable {
    private final JsonParser parser;
    private final List<byte[]> attachments;
    private final Iterator<Placeholder> placeholders;
    private @Nullable Placeholder next;
    private byte[] attachment = {};

    PayloadTokens(
            byte[] json,
            int offset,
            int length,
            List<byte[]> attachments,
            List<Placeholder> placeholders) {
        this.parser = JsonRules.parser(json, offset, length);
        this.attachments = attachments;
        this.placeholders = placeholders.iterator();
        advance();
    }

    /**
     * The next token, {@code VALUE_EMBEDDED_OBJECT} for an attachment, or null at the end. All but
     * an attachment is to be asked of the parser.
     */
    @Nullable JsonToken next() {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.START_OBJECT
                && next != null
                && parser.currentTokenLocation().getByteOffset() == next.start()) {
            parser.skipChildren();
            attachment = attachments.get(next.attachment());
            advance();
            return JsonToken.VALUE_EMBEDDED_OBJECT;
        }
        return token;
    }

    JsonParser parser() {
        return parser;
    }

    /** The attachment at hand. */
    byte[] attachment() {
        return attachment;
    }

    @Override
    public void close() {
        parser.close();
    }

    private void advance() {
        next = placeholders.hasNext() ? placeholders.next() : null;
    }
}
