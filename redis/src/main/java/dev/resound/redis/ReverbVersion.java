package dev.resound.redis;

/**
 * The versions of Laravel Reverb that an app is written for: they differ in what an app has. What a
 * version does not know of makes PHP complain in its log; what it misses it asks for only of its
 * own apps.
 */
public enum ReverbVersion {
    /** Up to 1.7; some of these know of the number of connections already. */
    V1_5("1.5", false, false),
    /** Apps with a number of connections, and with those who may send client events. */
    V1_8("1.8", true, false),
    /** The same, with rate limits. */
    V1_10("1.10", true, true);

    private final String number;
    final boolean hasLimits;
    final boolean hasRates;

    ReverbVersion(String number, boolean hasLimits, boolean hasRates) {
        this.number = number;
        this.hasLimits = hasLimits;
        this.hasRates = hasRates;
    }

    /** As it is written. */
    public String number() {
        return number;
    }
}
