package dev.resound.pusher;

import dev.resound.core.calls.HttpCalls;
import dev.resound.core.http.Header;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Makes the calls: signs them, and takes any status from 200 to 299 for success. <b>Thread:</b> any
 * that may block.
 */
final class WebhookClient implements AutoCloseable {
    static final String ID_HEADER = "X-Resound-Webhook-Id";
    private static final String THREADS = "resound-webhook";

    private final HttpCalls calls;

    /** What came of a call. */
    sealed interface Outcome {}

    /** The receiver has it. */
    record Delivered() implements Outcome {}

    /** May go better another time. */
    record Failed(String reason) implements Outcome {}

    /** Was not made, and never will be. */
    record Refused(String reason) implements Outcome {}

    WebhookClient(Duration timeout) {
        this(new HttpCalls(THREADS, timeout));
    }

    WebhookClient(HttpCalls calls) {
        this.calls = calls;
    }

    /**
     * Calls once.
     *
     * @param app signs
     */
    Outcome post(App app, URI url, List<Header> headers, boolean privateAddresses, WebhookLetter it)
            throws InterruptedException {
        // Replacing the webhook's own headers: nobody forges a signature by configuration.
        List<Header> ours =
                List.of(
                        new Header("Content-Type", "application/json"),
                        new Header("X-Pusher-Key", app.key()),
                        new Header("X-Pusher-Signature", new Signer(app.secret()).sign(it.body())),
                        new Header(ID_HEADER, it.id()));
        return switch (calls.post(url, headers, ours, it.body(), privateAddresses)) {
            case HttpCalls.Answered answer ->
                    answer.status() / 100 == 2
                            ? new Delivered()
                            : new Failed("HTTP " + answer.status());
            case HttpCalls.Failed(var reason) -> new Failed(reason);
            case HttpCalls.Refused(var reason) -> new Refused(reason);
        };
    }

    /** Breaks off what is under way. */
    @Override
    public void close() {
        calls.close();
    }
}
