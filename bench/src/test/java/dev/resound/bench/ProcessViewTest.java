package dev.resound.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What we make of {@code /proc}. */
class ProcessViewTest {

    private static final String STAT =
            "4711 (evil) name 9 9) S 1 2 3 0 -1 4194304 5 6 7 8 250 75 10 11 20 0 9 0 12345 1 2 3";

    @TempDir Path folder;

    @Test
    void processorTimeIsReadBehindTheProgramsName() {
        assertThat(ProcessView.userNanos(STAT)).isEqualTo(2_500_000_000L);
        assertThat(ProcessView.systemNanos(STAT)).isEqualTo(750_000_000L);
    }

    @Test
    void threadsAreSummedExactlyAndSplitByTheTicks() throws IOException {
        write("stat", STAT);
        write("task/1/schedstat", "1000000001 500 7\n");
        write("task/2/schedstat", "2000000002 600 8\n");
        write("task/1/comm", "resound-loop-1-\n");
        write("task/2/comm", "C2 CompilerThre\n");
        var view = new ProcessView(folder);
        var before = view.cpu();
        write("stat", STAT.replace("250 75", "253 76"));
        write("task/1/schedstat", "1030000001 1500 9\n");
        write("task/2/schedstat", "2008000002 2600 9\n");
        write("task/3/schedstat", "2000000 0 1\n");
        write("task/3/comm", "C1 CompilerThre\n");
        var use = view.cpu().since(before);

        assertThat(use.source()).isEqualTo(CpuUse.Source.THREADS);
        assertThat(use.totalNanos()).isCloseTo(40_000_000, within(1.0));
        assertThat(use.userNanos()).isCloseTo(30_000_000, within(1.0));
        assertThat(use.systemNanos()).isCloseTo(10_000_000, within(1.0));
        assertThat(use.waitedNanos()).isEqualTo(3_000);
        assertThat(use.compilerNanos()).isEqualTo(10_000_000);
    }

    @Test
    void whenAThreadEndedOnlyTheTicksCount() {
        var before = new CpuSample(100, 10, Map.of("1", ran(50), "2", ran(60)));
        var after = new CpuSample(400, 30, Map.of("1", ran(70)));

        assertThat(after.since(before)).isEqualTo(new CpuUse(300, 20, 0, 0, CpuUse.Source.TICKS));
    }

    @Test
    void withoutThreadTimesTheTicksCount() throws IOException {
        write("stat", STAT);
        var view = new ProcessView(folder);

        assertThat(view.cpu()).isEqualTo(new CpuSample(2_500_000_000L, 750_000_000L, Map.of()));
        assertThat(view.cpu().since(view.cpu()).totalNanos()).isZero();
    }

    @Test
    void severalProcessesCountAsOne() throws IOException {
        for (String process : List.of("a", "b")) {
            write(process + "/stat", STAT);
            write(process + "/smaps_rollup", "Pss:   100 kB\n");
        }
        write("a/limits", "Max open files 2048 4096 files\n");
        write("b/limits", "Max open files 1024 4096 files\n");
        write("a/task/1/schedstat", "1000000 10 1\n");
        write("a/task/1/comm", "resound-loop-1-\n");
        write("b/task/2/schedstat", "2000000 20 1\n");
        write("b/task/2/comm", "C2 CompilerThre\n");
        var view = new ProcessView(List.of(folder.resolve("a"), folder.resolve("b")));

        assertThat(view.cpu())
                .isEqualTo(
                        new CpuSample(
                                5_000_000_000L,
                                1_500_000_000L,
                                Map.of(
                                        "1",
                                        new CpuSample.ThreadTime(1_000_000, 10),
                                        "2",
                                        new CpuSample.ThreadTime(2_000_000, 20, true))));
        assertThat(view.cpuNanos()).isEqualTo(6_500_000_000L);
        assertThat(view.memory().bytes()).isEqualTo(200 << 10);
        assertThat(view.maxOpenFiles()).isEqualTo(1024);
    }

    @Test
    void memoryIsThePssWhereTheKernelTellsIt() throws IOException {
        write(
                "smaps_rollup",
                "5000-7000 ---p [rollup]\nRss:   900 kB\nPss:   812 kB\nPss_Dirty: 3 kB\n");
        write("status", "VmRSS:\t     900 kB\n");

        assertThat(new ProcessView(folder).memory())
                .isEqualTo(new ProcessView.Memory(812 << 10, ProcessView.Memory.Source.PSS));
    }

    @Test
    void memoryIsTheResidentSetElsewhere() throws IOException {
        write("status", "Name:\tx\nVmHWM:\t     999 kB\nVmRSS:\t     900 kB\n");

        assertThat(new ProcessView(folder).memory())
                .isEqualTo(new ProcessView.Memory(900 << 10, ProcessView.Memory.Source.RSS));
    }

    @Test
    void theSoftLimitOfOpenFilesCounts() {
        String limits =
                """
                Limit                     Soft Limit           Hard Limit           Units
                Max open files            1024                 524288               files
                """;

        assertThat(ProcessView.openFileLimit(limits)).isEqualTo(1024);
        assertThat(ProcessView.openFileLimit(limits.replace("1024  ", "unlimited")))
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void moreConnectionsThanOpenFilesAreRefusedBeforehand() throws IOException {
        write(
                "limits",
                "Max open files            1024                 524288               files\n");
        var server = Optional.of(new ProcessView(folder));

        OpenFiles.require(924, server);
        assertThatThrownBy(() -> OpenFiles.require(925, server))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("The server may open 1024 files")
                .hasMessageContaining("ulimit -n");
    }

    @Test
    void aProcessThatIsNotThereIsExplained() {
        assertThatThrownBy(() -> ProcessView.of(List.of((long) Integer.MAX_VALUE)))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("--pid");
    }

    @Test
    void portsBeyondOneAddressComeFromTheNext() {
        var sources = new SourceAddresses(SourceAddresses.portsIn("32768\t60999\n"));
        var local = new Target.Address("127.0.0.1", 8080);
        var remote = new Target.Address("192.0.2.1", 8080);

        assertThat(sources.of(25_408, local)).isNull();
        assertThat(sources.of(25_409, local)).hasToString("/127.0.0.2:0");
        assertThat(sources.of(60_000, local)).hasToString("/127.0.0.3:0");
        assertThat(sources.of(25_408, remote)).isNull();
        assertThatThrownBy(() -> sources.of(25_409, remote))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("25409 connections");
    }

    private static CpuSample.ThreadTime ran(long nanos) {
        return new CpuSample.ThreadTime(nanos, 0);
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
