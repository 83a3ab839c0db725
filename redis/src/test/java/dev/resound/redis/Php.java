package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A real PHP with classes like those of Reverb, which says what it makes of something. */
final class Php implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/php");

    private final Process process;
    private final BufferedWriter to;
    private final BufferedReader from;

    private Php(Process process) {
        this.process = process;
        this.to = process.outputWriter(UTF_8);
        this.from = process.inputReader(UTF_8);
    }

    /** One that has the classes of this version. */
    static Php start(ReverbVersion version) {
        if (!Files.isExecutable(PROGRAM)) {
            throw new AssertionError(
                    "the tests need a program that is not installed, php:"
                            + " apt-get install -y --no-install-recommends php-cli");
        }
        Path script = Path.of("../clients/php/check.php").toAbsolutePath().normalize();
        var command = new ProcessBuilder(List.of(PROGRAM.toString(), script.toString()));
        command.environment().put("REVERB_VERSION", version.number());
        command.redirectError(ProcessBuilder.Redirect.INHERIT);
        try {
            return new Php(command.start());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    JsonNode ask(String word, byte[] of) {
        try {
            to.write(word + " " + Base64.getEncoder().encodeToString(of) + "\n");
            to.flush();
            String answer = from.readLine();
            if (answer == null) {
                throw new AssertionError("PHP has ended");
            }
            return MessageFields.MAPPER.readTree(answer);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    JsonNode ask(String word, String of) {
        return ask(word, of.getBytes(UTF_8));
    }

    /** What it serialises, of what the script has for samples. */
    String sample(String name) {
        return text(ask("sample", name));
    }

    /** What it serialises after it has read this. */
    String same(String serialized) {
        return text(ask("same", serialized));
    }

    private static String text(JsonNode answer) {
        if (!answer.isString()) {
            throw new AssertionError(answer.toString());
        }
        return new String(Base64.getDecoder().decode(answer.stringValue()), UTF_8);
    }

    @Override
    public void close() {
        process.destroy();
    }
}
