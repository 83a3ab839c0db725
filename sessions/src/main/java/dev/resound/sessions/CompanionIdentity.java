package dev.resound.sessions;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the upgrade of a companion's socket has told. What is missing comes with its first message
 * ({@link CompanionMessage.Join}); what is here is not asked for again.
 *
 * @param owner whose session it wants to join
 * @param companion its {@link Companion#id}
 * @param key what it proves itself with
 * @param version of the library it speaks with
 * @param proven the token was right and says it all: it joins without a message
 */
public record CompanionIdentity(
        @Nullable String owner,
        @Nullable String companion,
        @Nullable String key,
        @Nullable String version,
        boolean proven,
        @Nullable Instant expires)
        implements SocketIdentity {

    public CompanionIdentity {
        if (proven && (owner == null || companion == null)) {
            throw new IllegalArgumentException("who is proven is named");
        }
    }

    /** Without the owner, who is a person, and the key. */
    @Override
    public String toString() {
        return "a companion" + (proven ? ", proven" : "");
    }
}
