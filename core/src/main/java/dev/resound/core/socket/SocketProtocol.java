package dev.resound.core.socket;

import dev.resound.core.Endpoint;
import dev.resound.core.Envelope;
import dev.resound.core.Frame;
import dev.resound.core.Hub;
import dev.resound.core.Protocol;
import dev.resound.core.TopicName;
import dev.resound.core.Upgrade;
import dev.resound.core.WireFormat;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.PathTemplate;
import dev.resound.core.http.Route;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Plain WebSockets on one path, as a protocol among others. All plain sockets of a hub share their
 * topics.
 */
public final class SocketProtocol<D> implements Protocol {
    private static final String SCOPE = "socket";

    /** Text stays text, bytes stay bytes. */
    static final WireFormat PLAIN =
            envelope ->
                    List.of(
                            switch (envelope.kind()) {
                                case TEXT, JSON -> Frame.text(envelope.data());
                                case BINARY -> Frame.binary(envelope.data());
                            });

    private final PathTemplate path;
    private final SocketEndpoint<D> endpoint;
    private final Supplier<Hub> hub;

    /**
     * Serves {@code path}.
     *
     * @param hub asked once per socket
     */
    public SocketProtocol(String path, SocketEndpoint<D> endpoint, Supplier<Hub> hub) {
        this.path = PathTemplate.of(path);
        this.endpoint = endpoint;
        this.hub = hub;
    }

    /** Publishes to the plain sockets that subscribe to the topic. */
    public static boolean publish(Hub hub, String topic, String text) {
        return hub.publish(text(topic, text), null);
    }

    /** Publishes to the plain sockets that subscribe to the topic. */
    public static boolean publish(Hub hub, String topic, byte[] bytes) {
        return hub.publish(binary(topic, bytes), null);
    }

    static TopicName topic(String name) {
        return new TopicName(SCOPE, name);
    }

    static Envelope text(String topic, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return new Envelope(topic(topic), "", Envelope.Kind.TEXT, utf8, null);
    }

    static Envelope binary(String topic, byte[] bytes) {
        return new Envelope(topic(topic), "", Envelope.Kind.BINARY, bytes, null);
    }

    @Override
    public String name() {
        return "socket";
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(new Endpoint(path, this::upgrade));
    }

    @Override
    public List<Route> routes() {
        return List.of();
    }

    private CompletionStage<Upgrade> upgrade(HttpRequest handshake) {
        return endpoint.onLoop
                ? CompletableFuture.completedFuture(decide(handshake))
                : CompletableFuture.supplyAsync(() -> decide(handshake), VirtualThreads.EACH);
    }

    private Upgrade decide(HttpRequest handshake) {
        return switch (endpoint.upgrade.apply(handshake)) {
            case SocketUpgrade.Accept<D>(var data, var headers) ->
                    new Upgrade.Accept(
                            headers,
                            endpoint.maxMessageBytes,
                            null,
                            endpoint.deflate,
                            connection ->
                                    new SocketSession<>(endpoint, data, connection, hub.get()));
            case SocketUpgrade.Reject<D>(int status, String json) ->
                    new Upgrade.Reject(HttpResponse.json(status, json));
        };
    }
}
