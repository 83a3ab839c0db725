package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.FakeConnection;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a companion says is taken in the order in which it says it, on whichever loop. */
@Timeout(60)
@ParameterizedClass
@EnumSource(World.Where.class)
@SuppressWarnings("NullAway.Init")
class MessageOrderTest {
    @Parameter World.Where where;

    private World world;
    private FakeConnection device;

    @BeforeEach
    void begin() {
        world = new World(where);
        world.knows("notes");
        device = world.device();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static String does(int i) {
        return "{\"does\":\"" + i + "\"}";
    }

    @Test
    void whatComesRightBehindAJoinCounts() {
        world.says(device, "start notes");
        FakeConnection notes = world.companion();
        device.takeTexts();

        notes.says("join ann notes key");
        notes.says("subscribe button");
        notes.says("do 1");
        world.settle();
        world.says(device, "event button {}");

        assertThat(notes.takeTexts()).containsExactly("welcome []", "state {}", "button {}");
        assertThat(device.takeTexts()).contains(does(1));
    }

    @Test
    void whatComesRightBehindAJoinThatIsRefusedIsRefused() {
        FakeConnection notes = world.companion();

        notes.says("join ann notes key");
        notes.says("do 1");
        world.settle();

        assertThat(notes.takeTexts()).containsExactly("refused NOT_STARTED");
        assertThat(device.takeTexts()).containsExactly("hello ann");
    }

    @Test
    void ofThreeListsInOneTurnTheLastCounts() {
        FakeConnection notes = world.runs(device, "notes");

        notes.says("subscribe a");
        notes.says("subscribe a b");
        notes.says("subscribe c");
        world.settle();
        for (String stream : List.of("a", "b", "c")) {
            world.says(device, "event " + stream + " {}");
        }

        assertThat(notes.takeTexts()).containsExactly("c {}");
    }

    @Test
    void anEmptyListRightBehindAJoinIsNotBelievedIfAnotherFollows() {
        world.says(device, "start notes");
        FakeConnection notes = world.companion();
        notes.says("join ann notes key");
        notes.says("subscribe a");
        world.settle();
        notes.says("subscribe");
        world.says(notes, "subscribe b");

        world.advanceSeconds(8);
        world.says(device, "event b {}");

        assertThat(notes.takeTexts()).endsWith("b {}");
    }

    @Test
    void anEmptyListIsBelievedAfterAWhile() {
        FakeConnection notes = world.runs(device, "notes");
        world.says(notes, "subscribe a");
        notes.says("subscribe");
        world.settle();

        world.says(device, "event a {1}");
        world.advanceSeconds(8);
        world.says(device, "event a {2}");
        assertThat(notes.takeTexts()).containsExactly("a {1}");

        world.says(notes, "subscribe a");
        notes.says("subscribe");
        world.settle();
        world.says(device, "event a {3}");
        assertThat(notes.takeTexts()).isEmpty();
    }

    @Test
    void twoThousandMessagesArriveInOrder() {
        FakeConnection notes = world.runs(device, "notes");

        IntStream.range(0, 2_000).forEach(i -> notes.says("do " + i));
        world.settle();

        assertThat(device.takeTexts())
                .containsExactlyElementsOf(
                        IntStream.range(0, 2_000).mapToObj(MessageOrderTest::does).toList());
        assertThat(notes.isReading()).isTrue();
    }

    @Test
    void twoThousandEventsArriveInOrder() {
        FakeConnection notes = world.runs(device, "notes");
        world.says(notes, "subscribe *");

        IntStream.range(0, 2_000).forEach(i -> device.says("event a " + i));
        world.settle();

        assertThat(notes.takeTexts())
                .containsExactlyElementsOf(
                        IntStream.range(0, 2_000).mapToObj(i -> "a " + i).toList());
        assertThat(world.sessions.statistics().events()).isEqualTo(2_000);
    }
}
