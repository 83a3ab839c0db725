package dev.resound.pusher;

/**
 * What one target of an app's webhooks was sent so far.
 *
 * @param app the app's id
 * @param url without query and user info
 * @param waiting events that are neither delivered nor dead
 * @param delivered events the target has acknowledged
 * @param retried calls that were made again
 * @param dead events that were given up, or for which there was no room
 */
public record WebhookStatistics(
        String app, String url, int waiting, long delivered, long retried, long dead) {}
