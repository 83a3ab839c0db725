package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** Values in PHP's serialisation, as text. */
final class PhpText {
    private PhpText() {}

    static void write(PhpValue value, StringBuilder out) {
        switch (value) {
            case PhpValue.Null() -> out.append("N;");
            case PhpValue.Bool(boolean is) -> out.append(is ? "b:1;" : "b:0;");
            case PhpValue.Int(long number) -> out.append("i:").append(number).append(';');
            case PhpValue.Real(double number) -> out.append("d:").append(of(number)).append(';');
            case PhpValue.Text(String text) -> {
                out.append('s');
                quoted(text, out);
                out.append(';');
            }
            case PhpValue.Array(var entries) -> {
                out.append("a:").append(entries.size()).append(":{");
                write(entries, out);
            }
            case PhpValue.Instance(String type, var properties) -> {
                out.append('O');
                quoted(type, out);
                out.append(':').append(properties.size()).append(":{");
                write(properties, out);
            }
            case PhpValue.EnumCase(String type, String name) -> {
                out.append('E');
                quoted(type + ":" + name, out);
                out.append(';');
            }
        }
    }

    private static void write(List<PhpValue.Entry> entries, StringBuilder out) {
        for (PhpValue.Entry entry : entries) {
            write(entry.key(), out);
            write(entry.value(), out);
        }
        out.append('}');
    }

    /** Nothing in it is escaped: its length says where it ends. */
    private static void quoted(String text, StringBuilder out) {
        out.append(':').append(text.getBytes(UTF_8).length).append(":\"").append(text).append('"');
    }

    private static String of(double number) {
        if (Double.isNaN(number)) {
            return "NAN";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "INF" : "-INF";
        }
        return Double.toString(number);
    }
}
