package dev.resound.core;

import java.util.List;

/**
 * Something to deliver. It is written once per wire format, whoever many get it. An {@link
 * Envelope} is in no protocol's form; a protocol may publish messages of its own that say more to
 * its own formats.
 *
 * <p><b>Thread:</b> any; must not change.
 */
public interface Message {

    /** The frames to send to members with this format; empty if there is no form for them. */
    List<Frame> in(WireFormat format);

    /** What the message counts for while it waits, in bytes; an estimate. */
    int weight();
}
