package dev.resound.engineio;

import dev.resound.core.Frame;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** How a session's binary messages look on their way out. */
public enum BinaryForm {
    /** The bytes themselves; a polling connection encodes them when it is polled. */
    RAW {
        @Override
        public Frame frame(byte[] message) {
            return Frame.binary(message);
        }
    },
    /** Revision 3 over WebSocket: behind the packet's type as a byte. */
    PREFIXED {
        @Override
        public Frame frame(byte[] message) {
            byte[] prefixed = new byte[message.length + 1];
            prefixed[0] = 4;
            System.arraycopy(message, 0, prefixed, 1, message.length);
            return Frame.binary(prefixed);
        }
    },
    /** For a peer that asked for text only. */
    BASE64 {
        @Override
        public Frame frame(byte[] message) {
            return base64("b", message);
        }
    },
    /** The same in revision 3. */
    PREFIXED_BASE64 {
        @Override
        public Frame frame(byte[] message) {
            return base64("b4", message);
        }
    };

    /** One binary message. */
    public abstract Frame frame(byte[] message);

    private static Frame base64(String prefix, byte[] message) {
        String text = prefix + Base64.getEncoder().encodeToString(message);
        return Frame.text(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
