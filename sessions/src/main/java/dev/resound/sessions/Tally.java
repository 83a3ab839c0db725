package dev.resound.sessions;

import java.util.concurrent.atomic.LongAdder;

/** Counts. <b>Thread:</b> any. */
final class Tally {
    final LongAdder devices = new LongAdder();
    final LongAdder companions = new LongAdder();
    final LongAdder deviceMessages = new LongAdder();
    final LongAdder deviceMedia = new LongAdder();
    final LongAdder companionMessages = new LongAdder();
    final LongAdder events = new LongAdder();
    final LongAdder media = new LongAdder();
    final LongAdder mediaDropped = new LongAdder();
    final LongAdder slow = new LongAdder();
    final LongAdder takeOvers = new LongAdder();
    final LongAdder staleCloses = new LongAdder();
    final LongAdder invitations = new LongAdder();
    final LongAdder invitationsFailed = new LongAdder();
    final LongAdder revivals = new LongAdder();
    final LongAdder refusals = new LongAdder();

    DeviceStatistics statistics(int sessions) {
        return new DeviceStatistics(
                sessions,
                devices.sum(),
                companions.sum(),
                deviceMessages.sum(),
                deviceMedia.sum(),
                companionMessages.sum(),
                events.sum(),
                media.sum(),
                mediaDropped.sum(),
                slow.sum(),
                takeOvers.sum(),
                staleCloses.sum(),
                invitations.sum(),
                invitationsFailed.sum(),
                revivals.sum(),
                refusals.sum());
    }
}
