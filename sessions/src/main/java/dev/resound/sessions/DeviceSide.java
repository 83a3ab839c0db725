package dev.resound.sessions;

import dev.resound.core.Frame;
import dev.resound.core.http.HttpRequest;
import java.util.List;

/** The device's half of a profile. <b>Thread:</b> event loops, several at once; must not block. */
public interface DeviceSide {

    /** Paths on which devices come, without the port's prefix. */
    List<String> paths();

    /** Who this is, proven by the request alone. */
    DeviceAdmission admit(HttpRequest handshake);

    /** Reads a text message; the array is valid during the call only. */
    DeviceMessage read(byte[] buffer, int offset, int length);

    /** Tells a device that its session is there, and that it is the same one as before. */
    Frame greeting(DeviceIdentity device);

    /** The answer to {@link DeviceMessage.Ping}. */
    Frame pong();

    /** There is no session, through no fault of the device. The socket is closed behind it. */
    Frame failed();

    /** Which companions run, or what they subscribe to, has changed. */
    Frame companionsChanged(String owner);

    /** A companion that should run does not. */
    Frame companionGone(String companion);

    /** What becomes of its binary messages before anybody hears them. */
    MediaTransform media(DeviceIdentity device);

    /** What companions together want of the device. */
    List<Demand<?>> demands();
}
