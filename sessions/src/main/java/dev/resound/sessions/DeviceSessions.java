package dev.resound.sessions;

import dev.resound.core.Connection;
import dev.resound.core.Endpoint;
import dev.resound.core.Loop;
import dev.resound.core.Protocol;
import dev.resound.core.ProtocolSession;
import dev.resound.core.Upgrade;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.PathTemplate;
import dev.resound.core.http.Route;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions of devices: one for each owner, made when the first socket comes whose token is right,
 * kept for a while when it goes, and taken up by the next one. A session has companions: programs
 * that join it, hear what the device says, and have it do things.
 *
 * <p>A session lives on the loop of its first socket, and so does every later socket of its device
 * ({@link Upgrade.Accept#home}): nothing of it is shared between threads.
 *
 * <p>What is said to whom: within a session's grace everybody keeps their place; events are
 * delivered at most once, in order for each stream and socket, and nothing that was missed is
 * repeated. Sessions are those of one process.
 *
 * <p><b>Thread:</b> any.
 */
public final class DeviceSessions implements Protocol, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceSessions.class);

    private final SessionServices services;
    private final InstantSource clock;
    private final ConcurrentHashMap<String, DeviceSession> sessions = new ConcurrentHashMap<>();

    private DeviceSessions(SessionServices services, InstantSource clock) {
        this.services = services;
        this.clock = clock;
    }

    /** Begins with a profile, and everything else by default. */
    public static Builder builder(DeviceProfile profile) {
        return new Builder(profile);
    }

    /** Makes {@link DeviceSessions}. <b>Thread:</b> one at a time. */
    public static final class Builder {
        private final DeviceProfile profile;
        private final List<StreamProvider> providers = new ArrayList<>();
        private DeviceSessionOptions options = DeviceSessionOptions.defaults();
        private CompanionDirectory directory = id -> null;
        private RunningCompanions running = RunningCompanions.inMemory();
        private MediaTransform.@Nullable Factory media;
        private SessionObserver observer =
                event -> LOG.debug("{}", event.getClass().getSimpleName());
        private InstantSource clock = InstantSource.system();
        private Duration callTimeout = Duration.ofSeconds(10);
        private int callAttempts = 2;
        private boolean privateAddresses = true;
        private Predicate<URI> callable = url -> true;

        private Builder(DeviceProfile profile) {
            this.profile = profile;
        }

        public Builder options(DeviceSessionOptions options) {
            this.options = options;
            return this;
        }

        /** Which companions there are; none unless told otherwise. */
        public Builder companions(CompanionDirectory directory) {
            this.directory = directory;
            return this;
        }

        /** Where is remembered what runs; in memory unless told otherwise. */
        public Builder running(RunningCompanions running) {
            this.running = running;
            return this;
        }

        /** Makes streams of media; may be called several times, the first that can is asked. */
        public Builder streams(StreamProvider provider) {
            providers.add(provider);
            return this;
        }

        /** Stands between the device and whoever hears its media, in place of the profile's. */
        public Builder media(MediaTransform.Factory media) {
            this.media = media;
            return this;
        }

        /** Is told what happens; replaces the one before. */
        public Builder observe(SessionObserver observer) {
            this.observer = observer;
            return this;
        }

        /** What time of day it is, for tokens that expire. */
        public Builder clock(InstantSource clock) {
            this.clock = clock;
            return this;
        }

        /**
         * How companions are called.
         *
         * @param timeout of each try
         * @param attempts until there is an answer, 1 or more
         */
        public Builder calls(Duration timeout, int attempts) {
            if (!timeout.isPositive() || attempts < 1) {
                throw new IllegalArgumentException("a call takes time, and is made");
            }
            this.callTimeout = timeout;
            this.callAttempts = attempts;
            return this;
        }

        /**
         * Which URLs may be called, for directories whose URLs come from strangers. All unless told
         * otherwise, also those of private networks.
         *
         * @param privateAddresses whether a host may have an address that is not on the Internet
         */
        public Builder callable(Predicate<URI> callable, boolean privateAddresses) {
            this.callable = callable;
            this.privateAddresses = privateAddresses;
            return this;
        }

        /** Without sessions. */
        public DeviceSessions build() {
            var invitations =
                    new Invitations(
                            new Invitations.Options(
                                    callTimeout,
                                    callAttempts,
                                    Duration.ofSeconds(1),
                                    privateAddresses,
                                    callable));
            MediaTransform.Factory ofMedia = media == null ? profile.device()::media : media;
            return new DeviceSessions(
                    new SessionServices(
                            profile,
                            options,
                            directory,
                            Guarded.running(running),
                            invitations,
                            List.copyOf(providers),
                            ofMedia,
                            Guarded.observer(observer),
                            new Tally()),
                    clock);
        }
    }

    @Override
    public String name() {
        return services.profile().name();
    }

    @Override
    public List<Endpoint> endpoints() {
        return Stream.concat(
                        endpoints(services.profile().device().paths(), this::device),
                        endpoints(services.profile().companions().paths(), this::companion))
                .toList();
    }

    private static Stream<Endpoint> endpoints(
            List<String> paths, Function<HttpRequest, Upgrade> answer) {
        return paths.stream()
                .map(path ->
                        new Endpoint(
                                PathTemplate.of(path),
                                handshake ->
                                        CompletableFuture.completedFuture(
                                                answer.apply(handshake))));
    }

    @Override
    public List<Route> routes() {
        return List.of();
    }

    /** Sessions that are there, with a socket or waiting for one. */
    public int count() {
        return sessions.size();
    }

    public DeviceStatistics statistics() {
        return services.tally().statistics(sessions.size());
    }

    /** The session of an owner, for the application to act on; empty if there is none. */
    public Optional<OpenSession> session(String owner) {
        return Optional.ofNullable(sessions.get(owner))
                .map(session -> new OpenSession(session, services.profile().companions()));
    }

    /** A companion has other settings: it is told in all sessions. */
    public void settingsChanged(Companion companion) {
        for (DeviceSession session : sessions.values()) {
            session.loop().execute(() -> session.settingsChanged(companion));
        }
    }

    // ---- who comes

    private Upgrade device(HttpRequest handshake) {
        return switch (services.profile().device().admit(handshake)) {
            case DeviceAdmission.Refused(var refusal) -> new Upgrade.Reject(refusal.closing());
            case DeviceAdmission.Admitted(var device) -> {
                DeviceSession known = sessions.get(device.owner());
                Loop home =
                        known == null
                                ? Objects.requireNonNull(Loop.current(), "handshakes come on loops")
                                : known.loop();
                yield accept(
                        home, connection -> new DeviceSocket(this, services, device, connection));
            }
        };
    }

    /**
     * Whose owner is known by now is brought to the session's loop, so that nothing has to go
     * there.
     */
    private Upgrade companion(HttpRequest handshake) {
        return switch (services.profile().companions().admit(handshake)) {
            case CompanionAdmission.Refused(var refusal) -> new Upgrade.Reject(refusal.closing());
            case CompanionAdmission.Admitted(var companion) -> {
                String owner = companion.owner();
                DeviceSession known = owner == null ? null : sessions.get(owner);
                yield accept(
                        known == null ? null : known.loop(),
                        connection -> new CompanionSocket(this, services, companion, connection));
            }
        };
    }

    private Upgrade accept(@Nullable Loop home, Function<Connection, ProtocolSession> open) {
        int most = services.options().bounds().messageBytes();
        return new Upgrade.Accept(List.of(), most, home, open);
    }

    // ---- sessions

    /**
     * The session of an owner, which is made if there is none. <b>Thread:</b> the loop.
     *
     * @return null if it has come to be on another loop in the moment this socket moved here
     */
    @Nullable DeviceSession sessionOf(String owner, Loop loop) {
        DeviceSession session =
                sessions.computeIfAbsent(
                        owner,
                        key ->
                                new DeviceSession(
                                        key, loop, services, ended -> sessions.remove(key, ended)));
        return session.loop() == loop ? session : null;
    }

    /** The session of an owner; null if there is none. */
    @Nullable DeviceSession find(String owner) {
        return sessions.get(owner);
    }

    boolean isLive(String owner) {
        return sessions.containsKey(owner);
    }

    Instant now() {
        return clock.instant();
    }

    /** Nobody comes back to a server that stops, and nobody is asked to. */
    @Override
    public void onStop() {
        for (DeviceSession session : sessions.values()) {
            session.loop().execute(session::serverStops);
        }
    }

    /** After the server has stopped: calls that are under way are broken off, memories kept. */
    @Override
    public void close() {
        services.invitations().close();
        services.running().close();
    }
}
