package dev.resound.bench;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the gateway of device sessions is, and who we are to it. */
final class DeviceOptions {

    private static final int LEAST_SECRET_BYTES = 32;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "ws://127.0.0.1:8080",
            description =
                    "The gateway, with the path before /glasses-ws and /app-ws if it has one"
                            + " (${DEFAULT-VALUE}).")
    private String url = "";

    @Option(
            names = "--jwt-secret",
            paramLabel = "SECRET",
            defaultValue =
                    "${env:RESOUND_BENCH_JWT_SECRET:-resound-bench-secret-of-32-bytes-or-more}",
            description =
                    "What the gateway checks tokens with, HS256 (from RESOUND_BENCH_JWT_SECRET, or"
                            + " ${DEFAULT-VALUE}).")
    private String secret = "";

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            defaultValue = "resound-bench-key",
            description = "The key of all apps (${DEFAULT-VALUE}).")
    private String apiKey = "";

    @Option(
            names = "--packages",
            paramLabel = "NAME",
            defaultValue = "com.example.bench",
            description =
                    "What the apps' package names begin with; their number follows, from 0"
                            + " (${DEFAULT-VALUE}).")
    private String packages = "";

    @Option(
            names = "--webhook-host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "Where we listen for the gateway's webhooks (${DEFAULT-VALUE}).")
    private String webhookHost = "";

    @Option(
            names = "--webhook-port",
            paramLabel = "PORT",
            defaultValue = "17010",
            description = "The port there; the apps' public URL in the gateway (${DEFAULT-VALUE}).")
    private int webhookPort;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            split = ",",
            description =
                    "The gateway's process: its processor time is measured, and warming up goes by"
                            + " it.")
    private @Nullable List<Long> pids;

    /**
     * @throws CannotRunException the options name no usable gateway
     */
    Gateway gateway() {
        if (secret.getBytes(StandardCharsets.UTF_8).length < LEAST_SECRET_BYTES) {
            throw new CannotRunException(
                    "--jwt-secret is shorter than " + LEAST_SECRET_BYTES + " bytes.");
        }
        var target = Target.pusher(url, "-", "-", "");
        return new Gateway(
                target.address(),
                target.prefix(),
                new GatewayTokens(secret),
                apiKey,
                packages,
                Long.toString(System.currentTimeMillis(), Character.MAX_RADIX));
    }

    InetSocketAddress webhooks() {
        return new InetSocketAddress(
                webhookHost, Bounds.require("--webhook-port", webhookPort, 1, 65_535));
    }

    /**
     * @throws CannotRunException no such process
     */
    Optional<ProcessView> server() {
        return Optional.ofNullable(pids).map(ProcessView::of);
    }
}
