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
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of devices: one for each owner, made when the first socket comes whose token is right,
 * kept for a while when it goes, and taken up by the next one.
 *
 * <p>A session lives on the loop of its first socket, and so does every later socket of its device
 * ({@link Upgrade.Accept#home}): nothing of it is shared between threads.
 *
 * <p><b>Thread:</b> any.
 */
public final class DeviceSessions implements Protocol {
    private final DeviceProfile profile;
    private final DeviceSessionOptions options;
    private final ConcurrentHashMap<String, DeviceSession> sessions = new ConcurrentHashMap<>();

    /** Without sessions. */
    public DeviceSessions(DeviceProfile profile, DeviceSessionOptions options) {
        this.profile = profile;
        this.options = options;
    }

    @Override
    public String name() {
        return profile.name();
    }

    @Override
    public List<Endpoint> endpoints() {
        return profile.devicePaths().stream()
                .map(path -> new Endpoint(PathTemplate.of(path), this::upgrade))
                .toList();
    }

    @Override
    public List<Route> routes() {
        return List.of();
    }

    /** Sessions that are there, with a socket or waiting for one. */
    public int count() {
        return sessions.size();
    }

    private CompletionStage<Upgrade> upgrade(HttpRequest handshake) {
        Upgrade answer =
                switch (profile.admit(handshake)) {
                    case DeviceAdmission.Refused(var refusal) ->
                            new Upgrade.Reject(refusal.closing());
                    case DeviceAdmission.Admitted(var device) -> accept(device);
                };
        return CompletableFuture.completedFuture(answer);
    }

    private Upgrade accept(DeviceIdentity device) {
        DeviceSession known = sessions.get(device.owner());
        Loop home =
                known == null
                        ? Objects.requireNonNull(Loop.current(), "handshakes come on loops")
                        : known.loop();
        return new Upgrade.Accept(
                List.of(),
                options.maxMessageBytes(),
                home,
                connection -> socket(device, connection));
    }

    private ProtocolSession socket(DeviceIdentity device, Connection connection) {
        return new DeviceSocket(this, profile, options, device, connection);
    }

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
                                        loop,
                                        options.grace(),
                                        ended -> sessions.remove(key, ended)));
        return session.loop() == loop ? session : null;
    }

    /** Nobody comes back to a server that stops. */
    @Override
    public void onStop() {
        for (DeviceSession session : sessions.values()) {
            session.loop().execute(session::endIfAway);
        }
    }
}
