package dev.resound.sessions;

import dev.resound.core.http.HttpResponse;

/** The answer to a device's handshake. */
public sealed interface DeviceAdmission {

    /** It is let in. */
    record Admitted(DeviceIdentity device) implements DeviceAdmission {}

    /**
     * It is not.
     *
     * @param answer plain HTTP, after which the connection ends
     */
    record Refused(HttpResponse answer) implements DeviceAdmission {}
}
