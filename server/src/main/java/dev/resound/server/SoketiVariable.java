package dev.resound.server;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * The environment variable with which soketi sets the same as one of our settings.
 *
 * @param name {@code SOKETI_PORT}
 */
record SoketiVariable(String name, Form form) {
    private static final BigDecimal KIB = BigDecimal.valueOf(1_024);
    private static final BigDecimal SECOND_MILLIS = BigDecimal.valueOf(1_000);

    /** How soketi means what is written. */
    enum Form {
        PLAIN,
        /** A number a second, or of sockets: -1 is no limit, 0 is none at all. */
        RATE,
        /** A largest number: 0 is the default. */
        LIMIT,
        /** The same in KB, perhaps with a fraction. */
        KILOBYTES,
        MILLISECONDS,
        /** Milliseconds of what we count in whole seconds. */
        WHOLE_SECONDS,
        /** Whether members may send client events. */
        CLIENT_MESSAGES,
        WEBHOOKS
    }

    /**
     * What to write for our setting to mean the same. A text that soketi would not understand stays
     * as it is, to be refused by our setting.
     */
    String ours(String text) {
        return switch (form) {
            case PLAIN, RATE, LIMIT, WEBHOOKS -> text;
            case KILOBYTES -> isNumber(text) ? whole(new BigDecimal(text).multiply(KIB)) : text;
            case MILLISECONDS -> isNumber(text) ? whole(new BigDecimal(text)) + "ms" : text;
            case WHOLE_SECONDS ->
                    isNumber(text)
                            ? whole(
                                    new BigDecimal(text)
                                            .divide(SECOND_MILLIS, 0, RoundingMode.CEILING))
                            : text;
            case CLIENT_MESSAGES -> {
                Boolean may = Kind.flag().read(text);
                yield may == null ? text : may ? "members" : "none";
            }
        };
    }

    /** Whether it asks for nothing at all, which none of our limits can be. */
    boolean forbids(String text) {
        return form == Form.RATE && isZero(text);
    }

    /** Whether it is a way to say that soketi's default is meant. */
    boolean isDefault(String text) {
        return (form == Form.LIMIT || form == Form.KILOBYTES) && isZero(text);
    }

    private static boolean isZero(String text) {
        return isNumber(text) && new BigDecimal(text).signum() == 0;
    }

    private static boolean isNumber(String text) {
        return text.matches("-?[0-9]{1,15}(\\.[0-9]{1,9})?");
    }

    private static String whole(BigDecimal number) {
        return number.toBigInteger().toString();
    }
}
