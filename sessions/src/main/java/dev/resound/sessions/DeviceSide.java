package dev.resound.sessions;

import dev.resound.core.Frame;
import dev.resound.core.http.HttpRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The device's half of a profile. <b>Thread:</b> event loops, several at once; must not block. */
public interface DeviceSide {

    /** Paths on which devices come, without the port's prefix. */
    List<String> paths();

    /** Who this is, proven by the request alone. */
    DeviceAdmission admit(HttpRequest handshake);

    /** Reads a text message; the array is valid during the call only. */
    DeviceMessage read(byte[] buffer, int offset, int length);

    /**
     * Tells a device that its session is there.
     *
     * @param resumed it was there before: from an earlier socket, or greeted already
     */
    Frame greeting(DeviceIdentity device, boolean resumed);

    /** The answer to {@link DeviceMessage.Ping}. */
    Frame pong();

    /** There is no session, through no fault of the device. The socket is closed behind it. */
    Frame failed();

    /** Which companions run, or what they subscribe to, has changed; null: it is not told. */
    default @Nullable Frame companionsChanged(String owner) {
        return null;
    }

    /** A companion that should run does not; null: it is not told. */
    default @Nullable Frame companionGone(String companion) {
        return null;
    }

    /** What becomes of its binary messages before anybody hears them. */
    default MediaTransform media(DeviceIdentity device) {
        return piece -> piece;
    }

    /** What companions together want of the device. */
    default List<Demand<?>> demands() {
        return List.of();
    }
}
