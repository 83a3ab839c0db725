package dev.resound.engineio;

/** What carries a session at the moment. */
public enum Transport {
    POLLING("polling"),
    WEBSOCKET("websocket");

    private final String wireName;

    Transport(String wireName) {
        this.wireName = wireName;
    }

    /** The name in queries and for the admin UI. */
    public String wireName() {
        return wireName;
    }
}
