package dev.resound.engineio;

import dev.resound.core.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Why a request is refused before it reaches a session. */
public enum EngineError {
    UNKNOWN_TRANSPORT(0, "Transport unknown"),
    UNKNOWN_SID(1, "Session ID unknown"),
    BAD_HANDSHAKE_METHOD(2, "Bad handshake method"),
    BAD_REQUEST(3, "Bad request"),
    FORBIDDEN(4, "Forbidden"),
    UNSUPPORTED_PROTOCOL_VERSION(5, "Unsupported protocol version");

    private final int code;
    private final String message;

    EngineError(int code, String message) {
        this.code = code;
        this.message = message;
    }

    /** The number in the answer's body. */
    public int code() {
        return code;
    }

    /** The text in the answer's body. */
    public String message() {
        return message;
    }

    HttpResponse response(String text) {
        int status = this == FORBIDDEN ? 403 : 400;
        return HttpResponse.json(
                status, "{\"code\":" + code + ",\"message\":" + JsonText.quoted(text) + "}");
    }

    /** To a WebSocket handshake, which is refused in plain text. */
    HttpResponse responseToUpgrade(String text) {
        return HttpResponse.empty(400)
                .with("Content-Type", "text/html")
                .withBody(text.getBytes(StandardCharsets.UTF_8))
                .closing();
    }
}
