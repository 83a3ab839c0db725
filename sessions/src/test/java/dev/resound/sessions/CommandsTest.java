package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.FakeConnection;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What companions have the device do, and how its answers find them. */
@Timeout(60)
@ParameterizedClass
@EnumSource(World.Where.class)
@SuppressWarnings("NullAway.Init")
class CommandsTest {
    @Parameter World.Where where;

    private World world;
    private FakeConnection device;
    private FakeConnection notes;

    @BeforeEach
    void begin() {
        world = new World(where);
        world.knows("notes");
        world.knows("maps");
        device = world.device();
        notes = world.runs(device, "notes");
        world.advanceSeconds(1);
        device.takeTexts();
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aCommandReachesTheDevice() {
        world.says(notes, "do it");

        assertThat(device.takeTexts()).containsExactly("{\"does\":\"it\"}");
        assertThat(notes.takeTexts()).isEmpty();
    }

    @Test
    void whatItMayNotOrCannotDoIsToldAndItsSocketKept() {
        world.says(notes, "secret");
        world.says(notes, "wrong");
        device.vanishes();
        world.says(notes, "do it");

        assertThat(notes.takeTexts())
                .containsExactly(
                        "failed secret FORBIDDEN", "failed wrong MALFORMED", "failed do NO_DEVICE");
        assertThat(notes.isOpen()).isTrue();
    }

    @Test
    void anAnswerReachesWhoHasAskedAndNobodyElse() {
        FakeConnection maps = world.runs(device, "maps");
        world.says(maps, "subscribe *");
        world.says(notes, "ask 1");
        assertThat(device.takeTexts()).contains("{\"asks\":\"1\"}");

        world.says(device, "answer 1 {\"yes\":1}");
        world.says(device, "answer 1 {\"yes\":2}");
        world.says(device, "answer 2 {\"yes\":3}");

        assertThat(notes.takeTexts()).containsExactly("{\"yes\":1}");
        assertThat(maps.takeTexts()).isEmpty();
    }

    @Test
    void nobodyWaitsForEver() {
        world.says(notes, "ask 1");

        world.advanceSeconds(30);
        world.says(device, "answer 1 {}");

        assertThat(notes.takeTexts()).containsExactly("failed ask NO_ANSWER");
        world.says(notes, "ask 1");
        assertThat(notes.takeTexts()).isEmpty();
    }

    @Test
    void twoCommandsHaveNotTheSameCorrelationAtATime() {
        FakeConnection maps = world.runs(device, "maps");
        world.says(notes, "ask 1");

        world.says(notes, "ask 1");
        world.says(maps, "ask 1");
        world.says(maps, "ask ");
        world.says(maps, "ask " + "x".repeat(201));

        assertThat(notes.takeTexts()).containsExactly("failed ask MALFORMED");
        assertThat(maps.takeTexts())
                .containsExactly(
                        "failed ask MALFORMED", "failed ask MALFORMED", "failed ask MALFORMED");
        world.says(device, "answer 1 {}");
        assertThat(notes.takeTexts()).containsExactly("{}");
    }

    @Test
    void aCompanionWaitsForSoManyAnswersAtMost() {
        IntStream.range(0, 64).forEach(i -> notes.says("ask " + i));
        world.settle();
        assertThat(notes.takeTexts()).isEmpty();

        world.says(notes, "ask 64");
        assertThat(notes.takeTexts()).containsExactly("failed ask TOO_MANY");

        FakeConnection maps = world.runs(device, "maps");
        world.says(maps, "ask 64");
        assertThat(maps.takeTexts()).isEmpty();
    }

    @Test
    void whatWasKnownIsNotAskedForIfItIsYoungEnough() {
        world.says(device, "latest place {\"x\":1}");
        world.advanceSeconds(1);

        world.says(notes, "where 7 1000");
        world.says(notes, "where 8 999");

        assertThat(notes.takeTexts()).containsExactly("place {\"x\":1,\"id\":\"7\"}");
        assertThat(device.takeTexts()).containsExactly("{\"where\":\"8\"}");
    }

    @Test
    void anEventThatAnswersIsForTheOneWhoAskedAlone() {
        FakeConnection maps = world.runs(device, "maps");
        world.says(maps, "subscribe place");
        world.says(notes, "where 8 0");

        world.says(device, "correlated 8 {\"x\":2}");
        world.says(device, "correlated 8 {\"x\":3}");

        assertThat(notes.takeTexts()).containsExactly("place {\"x\":2}");
        assertThat(maps.takeTexts()).containsExactly("place {\"x\":3}");
    }

    @Test
    void anAnswerOfTheOtherKindIsNone() {
        FakeConnection maps = world.runs(device, "maps");
        world.says(maps, "subscribe place");
        world.says(notes, "where 8 0");
        world.says(notes, "ask 9");

        world.says(device, "answer 8 {}");
        world.says(device, "correlated 9 {\"x\":3}");

        assertThat(notes.takeTexts()).isEmpty();
        assertThat(maps.takeTexts()).containsExactly("place {\"x\":3}");
    }

    @Test
    void ofAnyNumberOfStreamsSomeAreRemembered() {
        world.says(device, "latest place {\"x\":1}");
        IntStream.range(0, 63).forEach(i -> device.says("latest p" + i + " {}"));
        world.says(notes, "where 1 1000");
        world.says(device, "latest one-more {}");
        world.says(notes, "where 2 1000");

        assertThat(notes.takeTexts()).hasSize(1);
        assertThat(device.takeTexts()).containsExactly("{\"where\":\"2\"}");
    }
}
