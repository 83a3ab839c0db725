package dev.resound.bench;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Many peers of one server, or of the nodes of one cluster, opened some at a time.
 *
 * <p><b>Thread:</b> the client's loop.
 */
final class Crowd implements Peer.Listener {

    /** Fewer than any server's accept backlog. */
    private static final int OPENING_AT_ONCE = 100;

    private static final int STALL_SECONDS = 15;
    private static final int SLOWEST_PER_SECOND = 100;

    private final ClientLoop loop;
    private final IntFunction<Target.Address> addressOf;
    private final Map<Target.Address, InetSocketAddress> remotes = new HashMap<>();
    private final Dialect dialect;
    private final Peer.Listener load;
    private final SourceAddresses sources = SourceAddresses.ofThisMachine();
    private final List<Peer> peers = new ArrayList<>();

    private int ready;
    private @Nullable Growth growth;

    private record Growth(
            int target, Runnable whenReady, Consumer<CannotRunException> whenFailed) {}

    /**
     * @param load hears about every peer, but its {@code onReady} is not called: see {@link #grow}
     */
    Crowd(ClientLoop loop, Target.Address address, Dialect dialect, Peer.Listener load) {
        this(loop, index -> address, dialect, load);
    }

    /**
     * @param addressOf where the peer with an index connects
     */
    Crowd(
            ClientLoop loop,
            IntFunction<Target.Address> addressOf,
            Dialect dialect,
            Peer.Listener load) {
        this.loop = loop;
        this.addressOf = addressOf;
        this.dialect = dialect;
        this.load = load;
    }

    /** Opening so many takes less, or is given up. */
    static Duration longestGrowth(int peers) {
        return Duration.ofSeconds(2 * STALL_SECONDS + peers / SLOWEST_PER_SECOND);
    }

    /**
     * Opens peers until there are {@code target}. One call at a time.
     *
     * @param whenFailed one of them could not be opened; the crowd is of no more use
     */
    void grow(int target, Runnable whenReady, Consumer<CannotRunException> whenFailed) {
        growth = new Growth(target, whenReady, whenFailed);
        openMore();
        watch(ready);
    }

    Peer peer(int index) {
        return peers.get(index);
    }

    int ready() {
        return ready;
    }

    void close() {
        growth = null;
        peers.forEach(peer -> peer.connection().close());
    }

    private void openMore() {
        Growth current = growth;
        if (current == null) {
            return;
        }
        if (ready >= current.target) {
            growth = null;
            current.whenReady.run();
            return;
        }
        while (current == growth
                && peers.size() < current.target
                && peers.size() - ready < OPENING_AT_ONCE) {
            Peer peer = dialect.peer(peers.size(), this);
            peers.add(peer);
            Target.Address address = addressOf.apply(peer.index());
            try {
                InetSocketAddress remote =
                        remotes.computeIfAbsent(address, Target.Address::resolve);
                loop.connect(remote, sources.of(peer.index(), address), peer.connection())
                        .addListener(result -> {
                            if (!result.isSuccess()) {
                                peer.connection()
                                        .fail(
                                                Refusals.explain(
                                                        address,
                                                        String.valueOf(
                                                                result.cause().getMessage())));
                            }
                        });
            } catch (CannotRunException noPorts) { // or no such host
                fail(noPorts.getMessage());
                return;
            }
        }
    }

    private void watch(int readyBefore) {
        loop.later(
                Duration.ofSeconds(STALL_SECONDS),
                () -> {
                    if (growth != null && ready == readyBefore) {
                        fail(
                                ready
                                        + " connections are ready, and no other became so for "
                                        + STALL_SECONDS
                                        + " s.");
                    } else if (growth != null) {
                        watch(ready);
                    }
                });
    }

    private void fail(@Nullable String why) {
        Growth current = growth;
        if (current != null) {
            growth = null;
            current.whenFailed.accept(new CannotRunException(String.valueOf(why)));
        }
    }

    @Override
    public void onReady(Peer peer) {
        ready++;
        openMore();
    }

    @Override
    public boolean onMessage(Peer peer, ByteBuf buffer, int offset, int length) {
        return load.onMessage(peer, buffer, offset, length);
    }

    @Override
    public void onComplaint(Peer peer, String text) {
        load.onComplaint(peer, text);
    }

    @Override
    public void onLost(Peer peer, String why) {
        if (peer.isReady()) {
            ready--;
            load.onLost(peer, why);
        } else {
            fail("Connection " + (peer.index() + 1) + ": " + why);
        }
    }
}
