package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What PHP's {@code serialize} has written, as data: a class is its name, and nothing is made of
 * it. References are not among them; nothing that is written here has any.
 */
sealed interface PhpValue {

    /** {@code null}. */
    record Null() implements PhpValue {}

    /** A boolean. */
    record Bool(boolean value) implements PhpValue {}

    /** An integer. */
    record Int(long value) implements PhpValue {}

    /** A float. */
    record Real(double value) implements PhpValue {}

    /** A string, which to PHP is bytes; here it must be UTF-8. */
    record Text(String value) implements PhpValue {}

    /** An array, in its order; a list has 0, 1, … for keys. */
    record Array(List<Entry> entries) implements PhpValue {
        public Array {
            entries = List.copyOf(entries);
        }
    }

    /** An object: the name of its class, and its properties under the names they are kept by. */
    record Instance(String type, List<Entry> entries) implements PhpValue {
        public Instance {
            entries = List.copyOf(entries);
        }
    }

    /** A case of an enum. */
    record EnumCase(String type, String name) implements PhpValue {}

    /** A key, which is an integer or a string, and its value. */
    record Entry(PhpValue key, PhpValue value) {

        /** The property's or array's key as a word: without how visible a property is. */
        String name() {
            if (key instanceof Text(String text)) {
                return text.substring(text.lastIndexOf('\0') + 1);
            }
            return key instanceof Int(long number) ? Long.toString(number) : "";
        }
    }

    /** What is in an array or an object; otherwise nothing is. */
    default List<Entry> entries() {
        return List.of();
    }

    /** The value of a property, or of a key of an array; null if there is none. */
    default @Nullable PhpValue get(String name) {
        for (Entry entry : entries()) {
            if (entry.name().equals(name)) {
                return entry.value();
            }
        }
        return null;
    }

    /** A string under this name; null if there is none. */
    default @Nullable String text(String name) {
        return get(name) instanceof Text(String text) ? text : null;
    }

    /** A list of strings. */
    static Array texts(List<String> texts) {
        List<Entry> entries = new ArrayList<>(texts.size());
        for (String text : texts) {
            entries.add(new Entry(new Int(entries.size()), new Text(text)));
        }
        return new Array(entries);
    }

    /** An entry of an array. */
    static Entry entry(String key, PhpValue value) {
        return new Entry(new Text(key), value);
    }

    /** A protected property: PHP keeps it under a name that says so. */
    static Entry property(String name, PhpValue value) {
        return new Entry(new Text("\0*\0" + name), value);
    }

    /** A string, or nothing. */
    static PhpValue optional(@Nullable String text) {
        return text == null ? new Null() : new Text(text);
    }

    /** As PHP writes it; all lengths are those in UTF-8. */
    default String serialized() {
        StringBuilder out = new StringBuilder();
        PhpText.write(this, out);
        return out.toString();
    }

    /** Null if it is not what PHP writes, or holds what is not among these values. */
    static @Nullable PhpValue read(String serialized) {
        return new PhpReader(serialized.getBytes(UTF_8)).whole();
    }
}
