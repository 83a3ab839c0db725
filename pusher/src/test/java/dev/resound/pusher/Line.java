package dev.resound.pusher;

import dev.resound.core.Close;
import dev.resound.testkit.FakeConnection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client of the tests speaks over, seen from its end. */
sealed interface Line permits FakeLine, SocketLine {

    void says(String text);

    void says(byte[] bytes);

    /** Sends a ping or a pong. */
    void saysControl();

    /** Ends the WebSocket as it should be ended. */
    void closes(Close close);

    /** Breaks the TCP connection. */
    void vanishes();

    /** The messages that came since the last look. */
    List<String> takeTexts();

    /** The close frame; null if there was none. */
    @Nullable Close closedWith();

    boolean isOpen();

    /** The TCP connection was ended by the server, or by us. */
    boolean isEnded();

    /** The TCP connection was ended without a close frame. */
    boolean isDisconnected();

    /** WebSocket pings that came. */
    int pings();

    /** Where there is no socket. */
    FakeConnection fake();
}
