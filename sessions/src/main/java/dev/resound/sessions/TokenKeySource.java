package dev.resound.sessions;

import com.nimbusds.jose.JWSVerifier;
import org.jspecify.annotations.Nullable;

/** Where the keys are that tokens are signed with. <b>Thread:</b> any; nothing here waits. */
interface TokenKeySource extends AutoCloseable {

    /** What is known of a key. */
    sealed interface Found {}

    /** It is there; any thread may use the verifier. */
    record Key(JWSVerifier verifier) implements Found {}

    /** There is no such key. */
    record Unknown() implements Found {}

    /** Nobody can say yet. */
    record NotYet() implements Found {}

    /** One key, whatever the token calls it. */
    record Only(Key key) implements TokenKeySource {

        Only(JWSVerifier verifier) {
            this(new Key(verifier));
        }

        @Override
        public Found find(@Nullable String kid) {
            return key;
        }

        @Override
        public void close() {}
    }

    /**
     * Looks a key up.
     *
     * @param kid of a token nobody has verified yet; null if it names none
     */
    Found find(@Nullable String kid);

    @Override
    void close();
}
