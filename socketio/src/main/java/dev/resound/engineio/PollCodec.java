package dev.resound.engineio;

import dev.resound.core.Frame;
import java.util.List;

/** How packets travel in the bodies of polls and posts: one per protocol revision. Stateless. */
interface PollCodec {
    PollCodec REVISION_3 = new PollCodec3();
    PollCodec REVISION_4 = new PollCodec4();

    static PollCodec of(int revision) {
        return revision == 3 ? REVISION_3 : REVISION_4;
    }

    /**
     * The body of a poll's answer.
     *
     * @param packets text with its type digit, or the raw bytes of a binary message
     * @param textOnly whether the peer cannot take bytes
     */
    PollBody encode(List<Frame> packets, boolean textOnly);

    /**
     * Shows the packets of a post in order, as long as the sink wants more.
     *
     * @param binaryBody whether it came as {@code application/octet-stream}
     * @return false at the first packet that is none
     */
    boolean decode(byte[] body, boolean binaryBody, Sink sink);

    /** A body and whether it is bytes rather than text. */
    record PollBody(byte[] bytes, boolean binary) {
        @Override
        public String toString() {
            return "poll body of " + bytes.length + " bytes";
        }
    }

    /** Gets what a post holds. */
    interface Sink {
        /** A text packet; the first byte is its type. False: no more, please. */
        boolean text(byte[] buffer, int offset, int length);

        /** A binary message. False: no more, please. */
        boolean binary(byte[] message);
    }
}
