package dev.resound.server;

import dev.resound.sessions.Companion;
import dev.resound.sessions.CompanionDirectory;
import dev.resound.sessions.DeviceSessionOptions;
import dev.resound.sessions.DeviceSessions;
import dev.resound.sessions.RunningCompanions;
import dev.resound.sessions.RunningFile;
import dev.resound.sessions.Tokens;
import dev.resound.sessions.mentraos.MentraOs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Device sessions, as they are configured.
 *
 * @param tokens makes what tokens are verified with, and may begin to fetch keys
 * @param apps that can be started; only their hosts are called
 * @param publicUrl what apps are told to dial; null: this server's own address
 * @param running remembers what runs; null: memory does
 * @param capabilities by model
 */
record DeviceConfiguration(
        DeviceSessionOptions options,
        Function<InstantSource, Tokens> tokens,
        List<Companion> apps,
        @Nullable URI publicUrl,
        Duration webhookTimeout,
        int webhookAttempts,
        @Nullable Path running,
        Map<String, JsonNode> capabilities,
        boolean dashboard) {

    /**
     * Makes what serves them.
     *
     * @param here this server's own address, for where none is configured
     * @throws IOException the file of what runs cannot be read
     */
    Served serve(Supplier<URI> here) throws IOException {
        InstantSource clock = InstantSource.system();
        RunningCompanions remembered =
                running == null ? RunningCompanions.inMemory() : RunningFile.open(running);
        Set<String> hosts =
                apps.stream()
                        .map(Companion::url)
                        .map(url -> url == null ? "" : url.getAuthority())
                        .collect(Collectors.toUnmodifiableSet());
        Tokens verifier = tokens.apply(clock);
        Supplier<URI> dial = publicUrl == null ? here : () -> publicUrl;
        var installation = new MentraOs.Installation(dial, capabilities, dashboard);
        DeviceSessions sessions =
                DeviceSessions.builder(new MentraOs(verifier, installation, clock))
                        .options(options)
                        .companions(CompanionDirectory.of(apps))
                        .running(remembered)
                        .calls(webhookTimeout, webhookAttempts)
                        .callable(url -> hosts.contains(url.getAuthority()), true)
                        .clock(clock)
                        .build();
        return new Served(sessions, verifier);
    }

    /** What there is to be closed at the end. */
    record Served(DeviceSessions sessions, Tokens tokens) implements AutoCloseable {

        @Override
        public void close() {
            sessions.close();
            tokens.close();
        }
    }

    /** Shape only. */
    @Override
    public String toString() {
        return "DeviceConfiguration[" + apps.size() + " apps]";
    }
}
