package dev.resound.redis;

import dev.resound.core.RateLimitedLog;
import dev.resound.socketio.Adapter;
import dev.resound.socketio.LocalNamespace;
import dev.resound.socketio.PacketData;
import dev.resound.socketio.RemoteAnswers;
import dev.resound.socketio.Selection;
import dev.resound.socketio.SocketDescription;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.LoggerFactory;

/**
 * A namespace of a cluster whose nodes say {@link ClusterMessage}s to each other, by whatever way:
 * there is a channel for all of them, and one for the answers to each.
 *
 * <p><b>Thread:</b> any; messages are heard on that of the link's inbox.
 */
abstract sealed class ClusterAdapter implements Adapter, ClusterRequests.Carrier
        permits ShardedAdapter, StreamsAdapter {
    private static final RateLimitedLog DROPS =
            new RateLimitedLog(LoggerFactory.getLogger(ClusterAdapter.class));

    final String uid = ClusterRequests.newId();
    final RedisLink link;
    final LocalNamespace namespace;
    final String channel;
    final ClusterRequests requests;
    final Inbox.Listener listener = this::onMessage;
    private final LongAdder dropped;

    /**
     * @param dropped counts messages that are none
     */
    ClusterAdapter(
            RedisLink link,
            LocalNamespace namespace,
            String channelPrefix,
            Duration requestsTimeout,
            LongAdder dropped) {
        this.link = link;
        this.namespace = namespace;
        this.channel = channelPrefix + "#" + namespace.name() + "#";
        this.requests = new ClusterRequests(link, namespace, requestsTimeout, this);
        this.dropped = dropped;
    }

    /** That of the answers to a node, or of a room. */
    final String channelOf(String name) {
        return channel + name + "#";
    }

    // ---- what this node says

    /** Whether it is on its way to those who hear the channel; false: too much waits. */
    abstract boolean say(String channel, ClusterMessage message);

    final ClusterCodec.Sent signed(ClusterMessage message) {
        return new ClusterCodec.Sent(uid, namespace.name(), message);
    }

    @Override
    public final void respond(String asker, ClusterMessage.Response response) {
        say(channelOf(asker), response);
    }

    @Override
    public final void publish(Selection selection, PacketData event) {
        publish(new ClusterMessage.Broadcast(selection, event));
    }

    @Override
    public final void join(Selection selection, Set<String> rooms) {
        publish(new ClusterMessage.Join(selection, rooms));
    }

    @Override
    public final void leave(Selection selection, Set<String> rooms) {
        publish(new ClusterMessage.Leave(selection, rooms));
    }

    @Override
    public final void disconnect(Selection selection, boolean closeConnection) {
        publish(new ClusterMessage.Disconnect(selection, closeConnection));
    }

    @Override
    public final void publishWithAck(
            Selection selection, PacketData event, Duration timeout, RemoteAnswers answers) {
        requests.publishWithAck(selection, event, timeout, answers);
    }

    @Override
    public final CompletionStage<List<SocketDescription>> fetchSockets(
            Selection selection, Duration timeout) {
        return requests.fetchSockets(selection, timeout);
    }

    @Override
    public final void serverSideEmit(PacketData event) {
        publish(new ClusterMessage.ServerSideEmit(null, event));
    }

    @Override
    public final void serverSideEmitWithAck(
            PacketData event, Duration timeout, RemoteAnswers answers) {
        requests.serverSideEmitWithAck(event, timeout, answers);
    }

    @Override
    public final CompletionStage<Integer> serverCount() {
        return requests.serverCount();
    }

    // ---- what others say

    private void onMessage(String heardOn, byte[] message) {
        try {
            ClusterCodec.Sent sent = ClusterCodec.read(message, uid, namespace.name());
            if (sent != null) {
                requests.onMessage(sent.uid(), sent.message());
            }
        } catch (MalformedMessage malformed) {
            dropped("A message of " + message.length + " bytes", malformed);
        }
    }

    final void dropped(String what, MalformedMessage malformed) {
        dropped.increment();
        DROPS.warn(
                what
                        + " was dropped, for no Socket.IO server says such a thing: "
                        + malformed.getMessage());
    }
}
