package dev.resound.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Carries envelopes to the other nodes of a cluster. Delivery on this node never waits for it.
 *
 * <p><b>Thread:</b> any, event loops among them: no method may wait.
 */
public interface Bus extends AutoCloseable {

    /** For a node that is alone. */
    Bus NONE =
            new Bus() {
                @Override
                public void connect(Receiver receiver) {}

                @Override
                public boolean hasRoom() {
                    return true;
                }

                @Override
                public boolean offer(Envelope envelope, @Nullable String except) {
                    return true;
                }

                @Override
                public boolean isConnected() {
                    return true;
                }

                @Override
                public void close() {}
            };

    /** Where what other nodes say is handed in. */
    @FunctionalInterface
    interface Receiver {
        /**
         * Another node has published. <b>Thread:</b> one of the bus; what one node has published
         * comes in its order.
         *
         * @param except the id, in its protocol, of a socket that does not get it
         * @return false if a lane is so far behind that nobody got it: try again
         */
        boolean onEnvelope(Envelope envelope, @Nullable String except);
    }

    /** From here on what other nodes publish is handed to the receiver; called once. */
    void connect(Receiver receiver);

    /** Whether an offer would be taken now; the next moment may be another. */
    boolean hasRoom();

    /**
     * Has the envelope delivered on the other nodes. While the cluster is away it waits, up to a
     * bound.
     *
     * @param except the id, in its protocol, of a socket that does not get it, wherever it is
     * @return false if too much waits: the other nodes will not get it
     */
    boolean offer(Envelope envelope, @Nullable String except);

    /**
     * The same for whoever waits until they are told.
     *
     * @return completes with true once it is on its way to every node that can be reached, which
     *     may take until the cluster is back; with false if too much waits
     */
    default CompletionStage<Boolean> tell(Envelope envelope, @Nullable String except) {
        return CompletableFuture.completedFuture(offer(envelope, except));
    }

    /** Whether the other nodes can be reached, as far as is known. */
    boolean isConnected();

    @Override
    void close();
}
