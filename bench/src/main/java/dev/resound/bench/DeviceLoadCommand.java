package dev.resound.bench;

import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all loads of device sessions have in common on the command line. */
abstract class DeviceLoadCommand extends Measuring {

    /** A stamp has room for so many. */
    static final int MAX_DEVICES = Stamp.PUBLISHERS - 1;

    static final Duration SETTLE = Duration.ofMillis(200);

    @Mixin private final DeviceOptions deviceOptions = new DeviceOptions();

    @Option(
            names = "--most-per-device",
            paramLabel = "N",
            defaultValue = "900",
            description =
                    "A device never sends more messages per second: servers limit it, Resound at"
                            + " 1000 (${DEFAULT-VALUE}).")
    private double mostPerDevice;

    final DeviceOptions options() {
        return deviceOptions;
    }

    final double mostPerDevice() {
        return Bounds.require("--most-per-device", mostPerDevice, 1, 1e6);
    }

    /**
     * Messages per second of each device.
     *
     * @param rate a number, or {@code max}, which is 0
     * @throws CannotRunException neither
     */
    final double perSecond(String rate) {
        if (rate.equals("max")) {
            return 0;
        }
        try {
            return Bounds.require("--rate", Double.parseDouble(rate), 0.01, mostPerDevice());
        } catch (NumberFormatException noNumber) {
            throw new CannotRunException("--rate is " + rate + ", it must be a number or max.");
        }
    }

    static Duration seconds(String option, double seconds, double least, double most) {
        return Duration.ofNanos((long) (Bounds.require(option, seconds, least, most) * 1e9));
    }
}
