package dev.resound.engineio;

import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The little JSON that Engine.IO itself writes. */
final class JsonText {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JsonText() {}

    static String open(
            String sid,
            List<String> upgrades,
            long pingInterval,
            long pingTimeout,
            int maxPayload) {
        ObjectNode open = NODES.objectNode().put("sid", sid);
        upgrades.forEach(open.putArray("upgrades")::add);
        return open.put("pingInterval", pingInterval)
                .put("pingTimeout", pingTimeout)
                .put("maxPayload", maxPayload)
                .toString();
    }

    /** A JSON string; the line separators that scripts stumble over are escaped, too. */
    static String quoted(String text) {
        return NODES.stringNode(text)
                .toString()
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }
}
