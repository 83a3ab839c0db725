package dev.resound.socketio;

/**
 * Where an {@link Adapter} hands in the answers of other nodes. It is over when as many nodes as
 * were {@link #asked} have {@link #counted} their clients, and as many have {@link #answered} as
 * they counted in all. <b>Thread:</b> any.
 */
public interface RemoteAnswers {

    /** How many other nodes were asked; to be called once, before anything else. */
    void asked(int nodes);

    /** One node has asked this many clients. */
    void counted(int clients);

    /**
     * One answer.
     *
     * @param arguments a JSON array of its arguments
     */
    void answered(PacketData arguments);
}
