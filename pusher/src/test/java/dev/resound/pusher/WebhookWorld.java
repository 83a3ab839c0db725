package dev.resound.pusher;

import static org.awaitility.Awaitility.await;

import dev.resound.core.http.Header;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Webhooks with a time of the test's, and a receiver on a real socket. */
final class WebhookWorld implements AutoCloseable {
    final ManualTimer timer = new ManualTimer();
    final WebhookReceiver receiver = new WebhookReceiver();
    final Webhooks webhooks;
    final App app;

    WebhookWorld() throws IOException {
        this(options(null));
    }

    WebhookWorld(WebhookOptions options) throws IOException {
        this(options, new WebhookClient(options.timeout()));
    }

    WebhookWorld(WebhookOptions options, WebhookClient client) throws IOException {
        webhooks = new Webhooks(options, timer, () -> 0, client);
        app = app("app-id", new Webhook(receiver.url()));
    }

    static App app(String id, Webhook... webhooks) {
        return App.builder(id, id + "-key", id + "-secret").webhooks(List.of(webhooks)).build();
    }

    /** The defaults. */
    static WebhookOptions options(@Nullable Path deadLetters) {
        return WebhookOptions.defaults().withDeadLetters(deadLetters);
    }

    /** With a queue of so many events, and letters of so many. */
    static WebhookOptions small(int waiting, int batch, @Nullable Path deadLetters) {
        WebhookOptions options = WebhookOptions.defaults();
        return new WebhookOptions(
                options.batchTime(),
                batch,
                options.timeout(),
                options.firstRetry(),
                options.longestRetry(),
                options.giveUpAfter(),
                waiting,
                options.waitingBytes(),
                options.holdBack(),
                deadLetters);
    }

    static Webhook with(URI url, Header... headers) {
        return new Webhook(
                url, Set.of(Webhook.Event.values()), List.of(), List.of(), List.of(headers), true);
    }

    /** For an app store's users. */
    static Webhook publicOnly(URI url) {
        return new Webhook(
                url, Set.of(Webhook.Event.values()), List.of(), List.of(), List.of(), false);
    }

    static String occupied(String channel) {
        return "{\"name\":\"channel_occupied\",\"channel\":\"" + channel + "\"}";
    }

    static String vacated(String channel) {
        return "{\"name\":\"channel_vacated\",\"channel\":\"" + channel + "\"}";
    }

    void occupy(String channel) {
        occupy(app, channel);
    }

    void occupy(App app, String channel) {
        webhooks.on(new AppEvent.ChannelCreated(app, channel));
    }

    void vacate(String channel) {
        webhooks.on(new AppEvent.ChannelRemoved(app, channel));
    }

    /** The time a batch is gathered in. */
    void batchTimePasses() {
        timer.advance(Duration.ofSeconds(1));
    }

    void passes(long millis) {
        timer.advance(Duration.ofMillis(millis));
    }

    WebhookStatistics statistics() {
        return statistics(app);
    }

    WebhookStatistics statistics(App app) {
        return webhooks.statistics().stream()
                .filter(each -> each.app().equals(app.id()))
                .findFirst()
                .orElseThrow();
    }

    /** Waits until so many events were delivered. */
    void awaitDelivered(long events) {
        await().until(() -> statistics().delivered() == events);
    }

    /** Waits until so many calls were to be made again. */
    void awaitRetries(long calls) {
        await().until(() -> statistics().retried() == calls);
    }

    void awaitDead(long events) {
        await().until(() -> statistics().dead() == events);
    }

    @Override
    public void close() throws IOException {
        receiver.close();
        webhooks.close(Duration.ZERO);
    }
}
