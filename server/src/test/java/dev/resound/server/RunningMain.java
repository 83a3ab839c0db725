package dev.resound.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program in this process, with a hand on its signals. */
final class RunningMain {
    private static final Pattern LISTENING =
            Pattern.compile("listening on https?://[^:]+:([0-9]+)");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CompletableFuture<IntConsumer> signals = new CompletableFuture<>();
    private final List<Integer> halts = new CopyOnWriteArrayList<>();
    private Future<Integer> exit = CompletableFuture.failedFuture(new AssertionError());

    private RunningMain() {}

    /** Variables as {@code NAME=value}, then {@code --}, then the arguments. */
    static RunningMain run(Path directory, String... variablesAndArguments) {
        List<String> all = Arrays.asList(variablesAndArguments);
        int end = all.indexOf("--");
        Map<String, String> variables = new HashMap<>();
        for (String variable : all.subList(0, end)) {
            String[] parts = variable.split("=", 2);
            variables.put(parts[0], parts[1]);
        }
        RunningMain run = new RunningMain();
        Surroundings surroundings =
                new Surroundings(
                        variables,
                        directory,
                        new PrintStream(run.out, true, UTF_8),
                        new PrintStream(run.err, true, UTF_8),
                        false);
        Main main = new Main(surroundings, run.signals::complete, run.halts::add);
        String[] arguments = all.subList(end + 1, all.size()).toArray(String[]::new);
        // A thread of its own: several run at the same time, and the common pool may be one thread.
        FutureTask<Integer> task = new FutureTask<>(() -> main.execute(arguments));
        run.exit = task;
        Thread.ofPlatform().daemon().start(task);
        return run;
    }

    /** Starts a server on some port, with variables as {@code NAME=value}. */
    static RunningMain start(Path directory, String... variables) {
        String[] all = Arrays.copyOf(variables, variables.length + 6);
        String[] last = {"--", "start", "--host", "127.0.0.1", "--port", "0"};
        System.arraycopy(last, 0, all, variables.length, last.length);
        return run(directory, all);
    }

    String out() {
        return out.toString(UTF_8);
    }

    String err() {
        return err.toString(UTF_8);
    }

    /** Waits until it listens. */
    int port() {
        return await().until(
                        () -> {
                            Matcher found = LISTENING.matcher(out());
                            return found.find() ? Integer.parseInt(found.group(1)) : 0;
                        },
                        port -> port > 0);
    }

    void signal(int number) {
        signals.join().accept(number);
    }

    /** Waits until it ends. */
    int exitCode() {
        try {
            return exit.get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failed) {
            throw new AssertionError(failed);
        }
    }

    /** The codes with which it wanted to end at once. */
    List<Integer> halts() {
        return halts;
    }
}
