package dev.resound.sessions.mentraos;

import dev.resound.sessions.CompanionSide;
import dev.resound.sessions.DeviceProfile;
import dev.resound.sessions.DeviceSide;
import dev.resound.sessions.Streams;
import dev.resound.sessions.Tokens;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * Smart glasses of MentraOS, in practice the phone that speaks for them, and the apps made with its
 * SDK, which are companions here. The owner is the token's {@code email}, in lower case. <b>Thread:
 * </b> any.
 */
public final class MentraOs implements DeviceProfile {
    private final MentraOsDevice device;
    private final MentraOsCompanions companions;
    private final MentraOsStreams streams = new MentraOsStreams();

    /**
     * What differs from one installation to the next.
     *
     * @param publicUrl what apps are told to dial: scheme {@code ws} or {@code wss}, host, port and
     *     perhaps the prefix of a path, without a slash at the end; asked for each time, as a port
     *     may be known only once it is open
     * @param capabilities what each model of glasses can do, by the name of the model; told to apps
     *     as it is
     * @param dashboardForAll whether any app may show something on the dashboard; otherwise it
     *     becomes part of the main view
     */
    public record Installation(
            Supplier<URI> publicUrl, Map<String, JsonNode> capabilities, boolean dashboardForAll) {

        public Installation {
            capabilities = Map.copyOf(capabilities);
        }

        /** Without capabilities, and a dashboard for all. */
        public static Installation at(URI publicUrl) {
            return new Installation(() -> publicUrl, Map.of(), true);
        }
    }

    /** Devices, and apps that have some, prove who they are with these tokens. */
    public MentraOs(Tokens tokens, Installation installation, InstantSource clock) {
        Words words = new Words(clock);
        this.device = new MentraOsDevice(tokens, words);
        this.companions = new MentraOsCompanions(tokens, installation, streams, words);
    }

    @Override
    public String name() {
        return "mentraos";
    }

    @Override
    public DeviceSide device() {
        return device;
    }

    @Override
    public CompanionSide companions() {
        return companions;
    }

    @Override
    public Streams streams() {
        return streams;
    }
}
