package dev.resound.sessions;

import dev.resound.core.Frame;
import dev.resound.core.http.HttpRequest;
import java.util.List;

/**
 * What a kind of device speaks. It decides and finds words, and has no state of its own.
 * <b>Thread:</b> event loops, several at once; must not block.
 */
public interface DeviceProfile {

    /** For logs: short, lower case. */
    String name();

    /** Paths on which devices come, without the port's prefix. */
    List<String> devicePaths();

    /** Who this is, proven by the request alone. */
    DeviceAdmission admit(HttpRequest handshake);

    /** Reads a text message; the array is valid during the call only. */
    DeviceMessage read(byte[] buffer, int offset, int length);

    /** Tells a device that its session is there, and that it is the same one as before. */
    Frame greeting(DeviceIdentity device);

    /** The answer to {@link DeviceMessage.Ping}. */
    Frame pong();
}
