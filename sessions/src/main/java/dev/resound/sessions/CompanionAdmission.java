package dev.resound.sessions;

import dev.resound.core.http.HttpResponse;

/** The answer to a companion's handshake. */
public sealed interface CompanionAdmission {

    /** It may go on; whether it may join is seen then. */
    record Admitted(CompanionIdentity companion) implements CompanionAdmission {}

    /**
     * It is not let in.
     *
     * @param answer plain HTTP, after which the connection ends
     */
    record Refused(HttpResponse answer) implements CompanionAdmission {}
}
