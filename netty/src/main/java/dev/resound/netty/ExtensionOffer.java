package dev.resound.netty;

import dev.resound.core.http.Header;
import dev.resound.core.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One element of {@code Sec-WebSocket-Extensions}: an extension and how the client would have it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-9.1">RFC 6455, section 9.1</a>
 */
record ExtensionOffer(String name, List<Parameter> parameters) {

    /** A parameter; without a value it is null. */
    record Parameter(String name, @Nullable String value) {}

    /**
     * The offers of a handshake, the dearest to the client first; null if they break the grammar,
     * which ends the handshake.
     */
    static @Nullable List<ExtensionOffer> in(HttpRequest handshake) {
        List<ExtensionOffer> offers = new ArrayList<>();
        for (Header field : handshake.headers()) {
            if (field.name().equals("sec-websocket-extensions")
                    && !new Reader(field.value()).readInto(offers)) {
                return null;
            }
        }
        return offers;
    }

    /** Reads one header field from left to right. Null and false mean: not by the grammar. */
    private static final class Reader {
        private final String field;
        private int at;

        Reader(String field) {
            this.field = field;
        }

        boolean readInto(List<ExtensionOffer> offers) {
            while (true) {
                while (takes(',')) {} // lists may have empty elements (RFC 9110, section 5.6.1)
                if (at == field.length()) {
                    return true;
                }
                ExtensionOffer offer = offer();
                if (offer == null || !(at == field.length() || takes(','))) {
                    return false;
                }
                offers.add(offer);
            }
        }

        private @Nullable ExtensionOffer offer() {
            String name = token();
            if (name == null) {
                return null;
            }
            List<Parameter> parameters = new ArrayList<>();
            while (takes(';')) {
                Parameter parameter = parameter();
                if (parameter == null) {
                    return null;
                }
                parameters.add(parameter);
            }
            return new ExtensionOffer(name, parameters);
        }

        private @Nullable Parameter parameter() {
            String name = token();
            if (name == null) {
                return null;
            }
            if (!takes('=')) {
                return new Parameter(name, null);
            }
            String value = takes('"') ? quoted() : token();
            return value == null ? null : new Parameter(name, value);
        }

        private @Nullable String token() {
            int start = at;
            at = Token.end(field, at);
            String token = field.substring(start, at);
            skipSpace();
            return token.isEmpty() ? null : token;
        }

        /** The rest of a quoted string, which must be a token once it is unquoted. */
        private @Nullable String quoted() {
            StringBuilder text = new StringBuilder();
            while (at < field.length()) {
                char c = field.charAt(at++);
                if (c == '"') {
                    skipSpace();
                    return Token.is(text.toString()) ? text.toString() : null;
                }
                if (c == '\\' && at < field.length()) {
                    c = field.charAt(at++);
                }
                text.append(c);
            }
            return null;
        }

        /** Takes this character and the space behind it, if it is next. */
        private boolean takes(char wanted) {
            if (at == field.length() || field.charAt(at) != wanted) {
                return false;
            }
            at++;
            if (wanted != '"') {
                skipSpace();
            }
            return true;
        }

        private void skipSpace() {
            while (at < field.length() && (field.charAt(at) == ' ' || field.charAt(at) == '\t')) {
                at++;
            }
        }
    }
}
