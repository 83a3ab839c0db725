package dev.resound.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench devices audio}. */
@Command(
        name = "audio",
        description = "Binary frames of many devices, each to its apps.",
        sortOptions = false)
final class AudioCommand extends RelayCommand {

    @Option(
            names = "--apps",
            paramLabel = "N",
            defaultValue = "1",
            description = "Apps of each device (${DEFAULT-VALUE}).")
    private int apps;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "640",
            description = "Size of a frame, even; 640 are 20 ms of speech (${DEFAULT-VALUE}).")
    private int payloadBytes;

    @Override
    public Integer call() {
        return relay("devices audio", traffic(payloadBytes), apps);
    }

    static AudioTraffic traffic(int payloadBytes) {
        int bytes = Bounds.require("--payload", payloadBytes, AudioTraffic.STAMP_BYTES, 1 << 20);
        if (bytes % 2 != 0) {
            throw new CannotRunException("--payload is " + bytes + ", it must be even.");
        }
        return new AudioTraffic(bytes);
    }
}
