package dev.resound.server;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code resound trigger}: publishes an event as a back end does. */
@Command(name = "trigger", description = "Publishes an event.")
final class Trigger implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin private final TargetOptions target = new TargetOptions();
    @Mixin private final OutputOptions output = new OutputOptions();
    private String channel = "";
    private String event = "";
    private String data = "{}";
    private @Nullable String socketId;
    private @Nullable String info;

    Trigger(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Parameters(index = "0", paramLabel = "CHANNEL", description = "Where.")
    void channel(String value) {
        channel = value;
    }

    @Parameters(index = "1", paramLabel = "EVENT", description = "Its name.")
    void event(String value) {
        event = value;
    }

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "DATA",
            description = "What it says, usually JSON; default: {}")
    void data(@Nullable String value) {
        data = value == null ? "{}" : value;
    }

    @Option(
            names = "--socket-id",
            paramLabel = "ID",
            description = "The connection that does not get it.")
    void socketId(String value) {
        socketId = value;
    }

    @Option(
            names = "--info",
            paramLabel = "LIST",
            description = "Ask for user_count,subscription_count.")
    void info(String value) {
        info = value;
    }

    @Override
    public Integer call() {
        Output out = output.output(surroundings);
        return out.of(() -> publish(out));
    }

    private int publish(Output out)
            throws IOException, InterruptedException, ConfigurationException, WrongUsage {
        ObjectNode body =
                Output.object().put("name", event).put("channel", channel).put("data", data);
        if (socketId != null) {
            body.put("socket_id", socketId);
        }
        if (info != null) {
            body.put("info", info);
        }
        Target server = target.target(surroundings);
        BackEnd.Answer answer;
        try (HttpClient http = BackEnd.newHttp()) {
            answer =
                    new BackEnd(http, server, InstantSource.system())
                            .post("/events", body.toString());
        }
        return answer.isOk() ? published(out, answer) : refused(out, answer);
    }

    private int published(Output out, BackEnd.Answer answer) {
        ObjectNode document = Output.object().put("status", answer.status());
        document.set("body", Output.parsed(answer.body()));
        return out.answer(document, answer.shown());
    }

    private static int refused(Output out, BackEnd.Answer answer) {
        String hint = BackEnd.hint(answer);
        if (out.isJson()) {
            ObjectNode document = Output.object().put("status", answer.status());
            document.set("body", Output.parsed(answer.body()));
            out.document(document.put("hint", hint));
            return Main.FAILED;
        }
        return out.failed("the server answered " + answer.shown() + ": " + hint);
    }
}
