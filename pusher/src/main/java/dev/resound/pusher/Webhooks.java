package dev.resound.pusher;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;

/**
 * Tells back ends over HTTP what happens in their apps, each app's {@link App#webhooks} what they
 * want to know: {@code PusherProtocol.builder(…).observe(webhooks)}.
 *
 * <p>Every event is delivered at least once, and those for one URL in their order, unless the
 * receiver fails for longer than {@link WebhookOptions#giveUpAfter} or the queue is full: then it
 * is a dead letter. A target that hangs or fails delays no other.
 *
 * <p><b>Thread:</b> any. {@link #flush} and {@link #close} block, everything else does not.
 *
 * @see <a href="https://pusher.com/docs/channels/server_api/webhooks/">Pusher webhooks</a>
 */
public final class Webhooks implements PusherObserver, AutoCloseable {
    static final int HELD_BACK = 100_000;
    static final Duration CLOSING = Duration.ofSeconds(5);

    /** Beyond so many, idle ones are forgotten: URLs may change as often as apps do. */
    static final int KEPT_TARGETS = 1_000;

    private final WebhookTarget.Post post;
    private final HeldBackEvents heldBack;
    private final ConcurrentHashMap<WebhookTarget.Address, WebhookTarget> targets =
            new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Sends nothing before there is something to send. */
    public Webhooks(WebhookOptions options) {
        this(
                options,
                WebhookTimer.SYSTEM,
                () -> ThreadLocalRandom.current().nextDouble(),
                new WebhookClient(options.timeout()));
    }

    /**
     * With a time of its own.
     *
     * @param jitter from 0 to 1, how much of what may be left out of a pause is
     */
    Webhooks(
            WebhookOptions options,
            WebhookTimer timer,
            DoubleSupplier jitter,
            WebhookClient client) {
        String process = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        AtomicLong letters = new AtomicLong();
        this.post =
                new WebhookTarget.Post(
                        options,
                        timer,
                        jitter,
                        () -> process + "-" + letters.incrementAndGet(),
                        client,
                        new DeadLetters(options.deadLetters(), DeadLetterFile.MAX_BYTES));
        this.heldBack =
                new HeldBackEvents(timer, options.holdBack().toMillis(), HELD_BACK, this::tell);
    }

    @Override
    public boolean wants(Class<? extends AppEvent> kind) {
        return kind == AppEvent.ChannelCreated.class
                || kind == AppEvent.ChannelRemoved.class
                || kind == AppEvent.MemberAdded.class
                || kind == AppEvent.MemberRemoved.class
                || kind == AppEvent.ClientEventSent.class
                || kind == AppEvent.CacheMissed.class
                || kind == AppEvent.SubscriptionCountChanged.class;
    }

    @Override
    public void on(AppEvent event) {
        if (event.app().webhooks().isEmpty() || closed) {
            return;
        }
        WebhookEvent told = WebhookEvent.of(event);
        if (told == null) {
            return;
        }
        switch (told.kind()) {
            case CHANNEL_OCCUPIED, MEMBER_ADDED -> heldBack.there(told);
            case CHANNEL_VACATED -> goneIfWanted(told, Webhook.Event.CHANNEL_OCCUPIED);
            case MEMBER_REMOVED -> goneIfWanted(told, Webhook.Event.MEMBER_ADDED);
            case CLIENT_EVENT, CACHE_MISS, SUBSCRIPTION_COUNT -> tell(told);
        }
    }

    /** Held back also for those who want to know of arrivals only: a return is none. */
    private void goneIfWanted(WebhookEvent event, Webhook.Event opposite) {
        for (Webhook webhook : event.app().webhooks()) {
            if (webhook.wants(event.kind(), event.channel())
                    || webhook.wants(opposite, event.channel())) {
                heldBack.gone(event);
                return;
            }
        }
    }

    private void tell(WebhookEvent event) {
        byte[] json = null;
        String countOf = event.kind() == Webhook.Event.SUBSCRIPTION_COUNT ? event.channel() : null;
        for (Webhook webhook : event.app().webhooks()) {
            if (webhook.wants(event.kind(), event.channel())) {
                json = json == null ? event.json() : json;
                while (!target(event.app(), webhook).offer(event.app(), json, countOf)) {
                    // was forgotten the moment before, and is there anew
                }
            }
        }
    }

    private WebhookTarget target(App app, Webhook webhook) {
        WebhookTarget.Address address = WebhookTarget.Address.of(app, webhook);
        WebhookTarget present = targets.get(address);
        if (present != null) {
            return present;
        }
        if (targets.size() >= KEPT_TARGETS) {
            targets.values().removeIf(WebhookTarget::forget);
        }
        return targets.computeIfAbsent(address, unknown -> new WebhookTarget(app, webhook, post));
    }

    /** Every target there was something for; with very many, those that were idle are left out. */
    public List<WebhookStatistics> statistics() {
        return targets.values().stream().map(WebhookTarget::statistics).toList();
    }

    /**
     * Sends what waits: without holding back, gathering, and pausing before the next retry. Blocks.
     *
     * @return whether all of it is delivered, or dead; otherwise it goes on as usual
     */
    public boolean flush(Duration atMost) {
        heldBack.tellAll();
        CompletableFuture<?>[] all =
                targets.values().stream()
                        .map(target -> target.flush().toCompletableFuture())
                        .toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(all).get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException impossible) {
            throw new AssertionError(impossible);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Sends what waits, for at most five seconds; the rest are dead letters. Events that come
     * afterwards are lost, so close the connections first. Blocks.
     */
    @Override
    public void close() {
        close(CLOSING);
    }

    void close(Duration atMost) {
        closed = true;
        flush(atMost);
        targets.values().forEach(WebhookTarget::close);
        post.client().close();
        post.deadLetters().close();
    }
}
