package dev.resound.bench;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the server is, and who we are to it. */
final class TargetOptions {

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "ws://127.0.0.1:8080",
            description = "A Pusher server, with its path prefix if it has one (${DEFAULT-VALUE}).")
    private String url = "";

    @Option(
            names = "--app-id",
            paramLabel = "ID",
            defaultValue = "${env:REVERB_APP_ID:-resound-dev}",
            description = "Its application (from REVERB_APP_ID, or ours in development).")
    private String appId = "";

    @Option(
            names = "--app-key",
            paramLabel = "KEY",
            defaultValue = "${env:REVERB_APP_KEY:-resound-dev-key}",
            description = "The application's key (from REVERB_APP_KEY, or ours in development).")
    private String appKey = "";

    @Option(
            names = "--secret",
            paramLabel = "SECRET",
            defaultValue = "${env:REVERB_APP_SECRET:-resound-dev-secret}",
            description =
                    "The application's secret (from REVERB_APP_SECRET, or ours in development). On the"
                            + " command line other users of this machine can read it.")
    private String secret = "";

    @Option(
            names = "--raw",
            paramLabel = "URL",
            description = "A server of plain WebSocket messages, instead of a Pusher server.")
    private @Nullable String raw;

    @Option(
            names = "--raw-publish",
            paramLabel = "PATH",
            defaultValue = "",
            description =
                    "With --raw: where the sender connects, if not where the others do, like"
                            + " /pub/bench.")
    private String rawPublish = "";

    @Option(
            names = "--socketio",
            paramLabel = "URL",
            description =
                    "A Socket.IO server with the events echo, join and pub, instead of a Pusher"
                            + " server; its path is /socket.io/ unless the URL has one.")
    private @Nullable String socketIo;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            split = ",",
            description =
                    "The server's process: its processor time is measured, and warming up goes by"
                            + " it. Several with commas count as one.")
    private @Nullable List<Long> pids;

    /**
     * @throws CannotRunException the options name no usable server
     */
    Target target() {
        if (raw != null && socketIo != null) {
            throw new CannotRunException("--raw or --socketio, not both.");
        }
        if (raw == null && !rawPublish.isEmpty()) {
            throw new CannotRunException("--raw-publish needs --raw.");
        }
        if (raw != null) {
            return Target.raw(raw, rawPublish);
        }
        return socketIo == null ? pusher() : Target.socketIo(socketIo);
    }

    /**
     * @throws CannotRunException the options name no usable Pusher server
     */
    Target.Pusher pusher() {
        if (raw != null || socketIo != null) {
            throw new CannotRunException(
                    "This load needs a Pusher server: --raw and --socketio do not fit.");
        }
        return Target.pusher(url, appId, appKey, secret);
    }

    /**
     * @throws CannotRunException no such process
     */
    Optional<ProcessView> server() {
        return Optional.ofNullable(pids).map(ProcessView::of);
    }
}
