package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import dev.resound.testkit.FakeConnection;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.JsonNodeFactory;

/** What the application does with a session, from a thread of its own. */
@Timeout(60)
@ParameterizedClass
@EnumSource(World.Where.class)
@SuppressWarnings("NullAway.Init")
class OpenSessionTest {
    @Parameter World.Where where;

    private World world;
    private FakeConnection device;

    @BeforeEach
    void begin() {
        world = new World(where);
        world.knows("notes");
        world.knows("maps");
        device = world.device();
    }

    @AfterEach
    void close() {
        world.close();
    }

    /** Nothing has happened when the thread is done: all of it is for the loops. */
    private void elsewhere(Runnable application) throws InterruptedException {
        Thread thread = Thread.ofPlatform().start(application);
        thread.join();
        world.settle();
    }

    private OpenSession session() {
        return world.sessions.session("ann").orElseThrow();
    }

    @Test
    void whoHasNoSessionHasNone() {
        assertThat(world.sessions.session("bob")).isEmpty();
        assertThat(session().owner()).isEqualTo("ann");
    }

    @Test
    void itStartsAndStops() throws Exception {
        elsewhere(() -> session().start("notes"));
        FakeConnection notes = world.joins("notes");
        assertThat(notes.isOpen()).isTrue();

        elsewhere(() -> session().stop("notes"));

        assertThat(notes.closedWith()).isEqualTo(new Close(1000, "App stopped"));
    }

    @Test
    void itSaysSomethingToThoseWhoHaveSubscribed() throws Exception {
        FakeConnection notes = world.runs(device, "notes");
        FakeConnection maps = world.runs(device, "maps");
        world.says(notes, "subscribe news");
        byte[] event = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);

        elsewhere(() -> {
            session().emit(StreamName.of("news"), event);
            Arrays.fill(event, (byte) '?'); // the application's own
        });

        assertThat(notes.takeTexts()).containsExactly("news {\"a\":1}");
        assertThat(maps.takeTexts()).isEmpty();
    }

    @Test
    void itSaysSomethingToOne() throws Exception {
        FakeConnection notes = world.runs(device, "notes");
        FakeConnection maps = world.runs(device, "maps");

        elsewhere(() -> {
            session().tell("notes", "wake", JsonNodeFactory.instance.numberNode(7));
            session().tell("nobody", "wake", JsonNodeFactory.instance.numberNode(7));
        });

        assertThat(notes.takeTexts()).containsExactly("custom wake 7");
        assertThat(maps.takeTexts()).isEmpty();
    }

    @Test
    void itChangesSettingsInAllSessions() throws Exception {
        FakeConnection notes = world.runs(device, "notes");
        Companion changed =
                world.knows("notes").withSettings(JsonNodeFactory.instance.arrayNode().add("loud"));

        elsewhere(() -> world.sessions.settingsChanged(changed));

        assertThat(notes.takeTexts()).containsExactly("settings [\"loud\"]");
    }

    @Test
    void afterTheEndItsCallsDoNothing() throws Exception {
        OpenSession old = session();
        elsewhere(old::end);
        assertThat(device.closedWith()).isEqualTo(new Close(1000, "User session ended"));
        world.takeEvents();

        elsewhere(() -> {
            old.start("notes");
            old.stop("notes");
            old.emit(StreamName.of("news"), new byte[] {'1'});
            old.tell("notes", "wake", JsonNodeFactory.instance.nullNode());
            old.end();
        });
        world.advanceSeconds(100);

        assertThat(world.takeEvents()).isEmpty();
        assertThat(world.sessions.count()).isZero();
    }
}
