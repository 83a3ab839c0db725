package dev.resound.engineio;

import dev.resound.core.Connection;
import dev.resound.core.Frame;
import dev.resound.core.Loop;
import dev.resound.core.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * One Engine.IO session: a connection that may begin as a series of polls and go on as a WebSocket,
 * without its application noticing. It stays on one loop for life.
 *
 * <p><b>Thread:</b> {@link #id}, {@link #loop}, {@link #request}, {@link #revision}, {@link
 * #transport} any; the rest the loop.
 */
public interface EngineSocket {

    /** The session's id. A bearer secret while it polls: never show it to other clients. */
    String id();

    Loop loop();

    /** The first request of the session, and what admission found out about it. */
    EngineRequest request();

    /** The protocol's revision: 3 or 4. */
    int revision();

    Transport transport();

    /**
     * What broadcasts go to. Frames sent to it are whole Engine.IO messages: text with the type
     * digit {@code 4} in front, binary made by {@link #binaryForm}. Changes once, see {@link
     * EngineSession#onUpgraded}.
     */
    Connection connection();

    /** How binary messages must be framed for {@link #connection}. */
    BinaryForm binaryForm();

    /**
     * Whether a message sent now would be on its way at once: a poll is waiting, or the WebSocket
     * has taken everything that was sent in earlier turns. Volatile messages ask for it.
     */
    boolean isWritable();

    /** Whether it has neither ended nor been told to end. */
    boolean isOpen();

    /** The POST whose messages are being handled; null outside of that, and over WebSocket. */
    @Nullable HttpRequest currentPost();

    /** Sends a text message. */
    default Connection.Sent send(String text) {
        return connection().send(Frame.text("4" + text));
    }

    /** Sends a binary message, which must not be changed afterwards. */
    default Connection.Sent send(byte[] bytes) {
        return connection().send(binaryForm().frame(bytes));
    }

    /**
     * Ends the session: what is queued is still sent, then the transport is closed. The reason is
     * {@link CloseReason#FORCED_CLOSE}.
     *
     * @return whether it is over already; false if the transport needs time for what is queued
     */
    boolean close();

    /** Ends the session at once; what is queued is dropped. */
    void closeNow();
}
