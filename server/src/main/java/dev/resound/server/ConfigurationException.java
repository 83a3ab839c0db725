package dev.resound.server;

import java.util.List;

/** A configuration that cannot be used, with everything that is wrong with it. */
final class ConfigurationException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    ConfigurationException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = problems;
    }

    /** One line each: where, what, and what would be right. */
    List<String> problems() {
        return problems;
    }
}
