package dev.resound.server;

import java.util.Locale;

/**
 * One thing that was looked at.
 *
 * @param text one sentence: what was found and, if it failed, what to do
 */
record Check(Name name, Outcome outcome, String text) {

    /** What is looked at, in this order: each needs the ones before. */
    enum Name {
        CONFIGURATION,
        DNS,
        PORT,
        TLS,
        HTTP,
        PATH,
        UPGRADE,
        KEY,
        ORIGIN,
        CLOCK,
        SIGNATURE,
        ROUND_TRIP;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How it came out. */
    enum Outcome {
        OK,
        FAILED,
        SKIPPED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
