package dev.resound.socketio.packet;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Points in time as JavaScript puts them into JSON: ISO 8601 in UTC with milliseconds, {@code
 * 1970-01-01T00:00:00.000Z}; years that have not four digits are written with a sign and six.
 *
 * @see <a href="https://tc39.es/ecma262/#sec-date.prototype.tojson">ECMA-262, Date in JSON</a>
 */
final class JavaScriptDate {
    /** A JavaScript date reaches no further from 1970, in milliseconds. */
    private static final long MAX_MILLIS = 8_640_000_000_000_000L;

    private static final DateTimeFormatter REST_OF_YEAR =
            new DateTimeFormatterBuilder()
                    .appendPattern("-MM-dd'T'HH:mm:ss.SSS'Z'")
                    .toFormatter(Locale.ROOT);

    private JavaScriptDate() {}

    /** The text, or null for a date JavaScript does not have: its JSON is null there, too. */
    static @Nullable String format(long epochMillis) {
        if (epochMillis < -MAX_MILLIS || epochMillis > MAX_MILLIS) {
            return null;
        }
        var date = Instant.ofEpochMilli(epochMillis).atOffset(ZoneOffset.UTC);
        int year = date.getYear();
        String digits =
                year >= 0 && year <= 9999
                        ? padded(year, 4)
                        : (year < 0 ? "-" : "+") + padded(Math.abs(year), 6);
        return digits + REST_OF_YEAR.format(date);
    }

    /** The same for a point with nanoseconds, which are cut off. */
    static @Nullable String format(Instant instant) {
        long seconds = instant.getEpochSecond();
        if (Math.abs(seconds) > MAX_MILLIS / 1_000) {
            return null;
        }
        return format(instant.toEpochMilli());
    }

    private static String padded(int number, int digits) {
        String text = Integer.toString(number);
        return "0".repeat(digits - text.length()) + text;
    }
}
