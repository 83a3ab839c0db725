package dev.resound.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.bench.StandInGateway.Mischief;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bench devices}, from arguments to exit code, against a gateway whose faults we know. */
class DevicesEndToEndTest {

    private record Outcome(int exitCode, String out, String err) {}

    @Test
    void framesReachTheirAppAndNobodyElse() {
        var outcome = relay(Mischief.NONE, "audio", "--rate=max", "--apps=1");

        assertThat(outcome.out)
                .contains("\"bench\":\"devices audio\"", "\"payload_bytes\":640", "\"webhooks\":3")
                .contains("\"lost\":0", "\"duplicates\":0", "\"out_of_order\":0", "\"errors\":0")
                .doesNotContain("\"deliveries\":0,");
        assertThat(outcome.exitCode).isZero();
    }

    @Test
    void eventsReachAllAppsOfTheirSession() {
        var outcome = relay(Mischief.NONE, "events", "--rate=max", "--apps=7", "--in-flight=3");

        assertThat(outcome.out)
                .contains("\"apps\":7", "\"webhooks\":21", "\"lost\":0", "\"errors\":0");
        assertThat(outcome.exitCode).isZero();
    }

    @Test
    void pacedFramesFollowTheClock() {
        var outcome = relay(Mischief.NONE, "audio", "--rate=50", "--apps=2", "--seconds=0.4");

        assertThat(outcome.out)
                .contains("\"paced_per_second\":50.0", "\"sent\":60,", "\"sent_bytes\":38400")
                .contains("\"lost\":0", "\"errors\":0");
        assertThat(outcome.exitCode).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Mischief.class,
            names = {"LOSE", "DOUBLE", "SWAP"})
    void whatGoesWrongIsCountedAndEndsWithOne(Mischief mischief) {
        var outcome = relay(mischief, "events", "--rate=max", "--in-flight=10", "--patience=0.3");

        assertThat(outcome.out)
                .contains("\"lost\":" + (mischief == Mischief.LOSE ? 1 : 0))
                .contains("\"duplicates\":" + (mischief == Mischief.DOUBLE ? 1 : 0))
                .contains("\"out_of_order\":" + (mischief == Mischief.SWAP ? 1 : 0));
        assertThat(outcome.exitCode).isEqualTo(1);
    }

    @Test
    void appsThatAreRefusedEndTheRunWithTwo() {
        var outcome = relay(Mischief.REFUSE_APPS, "audio", "--rate=max");

        assertThat(outcome.err)
                .contains("the gateway says to app 0 of device ")
                .contains("INVALID_API_KEY");
        assertThat(outcome.exitCode).isEqualTo(2);
    }

    @Test
    void nobodyListeningIsExplainedAndEndsWithTwo() {
        var gateway = new StandInGateway(Mischief.NONE);
        gateway.close();
        var outcome = run(gateway, "audio");

        assertThat(outcome.err).contains("connection refused");
        assertThat(outcome.exitCode).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--rate=fast", "--rate=5000", "--payload=641", "--jwt-secret=short"})
    void wrongOptionsEndWithTwo(String option) {
        try (var gateway = new StandInGateway(Mischief.NONE)) {
            var outcome = run(gateway, "audio", option);

            assertThat(outcome.err).contains(option.substring(0, option.indexOf('=')));
            assertThat(outcome.exitCode).isEqualTo(2);
        }
    }

    @Test
    void aLoadHasToBeNamed() {
        var err = new StringWriter();
        int exitCode = Bench.commandLine().setErr(new PrintWriter(err)).execute("devices");

        assertThat(err.toString()).contains("Which load?");
        assertThat(exitCode).isEqualTo(2);
    }

    @Test
    void everybodyIsBackAfterAStormAndGetsEvents() {
        var outcome = storm(Mischief.NONE);

        assertThat(outcome.out)
                .contains("\"turned_away\":0", "\"extra_webhooks\":0", "\"unanswered\":0")
                .contains("\"lost\":0", "\"errors\":0", "\"health_p99_ms\":", "\"ping_p99_ms\":");
        assertThat(outcome.exitCode).isZero();
    }

    @Test
    void whoeverIsAskedToComeAlthoughThereIsCounted() {
        var outcome = storm(Mischief.RESURRECT);

        assertThat(outcome.out).contains("\"extra_webhooks\":6", "\"lost\":0");
        assertThat(outcome.exitCode).isEqualTo(1);
    }

    @Test
    void subscriptionsForgottenInAStormAreEventsLost() {
        var outcome = storm(Mischief.FORGET);

        assertThat(outcome.out).contains("\"lost\":3", "\"errors\":0");
        assertThat(outcome.exitCode).isEqualTo(1);
    }

    @Test
    void anAppThatStopsReadingIsComparedWithTheTimeBefore() {
        try (var gateway = new StandInGateway(Mischief.NONE)) {
            var outcome =
                    run(
                            gateway,
                            "slow",
                            "--apps=4",
                            "--payload=1000",
                            "--warmup-messages=10",
                            "--seconds=0.5");

            assertThat(outcome.out)
                    .contains("\"baseline_p99_us\":", "\"slow_p99_us\":", "\"slow_missed\":0")
                    .contains("\"lost\":0", "\"errors\":0");
            assertThat(outcome.exitCode).isZero();
        }
    }

    @Test
    void idlePairsAreMeasured() {
        try (var gateway = new StandInGateway(Mischief.NONE)) {
            var outcome =
                    run(
                            gateway,
                            "idle",
                            "--pairs=5,20",
                            "--settle=0.3",
                            "--pid=" + ProcessHandle.current().pid());

            assertThat(outcome.out)
                    .contains("\"memory_bytes_at_20\":", "\"bytes_per_pair_marginal\":")
                    .contains("\"webhooks\":20", "\"errors\":0");
            assertThat(outcome.exitCode).isZero();
        }
    }

    @Test
    void idleWithoutAProcessIsWrongUsage() {
        try (var gateway = new StandInGateway(Mischief.NONE)) {
            assertThat(run(gateway, "idle").err).contains("--pid is missing");
        }
    }

    private static Outcome relay(Mischief mischief, String load, String... more) {
        try (var gateway = new StandInGateway(mischief)) {
            var options =
                    new ArrayList<>(
                            List.of("--devices=3", "--warmup-messages=10", "--messages=60"));
            options.addAll(List.of(more));
            return run(gateway, load, options.toArray(new String[0]));
        }
    }

    /** One warm-up round and the measured one. */
    private static Outcome storm(Mischief mischief) {
        try (var gateway = new StandInGateway(mischief)) {
            return run(
                    gateway,
                    "storm",
                    "--sessions=3",
                    "--apps=1",
                    "--bystanders=2",
                    "--within=0.1",
                    "--calm=0.1",
                    "--warmup-rounds=1",
                    "--watch=1");
        }
    }

    private static Outcome run(StandInGateway gateway, String load, String... options) {
        var out = new StringWriter();
        var err = new StringWriter();
        var all =
                new ArrayList<>(
                        List.of(
                                "devices",
                                load,
                                "--json",
                                "--url=ws://127.0.0.1:" + gateway.port(),
                                "--webhook-port=" + gateway.webhookPort()));
        all.addAll(List.of(options));
        int exitCode =
                Bench.commandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(all.toArray(new String[0]));
        return new Outcome(exitCode, out.toString(), err.toString());
    }
}
