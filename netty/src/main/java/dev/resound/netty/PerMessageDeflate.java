package dev.resound.netty;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What we answer to offers of permessage-deflate. Neither side may refer to earlier messages: so a
 * broadcast is compressed once for everybody, and a connection keeps no window.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7692#section-7.1">RFC 7692, section 7.1</a>
 */
final class PerMessageDeflate {
    private static final String NAME = "permessage-deflate";
    private static final String ANSWER =
            NAME + "; server_no_context_takeover; client_no_context_takeover";
    private static final Set<String> WINDOWS = Set.of("8", "9", "10", "11", "12", "13", "14", "15");

    /** The JDK's deflater has this window and no other; its inflater reads all. */
    private static final String OUR_WINDOW = "15";

    private PerMessageDeflate() {}

    /** The answer to the first offer we can meet; null if there is none. */
    static @Nullable String answer(List<ExtensionOffer> offers) {
        for (ExtensionOffer offer : offers) {
            if (offer.name().equals(NAME)) {
                String answer = answer(offer);
                if (answer != null) {
                    return answer;
                }
            }
        }
        return null;
    }

    private static @Nullable String answer(ExtensionOffer offer) {
        Set<String> seen = new HashSet<>();
        for (ExtensionOffer.Parameter parameter : offer.parameters()) {
            if (!seen.add(parameter.name()) || !canMeet(parameter)) {
                return null;
            }
        }
        // A wish for our window is granted by repeating it. The client's own needs no answer.
        return seen.contains("server_max_window_bits")
                ? ANSWER + "; server_max_window_bits=" + OUR_WINDOW
                : ANSWER;
    }

    private static boolean canMeet(ExtensionOffer.Parameter parameter) {
        String value = parameter.value();
        return switch (parameter.name()) {
            case "server_no_context_takeover", "client_no_context_takeover" -> value == null;
            case "server_max_window_bits" -> OUR_WINDOW.equals(value);
            case "client_max_window_bits" -> value == null || WINDOWS.contains(value);
            default -> false;
        };
    }
}
