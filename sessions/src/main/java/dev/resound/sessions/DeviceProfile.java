package dev.resound.sessions;

/**
 * What a kind of device and its companions speak. It decides and finds words, and has no state of
 * its own. <b>Thread:</b> event loops, several at once; must not block.
 */
public interface DeviceProfile {

    /** For logs: short, lower case. */
    String name();

    /** What is said to devices, and understood of them. */
    DeviceSide device();

    /** What is said to companions, and understood of them. */
    CompanionSide companions();

    /** How streams are named. */
    Streams streams();
}
