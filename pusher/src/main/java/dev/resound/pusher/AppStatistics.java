package dev.resound.pusher;

/**
 * One app on this node: what it is doing, and what it has done since the first look at it. Numbers
 * are read one after the other while they change.
 *
 * @param appId whose
 * @param connections open sockets
 * @param channels channels with subscribers
 * @param connectionsOpened sockets that were greeted
 * @param connectionsRefused sockets that were not
 * @param messagesReceived text messages of sockets
 * @param bytesReceived their payload
 * @param messagesSent text messages to sockets; an event counts once for each that got it
 * @param bytesSent their payload; of events, only the data
 * @param eventsPublished events from back ends, once for each channel
 * @param clientEvents events that clients sent one another
 * @param limitsReached times somebody met one of the app's limits
 */
public record AppStatistics(
        String appId,
        int connections,
        int channels,
        long connectionsOpened,
        long connectionsRefused,
        long messagesReceived,
        long bytesReceived,
        long messagesSent,
        long bytesSent,
        long eventsPublished,
        long clientEvents,
        long limitsReached) {}
