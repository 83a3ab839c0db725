package dev.resound.server;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code resound restart}: the running server ends, and whoever watches over it starts it again.
 */
@Command(
        name = "restart",
        description = "Asks the running server to end as planned; its supervisor starts it again.")
final class Restart implements Callable<Integer> {
    private final Surroundings surroundings;
    private final InstantSource clock;

    @Mixin private final OutputOptions output = new OutputOptions();
    private @Nullable Integer port;
    private @Nullable String config;
    private boolean shared;

    Restart(Surroundings surroundings, InstantSource clock) {
        this.surroundings = surroundings;
        this.clock = clock;
    }

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "The server that listens there, if several run.")
    void port(int value) {
        port = value;
    }

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The file the server was started with.")
    void config(String value) {
        config = value;
    }

    @Option(
            names = "--shared",
            description = "All servers that watch the configured restart_signal.store.")
    void shared(boolean value) {
        shared = value;
    }

    @Override
    public Integer call() {
        Output out = output.output(surroundings);
        return out.of(() -> shared ? signal(out) : restart(out));
    }

    private int restart(Output out) throws WrongUsage {
        Optional<RunningServer> running = find();
        if (running.isEmpty()) {
            return out.failed(
                    "no running server of this configuration was found on this machine; it may be"
                            + " ending already, or belong to another user");
        }
        RunningServer server = running.get();
        Optional<ProcessHandle> process = server.process();
        // The signal an operator would send. Where the JDK knows none (Windows) it would cut off.
        boolean asked =
                process.isPresent()
                        && process.get().supportsNormalTermination()
                        && process.get().destroy();
        if (!asked) {
            return out.failed("process " + server.pid() + " cannot be asked to end");
        }
        return out.answer(
                Output.object().put("pid", server.pid()).put("port", server.port()),
                "asked process " + server.pid() + " on port " + server.port() + " to end");
    }

    private int signal(Output out) throws WrongUsage, ConfigurationException {
        if (port != null) {
            throw new WrongUsage("--port is for one server, --shared for all of them");
        }
        var reader = new ConfigurationReader(surroundings.directory(), surroundings.variables());
        Configuration.RestartSettings settings = reader.read(config, Map.of()).restart();
        if (settings == null) {
            throw new WrongUsage(
                    "no server watches for a signal: set restart_signal.store, or "
                            + StoreSettings.RESTART_SIGNAL_STORE.environment()
                            + ", for the servers and for this command");
        }
        long now = clock.instant().getEpochSecond();
        try (RestartSignal signal = settings.signal(clock)) {
            signal.write(now);
        } catch (IOException failed) {
            return out.failed("cannot write " + settings + ": " + Reason.of(failed));
        }
        return out.answer(
                Output.object()
                        .put("store", settings.store().toString())
                        .put("key", settings.key())
                        .put("value", now),
                "wrote " + now + " to " + settings + ": the servers that watch it restart");
    }

    /** The one beside the configuration file, or the one on the configured port. */
    private Optional<RunningServer> find() throws WrongUsage {
        RunningServers servers = RunningServers.of(surroundings, config);
        Optional<RunningServer> found = servers.only(port);
        return found.isPresent() || port != null ? found : servers.only(configuredPort());
    }

    /** Also of a configuration with errors: the server may have been started before them. */
    private @Nullable Integer configuredPort() {
        try {
            var reader =
                    new ConfigurationReader(surroundings.directory(), surroundings.variables());
            return reader.read(config, Map.of()).listen().port();
        } catch (ConfigurationException unusable) {
            return null;
        }
    }
}
