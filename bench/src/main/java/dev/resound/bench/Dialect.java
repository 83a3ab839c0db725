package dev.resound.bench;

import java.util.function.IntFunction;

/** Makes peers that speak the target's protocol. */
@FunctionalInterface
interface Dialect {

    Peer peer(int index, Peer.Listener listener);

    /** Peers from {@code first} on are made by another. */
    default Dialect butFrom(int first, Dialect other) {
        return (index, listener) -> (index < first ? this : other).peer(index, listener);
    }

    /** Peers of a raw target are ready when they are connected. */
    static Dialect raw(Target.Raw target) {
        var handshake = Handshake.to(target);
        return (index, listener) -> new RawPeer(index, handshake, listener);
    }

    /**
     * Pusher peers that subscribe.
     *
     * @param channelOf the channel of the peer with an index; empty: none
     */
    static Dialect pusher(Target.Pusher target, IntFunction<String> channelOf) {
        var handshake = Handshake.to(target);
        var signer = new RequestSigner(target);
        return (index, listener) ->
                new PusherPeer(index, handshake, signer, channelOf.apply(index), listener);
    }

    /**
     * Socket.IO peers that join a room.
     *
     * @param roomOf the room of the peer with an index; empty: none
     */
    static Dialect socketIo(Target.SocketIo target, IntFunction<String> roomOf) {
        var handshake = Handshake.to(target);
        return (index, listener) ->
                new SocketIoPeer(index, handshake, roomOf.apply(index), listener);
    }

    /** For {@code channelOf} and {@code roomOf}. */
    static String none(int index) {
        return "";
    }

    /** The name with the number in the place of {@code %d}. */
    static String numbered(String name, int number) {
        return name.replace("%d", Integer.toString(number));
    }
}
