package dev.resound.sessions;

/**
 * Is told what happens to sessions. <b>Thread:</b> the session's loop, in order for each session;
 * must not block.
 */
@FunctionalInterface
public interface SessionObserver {

    void on(SessionEvent event);
}
