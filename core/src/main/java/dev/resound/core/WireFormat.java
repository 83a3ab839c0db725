package dev.resound.core;

import java.util.List;

/**
 * How one protocol writes an envelope. Compared by identity: members with the same instance share
 * the encoded bytes.
 *
 * <p><b>Thread:</b> any; must be stateless. <b>Cost:</b> called once per publish and format (at
 * worst once per lane), never per member.
 */
@FunctionalInterface
public interface WireFormat {

    /** Frames to send, in order; an empty list when this protocol has no form for the envelope. */
    List<Frame> encode(Envelope envelope);
}
