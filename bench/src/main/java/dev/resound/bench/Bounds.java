package dev.resound.bench;

/** Checks what an option may be. */
final class Bounds {

    private Bounds() {}

    /**
     * @throws CannotRunException out of bounds
     */
    static int require(String option, int value, int least, int most) {
        return (int) require(option, (long) value, least, most);
    }

    /**
     * @throws CannotRunException out of bounds
     */
    static long require(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new CannotRunException(
                    option
                            + " is "
                            + value
                            + (most == Long.MAX_VALUE
                                    ? ", it must be " + least + " or more."
                                    : ", allowed are " + least + " to " + most + "."));
        }
        return value;
    }

    /**
     * @throws CannotRunException out of bounds, or no number
     */
    static double require(String option, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new CannotRunException(
                    option + " is " + value + ", allowed are " + least + " to " + most + ".");
        }
        return value;
    }
}
