package dev.resound.sessions;

import org.jspecify.annotations.Nullable;

/**
 * What an event is about, and what companions subscribe to: {@code button_press}, or with a
 * parameter {@code transcription:en-US}.
 *
 * @param parameter null: there is none
 */
public record StreamName(String base, @Nullable String parameter) {

    public static StreamName of(String base) {
        return new StreamName(base, null);
    }

    /** As it is written: base, and parameter behind a colon. */
    public String text() {
        return parameter == null ? base : base + ':' + parameter;
    }
}
