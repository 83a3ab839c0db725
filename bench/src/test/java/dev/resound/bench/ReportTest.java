package dev.resound.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportTest {

    @Test
    void percentilesAreThoseOfTheRecordedTimes() {
        var latency = new Latency();
        for (int micros = 1; micros <= 1_000; micros++) {
            latency.record(micros * 1_000L);
        }
        String json = new Report("x").latency(latency).json();

        assertThat(json).contains("\"latency_p50_us\":500,", "\"latency_p90_us\":900,");
        assertThat(json).contains("\"latency_p99_us\":990,", "\"latency_p99_9_us\":999,");
        assertThat(json).contains("\"latency_max_us\":1000}");
    }

    @Test
    void impossibleTimesAreClamped() {
        var latency = new Latency();
        latency.record(-5);
        assertThat(latency.micros(100)).isLessThan(1);
        latency.record(Long.MAX_VALUE);
        assertThat(latency.micros(100)).isBetween(60e6, 60.1e6);
        latency.reset();
        assertThat(latency.micros(50)).isZero();
    }

    @Test
    void processorTimeIsPerOperation() {
        var server =
                new CpuUse(
                        300_000_000, 700_000_000, 20_000_000, 250_000_000, CpuUse.Source.THREADS);
        var cost = new Cost(2_000_000_000, Optional.of(server), Optional.empty());
        String json = new Report("x").cost(cost, 500_000, "delivery").json();

        assertThat(json)
                .contains("\"cpu_us\":2.000,", "\"cpu_user_us\":0.600,", "\"cpu_system_us\":1.400")
                .contains("\"server_busy_percent\":50.000", "\"server_waited_percent\":1.000")
                .contains("\"cpu_without_compilers_us\":1.500")
                .contains("\"client_busy_percent\":null");
        assertThat(cost.perSecond(500_000)).isEqualTo(250_000);
    }

    @Test
    void withoutOperationsThereIsNoCostOfOne() {
        var server = new CpuUse(1, 1, 0, 0, CpuUse.Source.TICKS);
        var cost = new Cost(10, Optional.of(server), Optional.empty());

        assertThat(new Report("x").cost(cost, 0, "request").json()).contains("\"cpu_us\":null");
        assertThat(new Cost(0, Optional.empty(), Optional.empty()).perSecond(5)).isZero();
    }

    @Test
    void whatWasMeasuredIsCountedInAllAndPerSecond() {
        var cost = new Cost(2_000_000_000, Optional.empty(), Optional.empty());
        var report = new Report("x").measured("things", "things", 25, cost);
        var fast = new Report("x").measured("things", "things", 3_001, cost);

        assertThat(report.json()).contains("\"things\":25,\"things_per_second\":12.5");
        assertThat(fast.json()).contains("\"things_per_second\":1501}");
    }

    @Test
    void tableAndJsonShowTheSame() {
        var complaints = new Complaints();
        complaints.add("odd \"thing\"\n", 2);
        var report =
                new Report("demo")
                        .count("many", "how many", 1_234_567)
                        .number("rate", "rate", 1_234.567, 2)
                        .text("who", "who", "a\\b")
                        .complaints(complaints);

        assertThat(report.json())
                .isEqualTo(
                        "{\"bench\":\"demo\",\"many\":1234567,\"rate\":1234.57,\"who\":\"a\\\\b\","
                                + "\"errors\":2,\"error_counts\":{\"odd \\\"thing\\\"\\u000a\":2}}");
        assertThat(report.table())
                .isEqualTo(
                        """
                        demo
                          how many  1,234,567
                          rate      1,234.57
                          who       a\\b
                          errors    2
                            2 ×     odd "thing"

                        """);
    }

    @Test
    void complaintsAreAllCountedButNotAllKept() {
        var complaints = new Complaints();
        for (int each = 0; each < 100; each++) {
            complaints.add("number " + each);
        }
        complaints.add("number 3");

        assertThat(complaints.total()).isEqualTo(101);
        assertThat(complaints.byText()).hasSize(12).containsEntry("number 3", 2L);
    }

    @Test
    void jsonStringsAreFoundBehindWhateverComesFirst() {
        String event =
                "{ \"channel\" : \"x\", \"data\":\"{\\\"event\\\":\\\"inner\\\"}\", \"event\" :\n\"outer\"}";

        assertThat(JsonText.string(event, "event")).contains("outer");
        assertThat(JsonText.string(event, "data")).contains("{\"event\":\"inner\"}");
        assertThat(JsonText.string("{\"event\":{\"a\":1}}", "event")).isEmpty();
        assertThat(JsonText.string("{\"event\"", "event")).isEmpty();
    }
}
