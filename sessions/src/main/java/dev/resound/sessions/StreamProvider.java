package dev.resound.sessions;

import org.jspecify.annotations.Nullable;

/**
 * Makes streams of a device's media, such as the words that are spoken. It is asked for a stream
 * when the first companion of a session subscribes to one, which is closed five seconds after the
 * last has gone. <b>Thread:</b> {@link #supports} on event loops; it must not block. All else on
 * virtual threads, and may take its time.
 */
public interface StreamProvider {

    /** Whether there can be such a stream. */
    boolean supports(StreamName stream);

    /**
     * Begins one.
     *
     * @param owner whose session it is for
     * @throws Exception there is none, which is logged; the companions hear nothing
     */
    DerivedStream open(StreamName stream, String owner, Sink sink) throws Exception;

    /**
     * A stream that is being made. <b>Thread:</b> virtual, one call at a time. What it does not
     * take in time is dropped, the oldest first.
     */
    interface DerivedStream extends AutoCloseable {

        /** A piece of the media, in order. The array is its own. */
        void media(byte[] piece) throws Exception;

        /** The device says that somebody began or ceased to speak. */
        default void speech(boolean speaking) throws Exception {}

        /** Nobody listens any more. */
        @Override
        void close();
    }

    /** Where a stream's events go. <b>Thread:</b> any. After the close nothing arrives. */
    interface Sink {

        /**
         * To everybody who has subscribed to the stream.
         *
         * @param json one JSON value as text; not checked
         */
        void emit(byte[] json);

        /** To those of another stream: of a language that was found out, say. */
        void emit(StreamName stream, byte[] json);

        /** It cannot go on. The stream is closed, and opened anew after a pause. */
        void failed(@Nullable Throwable why);
    }
}
