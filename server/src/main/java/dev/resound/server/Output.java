package dev.resound.server;

import java.io.IOException;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a command answers: text for people, or one JSON document and nothing else on standard
 * output. Makes exit codes of failures.
 */
final class Output {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Surroundings surroundings;
    private final boolean json;

    Output(Surroundings surroundings, boolean json) {
        this.surroundings = surroundings;
        this.json = json;
    }

    /** A command's work; the result is the exit code. */
    interface Work {
        int run() throws IOException, InterruptedException, ConfigurationException, WrongUsage;
    }

    /** Does the work, and tells what goes wrong. */
    int of(Work work) {
        try {
            return work.run();
        } catch (ConfigurationException wrong) {
            int errors = wrong.problems().size();
            String text =
                    "the configuration has " + (errors == 1 ? "an error" : errors + " errors");
            wrong(text, wrong.problems());
            return Main.WRONG;
        } catch (WrongUsage wrong) {
            wrong(String.valueOf(wrong.getMessage()), List.of());
            return Main.WRONG;
        } catch (IOException failed) {
            return failed(Reason.of(failed));
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
            return failed("interrupted");
        }
    }

    private void wrong(String text, List<String> problems) {
        if (json) {
            ObjectNode document = object().put("error", text);
            if (!problems.isEmpty()) {
                ArrayNode list = document.putArray("problems");
                problems.forEach(list::add);
            }
            document(document);
        } else {
            note("resound: " + text);
            problems.forEach(problem -> note("  " + problem));
        }
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    boolean isJson() {
        return json;
    }

    /** Answers, either way. */
    int answer(JsonNode document, String text) {
        if (json) {
            document(document);
        } else {
            text(text);
        }
        return Main.OK;
    }

    int failed(String message) {
        wrong(message, List.of());
        return Main.FAILED;
    }

    /** One line of standard output. */
    void document(JsonNode document) {
        text(JSON.writeValueAsString(document));
    }

    void text(String text) {
        surroundings.out().println(text);
        surroundings.out().flush();
    }

    /** Something beside the answer, on standard error. */
    void note(String text) {
        surroundings.err().println(text);
    }

    /** JSON if it is JSON, otherwise a text that holds what came. */
    static JsonNode parsed(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            return node.isMissingNode() ? JsonNodeFactory.instance.stringNode(text) : node;
        } catch (JacksonException none) {
            return JsonNodeFactory.instance.stringNode(text);
        }
    }
}
