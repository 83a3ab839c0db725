package dev.resound.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The figures of a run, as a table for people and as one flat JSON object for programs. */
final class Report {

    private record Percentile(String name, double percent) {}

    private static final List<Percentile> PERCENTILES =
            List.of(
                    new Percentile("p50", 50),
                    new Percentile("p90", 90),
                    new Percentile("p99", 99),
                    new Percentile("p99_9", 99.9),
                    new Percentile("max", 100));

    /**
     * @param label null: in JSON only
     */
    private record Line(String key, @Nullable String label, String json, String shown) {}

    private final String title;
    private final List<Line> lines = new ArrayList<>();

    Report(String title) {
        this.title = title;
        lines.add(new Line("bench", null, JsonText.quoted(title), ""));
    }

    Report text(String key, String label, String value) {
        lines.add(new Line(key, label, JsonText.quoted(value), value));
        return this;
    }

    Report count(String key, String label, long value) {
        lines.add(
                new Line(
                        key,
                        label,
                        Long.toString(value),
                        String.format(Locale.ROOT, "%,d", value)));
        return this;
    }

    Report number(String key, String label, double value, int decimals) {
        lines.add(
                new Line(
                        key,
                        label,
                        String.format(Locale.ROOT, "%." + decimals + "f", value),
                        String.format(Locale.ROOT, "%,." + decimals + "f", value)));
        return this;
    }

    /** How many there were in the measured phase, in all and per second. */
    Report measured(String key, String label, long count, Cost cost) {
        double perSecond = cost.perSecond(count);
        return count(key, label, count)
                .number(
                        key + "_per_second",
                        label + " per second",
                        perSecond,
                        perSecond < 1_000 ? 1 : 0);
    }

    /** How the client ran, and how long the measured phase was. */
    Report phase(String transport, Cost cost) {
        return text("client_transport", "client's transport", transport)
                .number("seconds", "measured seconds", cost.seconds(), 3);
    }

    Report latency(Latency latency) {
        for (Percentile each : PERCENTILES) {
            number(
                    "latency_" + each.name + "_us",
                    "latency " + each.name.replace('_', '.') + ", µs",
                    latency.micros(each.percent),
                    0);
        }
        return this;
    }

    /**
     * Processor time per operation.
     *
     * @param what one operation, as the table calls it
     */
    Report cost(Cost cost, long operations, String what) {
        double each = Math.max(1, operations) * 1e3;
        Optional<CpuUse> server = operations == 0 ? Optional.empty() : cost.server();
        optional(
                "cpu_us", "server CPU, µs per " + what, server.map(use -> use.totalNanos() / each));
        optional("cpu_user_us", "  of it user", server.map(use -> use.userNanos() / each));
        optional("cpu_system_us", "  of it system", server.map(use -> use.systemNanos() / each));
        optional(
                "cpu_without_compilers_us",
                "  without the JVM's compilers",
                server.filter(use -> use.source() == CpuUse.Source.THREADS)
                        .map(use -> (use.totalNanos() - use.compilerNanos()) / each));
        optional(
                "server_busy_percent", "server busy, %", cost.server().map(use -> busy(use, cost)));
        optional(
                "server_waited_percent",
                "  waited for a processor, %",
                cost.server().map(use -> 100 * use.waitedNanos() / Math.max(1, cost.nanos())));
        optional(
                "client_busy_percent", "client busy, %", cost.client().map(use -> busy(use, cost)));
        cost.server()
                .ifPresent(use ->
                        text(
                                "cpu_source",
                                "CPU time read from",
                                switch (use.source()) {
                                    case TICKS -> "stat";
                                    case THREADS -> "schedstat of threads, split by stat";
                                }));
        return this;
    }

    Report complaints(Complaints complaints) {
        count("errors", "errors", complaints.total());
        var json = new StringBuilder("{");
        complaints
                .byText()
                .forEach((text, count) -> {
                    json.append(json.length() == 1 ? "" : ",")
                            .append(JsonText.quoted(text))
                            .append(':')
                            .append(count);
                    lines.add(new Line("", "  " + count + " ×", "", text));
                });
        lines.add(new Line("error_counts", null, json.append('}').toString(), ""));
        return this;
    }

    String table() {
        int width =
                lines.stream()
                        .mapToInt(line -> line.label == null ? 0 : line.label.length())
                        .max()
                        .orElse(0);
        var table = new StringBuilder(title).append('\n');
        for (Line line : lines) {
            if (line.label != null) {
                table.append("  ")
                        .append(line.label)
                        .repeat(' ', width - line.label.length() + 2)
                        .append(line.shown)
                        .append('\n');
            }
        }
        return table.toString();
    }

    String json() {
        var json = new StringBuilder("{");
        for (Line line : lines) {
            if (!line.key.isEmpty()) {
                json.append(json.length() == 1 ? "" : ",")
                        .append(JsonText.quoted(line.key))
                        .append(':')
                        .append(line.json);
            }
        }
        return json.append('}').toString();
    }

    private void optional(String key, String label, Optional<Double> value) {
        if (value.isPresent()) {
            number(key, label, value.get(), 3);
        } else {
            lines.add(new Line(key, null, "null", ""));
        }
    }

    private static double busy(CpuUse use, Cost cost) {
        return cost.nanos() == 0 ? 0 : 100 * use.totalNanos() / cost.nanos();
    }
}
