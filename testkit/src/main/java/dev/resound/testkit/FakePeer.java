package dev.resound.testkit;

import dev.resound.core.Loop;
import dev.resound.core.http.Peer;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The sender of a request that never crossed a network. <b>Thread:</b> the loop's, or the test. */
public final class FakePeer implements Peer {
    private final Loop loop;
    private final InetSocketAddress address;
    private boolean gone;
    private @Nullable Runnable whenGone;

    public FakePeer(Loop loop) {
        this(loop, InetSocketAddress.createUnresolved("back.end", 4_711));
    }

    public FakePeer(Loop loop, InetSocketAddress address) {
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
    public Loop loop() {
        return loop;
    }

    @Override
    public void whenGone(Runnable callback) {
        whenGone = callback;
        if (gone) {
            callback.run();
        }
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
