package dev.resound.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/**
 * What the tests on the wire are run with: both revisions, sessions and requests on one loop, or on
 * different ones.
 */
enum Setting {
    REVISION_4_ON_ONE_LOOP(4, 1),
    REVISION_4_ON_TWO_LOOPS(4, 2),
    REVISION_3_ON_ONE_LOOP(3, 1),
    REVISION_3_ON_TWO_LOOPS(3, 2);

    final int revision;
    final int loops;

    Setting(int revision, int loops) {
        this.revision = revision;
        this.loops = loops;
    }

    /** The body of a post, or of a poll's answer. */
    String payload(String... packets) {
        if (revision == 4) {
            return String.join("\u001e", packets);
        }
        var out = new StringBuilder();
        for (String packet : packets) {
            out.append(packet.length()).append(':').append(packet);
        }
        return out.toString();
    }

    /** The packets in a body of text. */
    List<String> packets(String body) {
        if (revision == 4) {
            return List.of(body.split("\u001e", -1));
        }
        List<String> packets = new ArrayList<>();
        int at = 0;
        while (at < body.length()) {
            int colon = body.indexOf(':', at);
            int end = colon + 1 + Integer.parseInt(body.substring(at, colon));
            packets.add(body.substring(colon + 1, end));
            at = end;
        }
        return packets;
    }

    /** Binary messages as they travel in text. */
    String base64(String encoded) {
        return (revision == 4 ? "b" : "b4") + encoded;
    }

    byte[] body(String... packets) {
        return payload(packets).getBytes(UTF_8);
    }
}
