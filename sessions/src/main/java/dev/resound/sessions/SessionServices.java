package dev.resound.sessions;

/**
 * What all sessions of one {@link DeviceSessions} share.
 *
 * @param providers of derived streams, asked in this order
 */
record SessionServices(
        DeviceProfile profile,
        DeviceSessionOptions options,
        CompanionDirectory directory,
        RunningCompanions running,
        Invitations invitations,
        java.util.List<StreamProvider> providers,
        MediaTransform.Factory media,
        SessionObserver observer,
        Tally tally) {}
