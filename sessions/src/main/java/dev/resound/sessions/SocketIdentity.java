package dev.resound.sessions;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whose socket this is, as its upgrade has told. A socket's own handler gets it typed, and nothing
 * a message says later changes it.
 */
public sealed interface SocketIdentity permits DeviceIdentity, CompanionIdentity {

    /** When the token that let it in runs out; null: never, or there was none. */
    @Nullable Instant expires();
}
