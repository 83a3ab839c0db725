package dev.resound.pusher;

import dev.resound.core.http.Header;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One URL of one app: its queue, and at most one call at a time, so that its events arrive in their
 * order and its failures are nobody else's. There is a thread only while a call is made; waiting is
 * the timer's. <b>Thread:</b> any.
 */
final class WebhookTarget {
    /** A letter is closed when it holds so much; it may be more by one event. */
    static final int LETTER_BYTES = 1 << 20;

    private static final int MAX_DOUBLINGS = 30;

    /** What targets have in common. */
    record Post(
            WebhookOptions options,
            WebhookTimer timer,
            DoubleSupplier jitter,
            Supplier<String> ids,
            WebhookClient client,
            DeadLetters deadLetters) {}

    /** Tells targets apart: with other headers it is another one. */
    record Address(String app, URI url, List<Header> headers, boolean privateAddresses) {
        static Address of(App app, Webhook webhook) {
            return new Address(
                    app.id(), webhook.url(), webhook.headers(), webhook.privateAddresses());
        }

        /** Without headers and query. */
        @Override
        public String toString() {
            return "app " + app + " at " + url.getHost();
        }
    }

    private enum State {
        /** Nothing waits. */
        IDLE,
        /** Events wait for others to go with them. */
        GATHERING,
        /** A thread is at work. */
        SENDING,
        /** A call failed and is made again later. */
        PAUSING,
        /** Takes nothing any more, since it was idle and is forgotten. */
        FORGOTTEN,
        /** Takes nothing any more. */
        CLOSED
    }

    private static final class Waiting {
        byte[] json;
        final @Nullable String countOf;

        Waiting(byte[] json, @Nullable String countOf) {
            this.json = json;
            this.countOf = countOf;
        }
    }

    private final Address address;
    private final String shownUrl;
    private final Post post;
    private final WebhookOptions options;

    // all guarded by this
    private State state = State.IDLE;
    private int turn; // of the state: a timer that was set in an earlier one does nothing
    private App app; // as it was last seen: a new secret signs old letters
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Map<String, Waiting> counts = new HashMap<>();
    private long waitingBytes;
    private @Nullable WebhookLetter inHand;
    private int failures; // of the letter in hand
    private long firstTryMillis;
    private @Nullable CompletableFuture<Void> idle; // somebody waits for it
    private long delivered;
    private long retried;
    private long dead;

    WebhookTarget(App app, Webhook webhook, Post post) {
        this.app = app;
        this.address = Address.of(app, webhook);
        this.shownUrl = webhook.shownUrl();
        this.post = post;
        this.options = post.options;
    }

    // ---- taking events

    /**
     * Takes an event, or makes it a dead letter if there is no room.
     *
     * @param countOf the channel whose subscribers it counts; null if it is another event
     * @return false if this target is forgotten and there has to be a new one
     */
    boolean offer(App app, byte[] json, @Nullable String countOf) {
        String refusal;
        synchronized (this) {
            if (state == State.FORGOTTEN) {
                return false;
            }
            this.app = app;
            refusal = refusal(json.length);
            if (refusal == null) {
                add(json, countOf);
            } else {
                dead++;
            }
        }
        if (refusal != null) {
            bury(letter(List.of(json)), refusal);
        }
        return true;
    }

    private @Nullable String refusal(int bytes) {
        if (state == State.CLOSED) {
            return "shutdown";
        }
        return waiting.size() >= options.waitingEvents()
                        || waitingBytes + bytes > options.waitingBytes()
                ? "overflow"
                : null;
    }

    private void add(byte[] json, @Nullable String countOf) {
        waitingBytes += json.length;
        Waiting present = countOf == null ? null : counts.get(countOf);
        if (present != null) {
            waitingBytes -= present.json.length; // a newer count makes the older one worthless
            present.json = json;
            return;
        }
        Waiting event = new Waiting(json, countOf);
        waiting.add(event);
        if (countOf != null) {
            counts.put(countOf, event);
        }
        switch (state) {
            case IDLE -> gather();
            case GATHERING -> {
                if (waiting.size() >= options.batchEvents()) {
                    send();
                }
            }
            case SENDING, PAUSING -> {} // they will come to it
            case FORGOTTEN, CLOSED -> throw new AssertionError(state);
        }
    }

    private void gather() {
        if (idle != null
                || options.batchTime().isZero()
                || waiting.size() >= options.batchEvents()) {
            send();
        } else {
            sendAfter(State.GATHERING, options.batchTime().toMillis());
        }
    }

    private void sendAfter(State until, long millis) {
        state = until;
        int set = ++turn;
        post.timer.after(millis, () -> due(set));
    }

    private synchronized void due(int set) {
        if (turn == set) {
            send();
        }
    }

    private void send() {
        state = State.SENDING;
        turn++;
        Thread.ofVirtual().name("resound-webhook").start(this::run);
    }

    // ---- sending, on the target's thread

    private void run() {
        try {
            Attempt next = next(true);
            while (next != null) {
                WebhookClient.Outcome outcome =
                        post.client.post(
                                next.app,
                                address.url,
                                address.headers,
                                address.privateAddresses,
                                next.letter);
                next = settle(next.letter, outcome) ? next(false) : null;
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt(); // nobody does; close() makes dead letters of all
        }
    }

    private record Attempt(App app, WebhookLetter letter) {}

    /** Null if there is nothing to be done now, and then somebody else will see to the rest. */
    private synchronized @Nullable Attempt next(boolean ripe) {
        if (state != State.SENDING) {
            return null;
        }
        if (inHand == null) {
            if (waiting.isEmpty()) {
                rest();
                return null;
            }
            if (!ripe && idle == null && waiting.size() < options.batchEvents()) {
                gather();
                return null;
            }
            inHand = letter(takeBatch());
            failures = 0;
            firstTryMillis = post.timer.millis();
        }
        return new Attempt(app, inHand);
    }

    private void rest() {
        state = State.IDLE;
        turn++;
        if (idle != null) {
            idle.complete(null);
            idle = null;
        }
    }

    private List<byte[]> takeBatch() {
        List<byte[]> events = new ArrayList<>();
        int bytes = 0;
        while (!waiting.isEmpty()
                && events.size() < options.batchEvents()
                && bytes < LETTER_BYTES) {
            Waiting event = waiting.remove();
            if (event.countOf != null) {
                counts.remove(event.countOf);
            }
            waitingBytes -= event.json.length;
            bytes += event.json.length;
            events.add(event.json);
        }
        return events;
    }

    private WebhookLetter letter(List<byte[]> events) {
        return WebhookLetter.of(post.ids.get(), post.timer.wallMillis(), events);
    }

    /**
     * False if this thread has to end: the rest is the timer's, which starts another, or close's.
     */
    private boolean settle(WebhookLetter letter, WebhookClient.Outcome outcome) {
        String death = null;
        synchronized (this) {
            if (inHand != letter) {
                return false; // closed meanwhile, and given up
            }
            switch (outcome) {
                case WebhookClient.Delivered() -> {
                    inHand = null;
                    delivered += letter.events();
                }
                case WebhookClient.Refused(var reason) -> death = reason;
                case WebhookClient.Failed(var reason) -> {
                    if (tryAgain()) {
                        return false;
                    }
                    death = reason;
                }
            }
            if (death != null) {
                inHand = null;
                dead += letter.events();
            }
        }
        if (death != null) {
            bury(letter, death);
        }
        return true;
    }

    private boolean tryAgain() {
        long doubled = options.firstRetry().toMillis() << Math.min(failures, MAX_DOUBLINGS);
        long longest = Math.min(doubled, options.longestRetry().toMillis());
        // Up to half of it is left out, so that those who failed together do not return together.
        long delay = longest - (long) (longest / 2.0 * post.jitter.getAsDouble());
        long tried = post.timer.millis() - firstTryMillis;
        if (tried + delay > options.giveUpAfter().toMillis()) {
            return false;
        }
        failures++;
        retried++;
        sendAfter(State.PAUSING, delay);
        return true;
    }

    private void bury(WebhookLetter letter, String reason) {
        post.deadLetters.add(
                new DeadLetter(
                        Instant.ofEpochMilli(post.timer.wallMillis()),
                        address.app,
                        address.url,
                        letter.id(),
                        letter.events(),
                        reason,
                        letter.body()));
    }

    // ---- the end

    /** Sends what waits without waiting for more; completes when nothing is left. */
    synchronized CompletionStage<Void> flush() {
        if (state == State.IDLE || state == State.FORGOTTEN || state == State.CLOSED) {
            return CompletableFuture.completedFuture(null);
        }
        if (idle == null) {
            idle = new CompletableFuture<>();
        }
        if (state != State.SENDING) {
            send();
        }
        return idle;
    }

    /** What is not delivered by now is dead. */
    void close() {
        List<WebhookLetter> left = new ArrayList<>();
        synchronized (this) {
            state = State.CLOSED;
            turn++;
            if (inHand != null) {
                left.add(inHand); // perhaps it arrives all the same: at least once
                inHand = null;
            }
            while (!waiting.isEmpty()) {
                left.add(letter(takeBatch()));
            }
            left.forEach(letter -> dead += letter.events());
            if (idle != null) {
                idle.complete(null);
                idle = null;
            }
        }
        left.forEach(letter -> bury(letter, "shutdown"));
    }

    /** Whether it had nothing to do, and from now on takes nothing. */
    synchronized boolean forget() {
        if (state != State.IDLE) {
            return false;
        }
        state = State.FORGOTTEN;
        return true;
    }

    synchronized WebhookStatistics statistics() {
        int events = waiting.size() + (inHand == null ? 0 : inHand.events());
        return new WebhookStatistics(address.app, shownUrl, events, delivered, retried, dead);
    }
}
