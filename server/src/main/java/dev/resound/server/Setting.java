package dev.resound.server;

import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table of settings. Error texts, {@code check}, names of environment variables and
 * the documentation all come from it.
 *
 * @param name {@code server.port}, {@code apps[].key}
 * @param byDefault the value that is used when none is given, as it would be written; or, between
 *     parentheses, what it depends on
 * @param meaning one sentence
 * @param reverb the variable with which Laravel Reverb sets the same; null if there is none
 * @param soketi the variable with which soketi sets the same; null if there is none
 * @param flag the option of {@code resound start}; null if there is none
 */
record Setting<T>(
        String name,
        Kind<T> kind,
        String byDefault,
        String meaning,
        @Nullable String reverb,
        @Nullable SoketiVariable soketi,
        @Nullable String flag) {

    static final String ENVIRONMENT_PREFIX = "RESOUND_";
    private static final String INDEX = "[]";
    private static final String REQUIRED = "(required)";

    static <T> Setting<T> of(String name, Kind<T> kind, String byDefault, String meaning) {
        return new Setting<>(name, kind, byDefault, meaning, null, null, null);
    }

    Setting<T> reverb(String variable) {
        return new Setting<>(name, kind, byDefault, meaning, variable, soketi, flag);
    }

    Setting<T> soketi(String variable) {
        return soketi(variable, SoketiVariable.Form.PLAIN);
    }

    Setting<T> soketi(String variable, SoketiVariable.Form form) {
        var same = new SoketiVariable(variable, form);
        return new Setting<>(name, kind, byDefault, meaning, reverb, same, flag);
    }

    Setting<T> flag(String option) {
        return new Setting<>(name, kind, byDefault, meaning, reverb, soketi, option);
    }

    boolean isOfApp() {
        return name.contains(INDEX);
    }

    /** The name for the app at this place: {@code apps[0].key}. */
    String name(int app) {
        return name.replace(INDEX, "[" + app + "]");
    }

    /** Whether an app cannot be without it. */
    boolean isRequired() {
        return byDefault.equals(REQUIRED);
    }

    /** {@code RESOUND_SERVER_PORT}; of an app's setting the one for the first app. */
    String environment() {
        return environment(0);
    }

    /** {@code RESOUND_APPS_1_KEY}. */
    String environment(int app) {
        return ENVIRONMENT_PREFIX
                + name.replace(INDEX, "_" + app).replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /** The default, of a setting where it depends on nothing. */
    T defaultValue() {
        return Objects.requireNonNull(kind.read(byDefault), name);
    }
}
