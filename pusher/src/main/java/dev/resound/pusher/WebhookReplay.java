package dev.resound.pusher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sends dead letters again, once each, in their order. The file may be that of a running server. If
 * this ends early, what was not yet looked at is there the next time; what was delivered may then
 * be sent once more, with the same id.
 */
public final class WebhookReplay {
    /** After so many failures in a row, the rest for the same target is kept without a try. */
    static final int MAX_FAILURES = 3;

    private final DeadLetterFile file;
    private final Map<String, App> apps;
    private final Duration timeout;
    private final Map<WebhookTarget.Address, Integer> failures = new HashMap<>();

    /**
     * What came of it.
     *
     * @param delivered letters that are gone
     * @param kept letters that are still in the file: they failed again, their app or its webhook
     *     is no longer configured, or they cannot be read
     * @param others letters of other apps, still in the file
     */
    public record Result(int delivered, int kept, int others) {}

    private enum Fate {
        DELIVERED,
        KEPT,
        OTHER
    }

    /**
     * Prepares.
     *
     * @param apps as they are configured now: a letter is sent only if its app has a webhook at its
     *     URL, with that webhook's headers and the app's secret
     * @param timeout of each call
     */
    public WebhookReplay(Path deadLetters, Collection<App> apps, Duration timeout) {
        this.file = new DeadLetterFile(deadLetters);
        this.apps = apps.stream().collect(Collectors.toMap(App::id, Function.identity()));
        this.timeout = timeout;
    }

    /**
     * Sends. Blocks.
     *
     * @param app whether letters of the app with this id are to be sent
     * @throws IOException if the file cannot be read or written, or is being replayed; letters that
     *     were not delivered are still there
     */
    public Result run(Predicate<String> app) throws IOException {
        return file.alone(() -> {
            Path taken = file.take();
            return taken == null ? new Result(0, 0, 0) : run(taken, app);
        });
    }

    private Result run(Path taken, Predicate<String> app) throws IOException {
        Map<Fate, Integer> fates = new EnumMap<>(Fate.class);
        try (WebhookClient client = new WebhookClient(timeout);
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        Files.newInputStream(taken), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isBlank()) {
                    continue;
                }
                Fate fate = tryAgain(DeadLetter.read(line), app, client);
                fates.merge(fate, 1, Integer::sum);
                if (fate != Fate.DELIVERED) {
                    byte[] kept = (line + "\n").getBytes(StandardCharsets.UTF_8);
                    file.append(List.of(kept), Long.MAX_VALUE); // it has been there before
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
        Files.delete(taken);
        return new Result(
                fates.getOrDefault(Fate.DELIVERED, 0),
                fates.getOrDefault(Fate.KEPT, 0),
                fates.getOrDefault(Fate.OTHER, 0));
    }

    private Fate tryAgain(
            @Nullable DeadLetter letter, Predicate<String> wanted, WebhookClient client)
            throws InterruptedException {
        if (letter == null) {
            return Fate.KEPT;
        }
        if (!wanted.test(letter.app())) {
            return Fate.OTHER;
        }
        App app = apps.get(letter.app());
        Webhook webhook = app == null ? null : webhook(app, letter);
        if (app == null || webhook == null) {
            return Fate.KEPT;
        }
        WebhookTarget.Address address = WebhookTarget.Address.of(app, webhook);
        int failed = failures.getOrDefault(address, 0);
        if (failed >= MAX_FAILURES) {
            return Fate.KEPT;
        }
        WebhookClient.Outcome outcome =
                client.post(
                        app,
                        webhook.url(),
                        webhook.headers(),
                        webhook.privateAddresses(),
                        new WebhookLetter(letter.id(), letter.events(), letter.body()));
        if (outcome instanceof WebhookClient.Delivered) {
            failures.remove(address);
            return Fate.DELIVERED;
        }
        failures.put(address, failed + 1);
        return Fate.KEPT;
    }

    private static @Nullable Webhook webhook(App app, DeadLetter letter) {
        return app.webhooks().stream()
                .filter(webhook -> webhook.url().equals(letter.url()))
                .findFirst()
                .orElse(null);
    }
}
