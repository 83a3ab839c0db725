package dev.resound.sessions;

/**
 * What has happened since the start, but for the first three, which are of this moment.
 *
 * @param sessions those there are
 * @param devices sessions whose device is there
 * @param companions sockets that have joined
 * @param deviceMessages text messages of devices
 * @param deviceMedia binary messages of devices
 * @param companionMessages text messages of companions
 * @param events that were handed to companions, once for each of them
 * @param media pieces that were handed to companions, once for each of them
 * @param mediaDropped pieces that a companion was too slow for
 * @param slow sockets closed because they were too slow
 * @param takeOvers device sockets that took the place of another one
 * @param staleCloses ends of sockets that did not matter any more
 * @param invitations calls to companions that were answered by somebody
 * @param invitationsFailed calls to companions nobody answered
 * @param revivals companions that were asked anew because they were lost
 * @param refusals joins that were refused
 */
public record DeviceStatistics(
        long sessions,
        long devices,
        long companions,
        long deviceMessages,
        long deviceMedia,
        long companionMessages,
        long events,
        long media,
        long mediaDropped,
        long slow,
        long takeOvers,
        long staleCloses,
        long invitations,
        long invitationsFailed,
        long revivals,
        long refusals) {}
