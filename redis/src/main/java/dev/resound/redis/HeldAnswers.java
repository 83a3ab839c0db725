package dev.resound.redis;

import dev.resound.socketio.PacketData;
import dev.resound.socketio.RemoteAnswers;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds answers back until it is known how many nodes were asked: that is found out meanwhile, for
 * a broadcast must not be overtaken by later ones. <b>Thread:</b> any.
 */
final class HeldAnswers implements RemoteAnswers {
    /** What comes beyond is lost, as if it had come too late. */
    private static final int MOST = 100_000;

    private final RemoteAnswers answers;
    private final List<Runnable> held = new ArrayList<>(); // this and the rest guarded by this
    private boolean known;

    HeldAnswers(RemoteAnswers answers) {
        this.answers = answers;
    }

    @Override
    public synchronized void asked(int nodes) {
        if (!known) {
            known = true;
            answers.asked(nodes);
            held.forEach(Runnable::run);
            held.clear();
        }
    }

    @Override
    public void counted(int clients) {
        pass(() -> answers.counted(clients));
    }

    @Override
    public void answered(PacketData arguments) {
        pass(() -> answers.answered(arguments));
    }

    private synchronized void pass(Runnable answer) {
        if (known) {
            answer.run();
        } else if (held.size() < MOST) {
            held.add(answer);
        }
    }
}
