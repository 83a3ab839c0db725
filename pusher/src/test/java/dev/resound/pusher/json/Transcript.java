package dev.resound.pusher.json;

import static java.util.Objects.requireNonNull;

/** A document token by token, so that two readings of it can be compared. */
final class Transcript {
    private final StringBuilder text = new StringBuilder();

    /** What our views say about a value, all the way down. */
    static String of(JsonValue value) {
        var transcript = new Transcript();
        transcript.value(value);
        return transcript.toString();
    }

    /** What our view says about an object, all the way down. */
    static String of(JsonObject object) {
        var transcript = new Transcript();
        transcript.object(object);
        return transcript.toString();
    }

    private void value(JsonValue value) {
        switch (value.kind()) {
            case OBJECT -> object(requireNonNull(value.object()));
            case ARRAY -> {
                openArray();
                for (JsonValue element : requireNonNull(value.array())) {
                    value(element);
                }
                closeArray();
            }
            case STRING -> string(requireNonNull(value.text()));
            case NUMBER, TRUE, FALSE, NULL -> literal(value.raw());
        }
    }

    private void object(JsonObject object) {
        openObject();
        for (int i = 0; i < object.size(); i++) {
            name(object.name(i));
            value(object.value(i));
        }
        closeObject();
    }

    void openObject() {
        text.append("{\n");
    }

    void closeObject() {
        text.append("}\n");
    }

    void openArray() {
        text.append("[\n");
    }

    void closeArray() {
        text.append("]\n");
    }

    void name(String name) {
        text.append("name of ").append(name.length()).append(": ").append(name).append('\n');
    }

    void string(String string) {
        text.append("string of ").append(string.length()).append(": ").append(string).append('\n');
    }

    void literal(String literal) {
        text.append(literal).append('\n');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
