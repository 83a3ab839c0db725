package dev.resound.server;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sizes and times as people write them. One KB is 1024 bytes. */
final class Units {
    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,15})\\s*([A-Za-z]*)");
    private static final long KB = 1024;

    private Units() {}

    /** Bytes from {@code 10000}, {@code 10KB}, {@code 1MB}; null if it is none. */
    static @Nullable Long bytes(String text) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        Long unit =
                switch (matcher.group(2).toUpperCase(Locale.ROOT)) {
                    case "", "B" -> 1L;
                    case "KB", "KIB" -> KB;
                    case "MB", "MIB" -> KB * KB;
                    case "GB", "GIB" -> KB * KB * KB;
                    default -> null;
                };
        return unit == null ? null : product(Long.parseLong(matcher.group(1)), unit);
    }

    /**
     * A time from {@code 500ms}, {@code 30s}, {@code 2m}, {@code 1h} or seconds; null if it is
     * none.
     */
    static @Nullable Duration duration(String text) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        Long unitMillis =
                switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
                    case "ms" -> 1L;
                    case "", "s" -> 1_000L;
                    case "m" -> 60_000L;
                    case "h" -> 3_600_000L;
                    default -> null;
                };
        Long millis =
                unitMillis == null ? null : product(Long.parseLong(matcher.group(1)), unitMillis);
        return millis == null ? null : Duration.ofMillis(millis);
    }

    private static @Nullable Long product(long number, long unit) {
        return number > Long.MAX_VALUE / unit ? null : number * unit;
    }

    /** The shortest way to write the size that {@link #bytes} reads. */
    static String size(long bytes) {
        if (bytes >= KB * KB * KB && bytes % (KB * KB * KB) == 0) {
            return bytes / (KB * KB * KB) + "GB";
        }
        if (bytes >= KB * KB && bytes % (KB * KB) == 0) {
            return bytes / (KB * KB) + "MB";
        }
        return bytes >= KB && bytes % KB == 0 ? bytes / KB + "KB" : Long.toString(bytes);
    }

    /** The shortest way to write the time that {@link #duration} reads. */
    static String time(Duration time) {
        long millis = time.toMillis();
        if (millis % 1_000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1_000;
        if (seconds >= 3_600 && seconds % 3_600 == 0) {
            return seconds / 3_600 + "h";
        }
        return seconds >= 120 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
