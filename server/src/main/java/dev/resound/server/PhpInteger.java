package dev.resound.server;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A whole number as the caches of PHP applications hold it. */
final class PhpInteger {
    /** The digits alone; serialised as a number; serialised as a text of so many characters. */
    private static final Pattern FORMS =
            Pattern.compile("([0-9]{1,18})|i:([0-9]{1,18});|s:([0-9]{1,2}):\"([0-9]{1,18})\";");

    private PhpInteger() {}

    /** Null if it is none, or a negative one. */
    static @Nullable Long read(String text) {
        Matcher form = FORMS.matcher(text);
        if (!form.matches()) {
            return null;
        }
        for (int group : new int[] {1, 2}) {
            if (form.group(group) != null) {
                return Long.valueOf(form.group(group));
            }
        }
        String digits = form.group(4);
        return Integer.parseInt(form.group(3)) == digits.length() ? Long.valueOf(digits) : null;
    }

    /** As PHP's {@code serialize} writes it. */
    static String serialized(long number) {
        return "i:" + number + ";";
    }
}
