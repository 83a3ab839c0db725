package dev.resound.server;

/**
 * A value as somebody wrote it.
 *
 * @param origin where: {@code resound.yml:12}, {@code RESOUND_SERVER_PORT}, {@code --port}
 */
record Given(String text, String origin) {

    /** Without the text, which may be a secret. */
    @Override
    public String toString() {
        return "Given[" + origin + "]";
    }
}
