package dev.resound.server;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code resound apps import}: from other servers. */
@Command(
        name = "import",
        description = {
            "Prints a resound.yml made of the configuration of another server:",
            "the .env of Laravel Reverb, soketi's JSON, or soketi's table of apps as JSON."
        })
final class AppsImport implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin private final OutputOptions output = new OutputOptions();
    private String file = "";

    AppsImport(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Parameters(paramLabel = "FILE", description = "What it is, is found out.")
    void file(String value) {
        file = value;
    }

    @Override
    public Integer call() {
        Output out = output.output(surroundings);
        return out.of(() -> print(out));
    }

    private int print(Output out) throws IOException, WrongUsage {
        Imported imported = read(surroundings.directory().resolve(file));
        String yaml = SettingsYaml.file(imported.values());
        if (out.isJson()) {
            ObjectNode document = Output.object().put("yaml", yaml);
            ArrayNode warnings = document.putArray("warnings");
            imported.warnings().forEach(warnings::add);
            out.document(document);
        } else {
            out.text(yaml.stripTrailing());
            imported.warnings().forEach(it -> out.note("warning: " + Printable.of(it)));
        }
        return Main.OK;
    }

    /** Settings of a file that says by its content what it is. */
    static Imported read(Path path) throws IOException, WrongUsage {
        String text;
        try {
            text = Files.readString(path);
        } catch (CharacterCodingException notText) {
            throw new WrongUsage(path + " is no text in UTF-8");
        }
        String start = text.stripLeading();
        return start.startsWith("{") || start.startsWith("[")
                ? SoketiImport.read(Output.parsed(text))
                : ReverbImport.read(text);
    }
}
