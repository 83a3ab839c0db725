package dev.resound.sessions;

import dev.resound.core.calls.HttpCalls;
import dev.resound.core.http.Header;
import java.io.IOException;
import java.util.List;

/** Fetches what an issuer publishes. <b>Thread:</b> any that may block. */
final class JwksClient implements AutoCloseable {
    static final String THREAD = "resound-jwks";

    private static final List<Header> ACCEPT =
            List.of(new Header("Accept", "application/jwk-set+json, application/json"));

    private final JwksOptions options;
    private final HttpCalls calls;

    JwksClient(JwksOptions options) {
        this.options = options;
        this.calls = new HttpCalls(THREAD, options.timeout());
    }

    /**
     * Fetches once, within the timeout from the first byte sent to the last one read.
     *
     * @throws IOException in our own words: those of the JDK may be missing
     */
    byte[] fetch() throws IOException, InterruptedException {
        return switch (calls.get(options.url(), ACCEPT, true)) {
            case HttpCalls.Answered(var status, var body) when status == 200 -> body;
            case HttpCalls.Answered other -> throw new IOException("HTTP " + other.status());
            case HttpCalls.Failed(var reason) -> throw new IOException(reason);
            case HttpCalls.Refused(var reason) -> throw new IOException(reason);
        };
    }

    /** Breaks off what is under way. */
    @Override
    public void close() {
        calls.close();
    }
}
