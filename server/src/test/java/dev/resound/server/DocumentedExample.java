package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A class of this folder that a document shows. */
final class DocumentedExample {
    private static final Path HERE = Path.of("src/test/java/dev/resound/server");

    private DocumentedExample() {}

    /** The first block of Java in the document is the class, but for white space. */
    static void isShown(Class<?> example, String document) throws IOException {
        String text = Files.readString(Path.of("..", "docs", document));
        String shown = text.substring(0, text.indexOf("```", text.indexOf("```java") + 7));
        String source = Files.readString(HERE.resolve(example.getSimpleName() + ".java"));
        assertThat(code(shown, example)).isEqualTo(code(source, example));
    }

    private static String code(String text, Class<?> example) {
        return text.substring(text.indexOf("final class " + example.getSimpleName()))
                .replaceAll("\\s+", "");
    }
}
