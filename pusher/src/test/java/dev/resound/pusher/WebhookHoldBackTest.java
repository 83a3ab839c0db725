package dev.resound.pusher;

import static dev.resound.pusher.WebhookWorld.occupied;
import static dev.resound.pusher.WebhookWorld.vacated;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who comes back at once has not been away. */
@Timeout(30)
class WebhookHoldBackTest {
    private final WebhookWorld world = new WebhookWorld();

    WebhookHoldBackTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    @Test
    void aChannelThatIsGoneIsToldAfterThreeSeconds() {
        world.vacate("c");
        world.passes(2_999);
        assertThat(world.webhooks.statistics()).isEmpty();
        world.passes(1);
        assertThat(world.statistics().waiting()).isEqualTo(1);
        world.batchTimePasses();
        assertThat(world.receiver.hears().events()).isEqualTo(vacated("c"));
    }

    @Test
    void aChannelThatComesBackInTimeWasNeverAway() {
        world.vacate("c");
        world.passes(2_999);
        world.occupy("c");
        world.passes(10_000);
        assertThat(world.webhooks.statistics()).isEmpty();
        world.vacate("c");
        world.passes(4_000);
        assertThat(world.receiver.hears().events()).isEqualTo(vacated("c"));
    }

    @Test
    void aChannelThatComesBackTooLateIsToldTwice() {
        world.vacate("c");
        world.passes(3_000);
        world.occupy("c");
        world.batchTimePasses();
        assertThat(world.receiver.hears().events()).isEqualTo(vacated("c") + "," + occupied("c"));
    }

    @Test
    void aMemberThatComesBackInTimeWasNeverAwayHoweverItIsWritten() {
        world.webhooks.on(new AppEvent.MemberRemoved(world.app, "presence-c", "7"));
        world.webhooks.on(new AppEvent.MemberRemoved(world.app, "presence-c", "8"));
        world.webhooks.on(new AppEvent.MemberAdded(world.app, "presence-c", "\"7\""));
        world.passes(4_000);
        assertThat(world.receiver.hears().events())
                .isEqualTo(
                        "{\"name\":\"member_removed\",\"channel\":\"presence-c\",\"user_id\":8}");
    }

    @Test
    void appsDoNotCancelEachOthersEvents() {
        App other = WebhookWorld.app("other", new Webhook(world.receiver.url("/other")));
        world.vacate("c");
        world.occupy(other, "c");
        world.passes(4_000);
        List<String> events =
                List.of(world.receiver.hears().events(), world.receiver.hears().events());
        assertThat(events).containsExactlyInAnyOrder(vacated("c"), occupied("c"));
    }

    @Test
    void aReturnIsNoArrivalForThoseWhoWantToKnowOfArrivalsOnly() {
        App app =
                WebhookWorld.app(
                        "arrivals",
                        new Webhook(
                                world.receiver.url(),
                                Set.of(Webhook.Event.CHANNEL_OCCUPIED),
                                List.of(),
                                List.of(),
                                List.of(),
                                true));
        world.webhooks.on(new AppEvent.ChannelRemoved(app, "c"));
        world.occupy(app, "c");
        world.passes(4_000);
        assertThat(world.webhooks.statistics()).isEmpty();
    }

    @Test
    void whoeverFlushesDoesNotWait() {
        world.vacate("c");
        assertThat(world.webhooks.flush(Duration.ofSeconds(10))).isTrue();
        assertThat(world.receiver.hears().events()).isEqualTo(vacated("c"));
        world.passes(10_000);
        world.receiver.heardAll();
    }

    @Test
    void beyondItsCapacityEventsAreToldAtOnceAndTheirReturnToo() {
        List<String> told = new ArrayList<>();
        ManualTimer timer = new ManualTimer();
        var held =
                new HeldBackEvents(
                        timer, 3_000, 2, event -> told.add(event.kind() + " " + event.channel()));
        held.gone(event(new AppEvent.ChannelRemoved(world.app, "a")));
        held.gone(event(new AppEvent.ChannelRemoved(world.app, "b")));
        assertThat(told).isEmpty();
        held.gone(event(new AppEvent.ChannelRemoved(world.app, "c")));
        held.there(event(new AppEvent.ChannelCreated(world.app, "c")));
        held.there(event(new AppEvent.ChannelCreated(world.app, "a")));
        timer.advance(Duration.ofSeconds(3));
        assertThat(told)
                .containsExactly("CHANNEL_VACATED c", "CHANNEL_OCCUPIED c", "CHANNEL_VACATED b");
    }

    private static WebhookEvent event(AppEvent event) {
        return Objects.requireNonNull(WebhookEvent.of(event));
    }
}
