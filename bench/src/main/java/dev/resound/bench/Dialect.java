package dev.resound.bench;

/** Makes peers that speak the target's protocol. */
@FunctionalInterface
interface Dialect {

    Peer peer(int index, Peer.Listener listener);

    /** Peers of a raw target are ready when they are connected. */
    static Dialect raw(Target.Raw target) {
        var handshake = Handshake.to(target);
        return (index, listener) -> new RawPeer(index, handshake, listener);
    }

    /** Pusher peers that subscribe to nothing. */
    static Dialect pusher(Target.Pusher target) {
        return pusher(target, "");
    }

    /**
     * Pusher peers that subscribe.
     *
     * @param channel the channel every peer subscribes to; {@code %d} in it becomes the peer's
     *     index; empty: none
     */
    static Dialect pusher(Target.Pusher target, String channel) {
        var handshake = Handshake.to(target);
        var signer = new RequestSigner(target);
        return (index, listener) ->
                new PusherPeer(
                        index,
                        handshake,
                        signer,
                        channel.replace("%d", Integer.toString(index)),
                        listener);
    }
}
