package dev.resound.socketio.packet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A packet as it goes over the wire; may be shared by any number of connections and must not be
 * changed.
 *
 * @param text the text message as UTF-8, the digit {@code 4} of a message in front, or null when
 *     there is none
 * @param binaries the binary messages that follow, in order; without any digit or prefix
 */
public record Encoded(byte @Nullable [] text, List<byte[]> binaries) {
    public Encoded {
        binaries = List.copyOf(binaries);
    }

    /** Sizes only: packets are nothing for logs. */
    @Override
    public String toString() {
        return "Encoded["
                + (text == null ? 0 : text.length)
                + " bytes of text, "
                + binaries.size()
                + " binaries]";
    }
}
