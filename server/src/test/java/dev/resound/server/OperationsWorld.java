package dev.resound.server;

import java.nio.file.Path;

/** A server that runs in this process, and commands that are given beside it. */
final class OperationsWorld implements AutoCloseable {
    static final String SECRET = "0123456789abcdefghij";

    private final Path directory;
    private final RunningMain server;
    private final int port;

    private OperationsWorld(Path directory, RunningMain server) {
        this.directory = directory;
        this.server = server;
        this.port = server.port();
    }

    /** With one app: 4711, app-key; and more settings as variables. */
    static OperationsWorld start(Path directory, String... variables) {
        String[] all = new String[variables.length + 11];
        int i = 0;
        all[i++] = "REVERB_APP_ID=4711";
        all[i++] = "REVERB_APP_KEY=app-key";
        all[i++] = "REVERB_APP_SECRET=" + SECRET;
        all[i++] = "RESOUND_SHUTDOWN_DRAIN_DELAY=0";
        all[i++] = "RESOUND_SHUTDOWN_GRACE=0";
        for (String variable : variables) {
            all[i++] = variable;
        }
        for (String argument : new String[] {"--", "start", "--host", "127.0.0.1", "--port", "0"}) {
            all[i++] = argument;
        }
        return new OperationsWorld(directory, RunningMain.run(directory, all));
    }

    int port() {
        return port;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** A command about this server and its app. */
    RunningMain run(String command, String... arguments) {
        return runWith(url(), "4711", "app-key", SECRET, command, arguments);
    }

    /** A command with these credentials. */
    RunningMain runWith(
            String url, String app, String key, String secret, String command, String... others) {
        String[] all = new String[others.length + 10];
        String[] first = {
            "--", command, "--url", url, "--app", app, "--key", key, "--secret", secret
        };
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(others, 0, all, first.length, others.length);
        return RunningMain.run(directory, all);
    }

    @Override
    public void close() {
        server.signal(Signals.SIGTERM);
        server.exitCode();
    }
}
