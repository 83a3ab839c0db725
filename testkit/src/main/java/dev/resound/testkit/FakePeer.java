package dev.resound.testkit;

import dev.resound.core.http.Peer;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The sender of a request that never crossed a network. <b>Thread:</b> the loop's, or the test. */
public final class FakePeer implements Peer {
    private final FakeLoop loop;
    private final InetSocketAddress address;
    private boolean gone;
    private @Nullable Runnable whenGone;

    public FakePeer(FakeLoop loop) {
        this(loop, InetSocketAddress.createUnresolved("back.end", 4_711));
    }

    public FakePeer(FakeLoop loop, InetSocketAddress address) {
        this.loop = loop;
        this.address = address;
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public void whenGone(Runnable callback) {
        whenGone = callback;
        if (gone) {
            callback.run();
        }
    }

    /** The loop its requests come on. */
    public FakeLoop loop() {
        return loop;
    }

    /** Its TCP connection breaks before it has an answer. */
    public void vanishes() {
        gone = true;
        Runnable callback = whenGone;
        if (callback != null) {
            whenGone = null;
            callback.run();
        }
    }
}
