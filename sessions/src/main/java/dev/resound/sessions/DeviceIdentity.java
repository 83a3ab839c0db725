package dev.resound.sessions;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a device socket belongs to, as its upgrade has proven; what messages say about that is never
 * believed.
 *
 * @param owner whose session it is; the same text for the same owner
 * @param flags what the device said it can do, by name
 */
public record DeviceIdentity(String owner, Set<String> flags, @Nullable Instant expires)
        implements SocketIdentity {

    public DeviceIdentity {
        flags = Set.copyOf(flags);
    }

    /** Owners are people. */
    @Override
    public String toString() {
        return "a device " + flags;
    }
}
