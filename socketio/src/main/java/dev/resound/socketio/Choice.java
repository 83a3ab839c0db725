package dev.resound.socketio;

import dev.resound.core.Member;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A broadcast that looks at every socket it might be for: because of exceptions, of answers, of
 * several rooms, or because somebody listens to what is sent. <b>Thread:</b> any; it is asked on
 * each member's loop.
 *
 * @param stamp another for every broadcast, so that a socket in several rooms is taken once
 * @param direct sockets that were named by their ids: they get it by themselves
 * @param offset of the recorded event; 0 if it is not recorded
 * @param ask who waits for answers, if anybody
 * @param others sockets of other namespaces in the same rooms that have got it; null if it is for
 *     this namespace alone
 */
record Choice(
        Namespace<?> namespace,
        Broadcast message,
        Selection selection,
        long stamp,
        Set<Conversation<?>> direct,
        long offset,
        @Nullable LocalAsk ask,
        @Nullable Set<Conversation<?>> others)
        implements Predicate<Member> {

    @Override
    public boolean test(Member member) {
        if (!(member.owner() instanceof Conversation<?> socket)) {
            return others != null; // of another protocol, which tells every channel by itself
        }
        return socket.namespace == namespace
                ? !direct.contains(socket) && socket.takesFromTopic(this)
                : isForOther(socket);
    }

    private boolean isForOther(Conversation<?> socket) {
        return others != null && !socket.rooms.sitsInAny(selection.except()) && others.add(socket);
    }

    /** On the socket's loop, before it is sent to. */
    void expectAnswer(Conversation<?> socket) {
        if (ask != null) {
            ask.expect(socket);
        }
    }
}
