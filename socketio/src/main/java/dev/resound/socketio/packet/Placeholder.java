package dev.resound.socketio.packet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/**
 * An object in a JSON text that stands for an attachment: {@code "_placeholder"} is the boolean
 * true. Of a name given twice the last counts, as in JavaScript.
 *
 * @param start where the object begins, from the beginning of the text
 * @param end where it ends, exclusive
 * @param attachment the attachment's index, or {@link #NONE}
 */
record Placeholder(int start, int end, int attachment) {
    /** A {@code "num"} that is missing, or is no integer from 0 up. */
    static final int NONE = -1;

    /** A placeholder as it is written. */
    static String text(int attachment) {
        return "{\"_placeholder\":true,\"num\":" + attachment + "}";
    }

    /**
     * The placeholders of a JSON text, in order. What is inside a placeholder is not looked at, for
     * it will be gone.
     *
     * @param json holds a valid JSON text in the range
     */
    static List<Placeholder> in(byte[] json, int offset, int length) {
        var found = new ArrayList<Placeholder>();
        var open = new OpenObjects();
        try (JsonParser parser = JsonRules.parser(json, offset, length)) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                switch (token) {
                    case START_OBJECT ->
                            open.push((int) parser.currentTokenLocation().getByteOffset());
                    case PROPERTY_NAME -> open.name(parser.currentName());
                    case VALUE_TRUE -> open.yes(parser.currentName());
                    case VALUE_NUMBER_INT -> open.number(parser);
                    case END_OBJECT -> {
                        int end = (int) parser.currentLocation().getByteOffset();
                        Placeholder placeholder = open.pop(end);
                        if (placeholder != null) {
                            while (!found.isEmpty() && found.getLast().start > placeholder.start) {
                                found.removeLast();
                            }
                            found.add(placeholder);
                        }
                    }
                    default -> {}
                }
            }
        }
        return found;
    }

    /** What is known so far of the objects around a place in the text. */
    private static final class OpenObjects {
        private static final String MARK = "_placeholder";
        private static final String INDEX = "num";

        private int[] starts = new int[16];
        private boolean[] marked = new boolean[16];
        private int[] attachments = new int[16];
        private int depth;

        void push(int start) {
            if (depth == starts.length) {
                starts = Arrays.copyOf(starts, depth * 2);
                marked = Arrays.copyOf(marked, depth * 2);
                attachments = Arrays.copyOf(attachments, depth * 2);
            }
            starts[depth] = start;
            marked[depth] = false;
            attachments[depth] = NONE;
            depth++;
        }

        /** The innermost object ends. */
        @Nullable Placeholder pop(int end) {
            depth--;
            return marked[depth] ? new Placeholder(starts[depth], end, attachments[depth]) : null;
        }

        /** Whatever the name stood for until now, the value that follows replaces it. */
        void name(String name) {
            if (name.equals(MARK)) {
                marked[depth - 1] = false;
            } else if (name.equals(INDEX)) {
                attachments[depth - 1] = NONE;
            }
        }

        /** The value true; the name is null in an array. */
        void yes(@Nullable String name) {
            if (MARK.equals(name)) {
                marked[depth - 1] = true;
            }
        }

        void number(JsonParser parser) {
            if (INDEX.equals(parser.currentName())
                    && parser.getNumberType() == JsonParser.NumberType.INT) {
                attachments[depth - 1] = Math.max(parser.getIntValue(), NONE);
            }
        }
    }
}
