package dev.resound.server;

import dev.resound.pusher.PusherObserver;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;

/**
 * The program {@code resound}: {@code start}, {@code check} and {@code version} here, and the
 * commands about a server, each in a class of its own.
 */
@Command(
        name = "resound",
        description = "A realtime server: the Pusher protocol on one port.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = HelpCommand.class,
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        versionProvider = Main.Versions.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done; a started server was asked to end and ended as planned",
            "1:failed: the port cannot be opened, not everything ended in time, the server refuses",
            "2:wrong usage, or errors in the configuration"
        },
        footer = {
            "",
            "Configuration: resound.yml, above it REVERB_... and RESOUND_... variables,",
            "above them options; see docs/configuration.md. Commands: docs/operations.md."
        })
public final class Main {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int WRONG = 2;

    /** How often it is looked whether the configuration has changed. */
    private static final Duration POLL = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private final Surroundings surroundings;
    private final Consumer<IntConsumer> signals;
    private final IntConsumer halt;

    /**
     * The program.
     *
     * @param signals is handed who wants to be told of signals
     * @param halt ends the process at once, with this exit code
     */
    Main(Surroundings surroundings, Consumer<IntConsumer> signals, IntConsumer halt) {
        this.surroundings = surroundings;
        this.signals = signals;
        this.halt = halt;
    }

    /** Runs and exits; see {@code --help} for the exit codes. */
    public static void main(String[] arguments) {
        Main main = new Main(Surroundings.ofProcess(), Signals::on, Runtime.getRuntime()::halt);
        System.exit(main.execute(arguments));
    }

    /** Runs; the result is the exit code. */
    int execute(String... arguments) {
        CommandLine program = new CommandLine(this);
        // Building the other commands takes a tenth of a second: start does without.
        if (arguments.length == 0 || !arguments[0].equals("start")) {
            program.addSubcommand(new Restart(surroundings, InstantSource.system()))
                    .addSubcommand(Apps.command(surroundings))
                    .addSubcommand(new Trigger(surroundings))
                    .addSubcommand(new Subscribe(surroundings, signals))
                    .addSubcommand(new Doctor(surroundings, InstantSource.system()))
                    .addSubcommand(new WebhookCommand(surroundings, this::configured));
        }
        return program.setOut(writer(surroundings.out()))
                .setErr(writer(surroundings.err()))
                .setColorScheme(
                        CommandLine.Help.defaultColorScheme(
                                surroundings.colour()
                                        ? CommandLine.Help.Ansi.ON
                                        : CommandLine.Help.Ansi.OFF))
                .execute(arguments);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, stream.charset());
    }

    @Command(name = "start", description = "Starts the server and runs until it is asked to end.")
    int start(
            @Option(names = "--host", paramLabel = "ADDRESS", description = "Listen here.")
                    @Nullable String host,
            @Option(names = "--port", paramLabel = "PORT", description = "0: any free one.")
                    @Nullable String port,
            @Option(names = "--path", paramLabel = "PREFIX", description = "Prefix of all paths.")
                    @Nullable String path,
            @Option(
                            names = "--hostname",
                            paramLabel = "NAME",
                            description = "What clients call this host.")
                    @Nullable String hostname,
            @Option(names = "--debug", description = "Print every message, without signatures.")
                    boolean debug,
            @Option(
                            names = "--config",
                            paramLabel = "FILE",
                            description = "Instead of resound.yml or RESOUND_CONFIG.")
                    @Nullable String config,
            @Option(names = "--train", hidden = true) boolean train) {
        Map<String, String> flags = new HashMap<>();
        put(flags, Settings.HOST, host);
        put(flags, Settings.PORT_NUMBER, port);
        put(flags, Settings.PATH, path);
        put(flags, Settings.HOSTNAME, hostname);
        put(flags, Settings.DEBUG, debug ? "true" : null);
        return configured(
                config,
                flags,
                configuration ->
                        train
                                ? train(TrainingRun.ground(configuration))
                                : serve(
                                        configuration,
                                        RunningServers.of(surroundings, config),
                                        server -> reload(server, configuration, config, flags)));
    }

    @Command(name = "check", description = "Checks the configuration without starting anything.")
    int check(
            @Option(
                            names = "--config",
                            paramLabel = "FILE",
                            description = "Instead of resound.yml or RESOUND_CONFIG.")
                    @Nullable String config) {
        return configured(
                config,
                Map.of(),
                configuration -> {
                    var notes = configuration.notes();
                    surroundings.out().println("OK: " + String.join(", ", notes.sources()));
                    notes.warnings().forEach(w -> surroundings.out().println("warning: " + w));
                    return OK;
                });
    }

    @Command(name = "version", description = "Prints the version.")
    int version() {
        surroundings.out().println(Versions.line());
        return OK;
    }

    private static void put(Map<String, String> flags, Setting<?> setting, @Nullable String value) {
        if (value != null) {
            flags.put(setting.name(), value);
        }
    }

    private int configured(
            @Nullable String file,
            Map<String, String> flags,
            Function<Configuration, Integer> then) {
        return new Output(surroundings, false)
                .of(() -> {
                    var reader =
                            new ConfigurationReader(
                                    surroundings.directory(), surroundings.variables());
                    return then.apply(reader.read(file, flags));
                });
    }

    // ---- running

    private Reload reload(
            Server server,
            Configuration started,
            @Nullable String config,
            Map<String, String> flags) {
        ConfigurationPath file =
                ConfigurationPath.find(surroundings.directory(), surroundings.variables(), config);
        return new Reload(
                server,
                started,
                file == null ? null : file.path(),
                () ->
                        new ConfigurationReader(surroundings.directory(), surroundings.variables())
                                .read(config, flags));
    }

    private int serve(
            Configuration configuration, RunningServers running, Function<Server, Reload> reloads) {
        Termination termination = new Termination(halt);
        AtomicReference<Runnable> hangUp = new AtomicReference<>(() -> {});
        try {
            signals.accept(signal -> {
                // Whoever closes the terminal a server is shown on wants it to end.
                if (signal == Signals.SIGHUP && !surroundings.terminal()) {
                    hangUp.get().run();
                } else {
                    termination.request(signal);
                }
            });
        } catch (UnsupportedOperationException deaf) {
            LOG.warn("Signals end this process without draining", deaf);
        }
        Consumer<Server> watch =
                server -> {
                    Reload reload = reloads.apply(server);
                    hangUp.set(reload::now);
                    server.every(POLL, reload::poll);
                };
        if (!configuration.debug()) {
            return serve(configuration, running, PusherObserver.NONE, termination, watch);
        }
        try (DebugOutput debug = DebugOutput.to(surroundings.err())) {
            return serve(configuration, running, debug, termination, watch);
        }
    }

    private int serve(
            Configuration configuration,
            RunningServers running,
            PusherObserver observer,
            Termination termination,
            Consumer<Server> watch) {
        Server server;
        try {
            server = Server.start(configuration, observer);
        } catch (IOException failed) {
            return failed(failed);
        }
        watch.accept(server);
        Path file = running.announce(server.port());
        if (file == null) {
            LOG.info("No file could be written: resound restart will not find this server");
        }
        var restart = configuration.restart();
        Thread restarts =
                restart == null ? null : RestartWatch.start(restart, termination::request);
        greet(configuration, server);
        termination.await();
        if (restarts != null) {
            restarts.interrupt();
        }
        // First, so that a second "restart" does not count as a second signal, which cuts off.
        remove(file);
        return server.drain() ? OK : FAILED;
    }

    private static void remove(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException staysAndIsStale) {
            LOG.debug("Cannot remove {}", file, staysAndIsStale);
        }
    }

    private int train(Configuration configuration) {
        try {
            Server server = Server.start(configuration, PusherObserver.NONE);
            greet(configuration, server);
            new TrainingRun(
                            server.port(),
                            configuration.apps().list().getFirst(),
                            configuration.socketIo().enabled())
                    .run();
            return server.drain() ? OK : FAILED;
        } catch (IOException failed) {
            return failed(failed);
        }
    }

    private void greet(Configuration configuration, Server server) {
        Banner banner = new Banner(configuration, server.port(), surroundings.colour());
        surroundings.out().println(String.join(System.lineSeparator(), banner.lines()));
        surroundings.out().flush();
    }

    private int failed(IOException failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason = root == failure ? "" : ": " + root.getMessage();
        surroundings.err().println("resound: " + failure.getMessage() + reason);
        return FAILED;
    }

    /** For {@code --version}. */
    static final class Versions implements CommandLine.IVersionProvider {
        Versions() {}

        static String line() {
            return "Resound "
                    + Version.current()
                    + " (Java "
                    + Runtime.version()
                    + ", "
                    + System.getProperty("os.name")
                    + " "
                    + System.getProperty("os.arch")
                    + ")";
        }

        @Override
        public String[] getVersion() {
            return new String[] {line()};
        }
    }
}
