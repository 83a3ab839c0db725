package dev.resound.bench;

import io.netty.buffer.ByteBuf;

/**
 * The socket of a device or of one of its apps.
 *
 * <p><b>Thread:</b> the client's loop.
 */
final class GatewaySocket implements WebSocketConnection.Listener {

    /** In the place of an app's number: it is the device's. */
    static final int DEVICE = -1;

    /** Hears everything. */
    interface Owner {
        void onOpen(GatewaySocket socket);

        void onMessage(
                GatewaySocket socket, ByteBuf buffer, int offset, int length, boolean binary);

        void onClosed(GatewaySocket socket, String why);
    }

    private final int session;
    private final int app;
    private final Handshake handshake;
    private final Owner owner;
    private final WebSocketConnection connection;
    private boolean acknowledged;
    private boolean subscribed;

    GatewaySocket(int session, int app, Handshake handshake, Owner owner) {
        this.session = session;
        this.app = app;
        this.handshake = handshake;
        this.owner = owner;
        this.connection = new WebSocketConnection(handshake, this);
    }

    int session() {
        return session;
    }

    int app() {
        return app;
    }

    boolean isDevice() {
        return app == DEVICE;
    }

    /** Good for another socket of the same one. */
    Handshake handshake() {
        return handshake;
    }

    WebSocketConnection connection() {
        return connection;
    }

    /** The gateway has taken us in. */
    boolean isAcknowledged() {
        return acknowledged;
    }

    /**
     * The gateway takes us in.
     *
     * @return whether it is the first time
     */
    boolean acknowledge() {
        boolean first = !acknowledged;
        acknowledged = true;
        return first;
    }

    /**
     * The gateway has read the subscription.
     *
     * @return whether it is the first time
     */
    boolean subscribe() {
        boolean first = !subscribed;
        subscribed = true;
        return first;
    }

    /** For people. */
    String name() {
        return isDevice() ? "device " + session : "app " + app + " of device " + session;
    }

    @Override
    public void onOpen() {
        owner.onOpen(this);
    }

    @Override
    public void onMessage(ByteBuf buffer, int offset, int length) {
        owner.onMessage(this, buffer, offset, length, false);
    }

    @Override
    public void onBinary(ByteBuf buffer, int offset, int length) {
        owner.onMessage(this, buffer, offset, length, true);
    }

    @Override
    public void onClosed(String why) {
        owner.onClosed(this, why);
    }
}
