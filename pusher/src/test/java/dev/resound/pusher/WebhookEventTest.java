package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What webhooks say, and to whom. */
@Timeout(30)
class WebhookEventTest {
    private final WebhookWorld world = new WebhookWorld();
    private final App app = world.app;

    WebhookEventTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    private String told(AppEvent event) {
        world.webhooks.on(event);
        assertThat(world.webhooks.flush(Duration.ofSeconds(10))).isTrue();
        return world.receiver.hears().events();
    }

    @Test
    void eventsOfChannelsNameTheChannel() {
        assertThat(told(new AppEvent.ChannelCreated(app, "c")))
                .isEqualTo("{\"name\":\"channel_occupied\",\"channel\":\"c\"}");
        assertThat(told(new AppEvent.CacheMissed(app, "cache-c")))
                .isEqualTo("{\"name\":\"cache_miss\",\"channel\":\"cache-c\"}");
        assertThat(told(new AppEvent.SubscriptionCountChanged(app, "c", 7)))
                .isEqualTo(
                        "{\"name\":\"subscription_count\",\"channel\":\"c\",\"subscription_count\":7}");
    }

    @Test
    void userIdsKeepTheirType() {
        assertThat(told(new AppEvent.MemberAdded(app, "presence-c", "7")))
                .isEqualTo("{\"name\":\"member_added\",\"channel\":\"presence-c\",\"user_id\":7}");
        assertThat(told(new AppEvent.MemberAdded(app, "presence-c", "\"8\"")))
                .isEqualTo(
                        "{\"name\":\"member_added\",\"channel\":\"presence-c\",\"user_id\":\"8\"}");
    }

    @Test
    void dataOfClientEventsIsAlwaysAString() {
        assertThat(told(clientEvent("{\"a\":\"ü\"}", null)))
                .isEqualTo(
                        """
                        {"name":"client_event","channel":"private-c","event":"client-e",\
                        "data":"{\\"a\\":\\"ü\\"}","socket_id":"1.2"}\
                        """);
        assertThat(told(clientEvent("\"say \\\"a\\\"\"", "7")))
                .isEqualTo(
                        """
                        {"name":"client_event","channel":"private-c","event":"client-e",\
                        "data":"say \\"a\\"","socket_id":"1.2","user_id":7}\
                        """);
        assertThat(told(clientEvent("", null)))
                .isEqualTo(
                        """
                        {"name":"client_event","channel":"private-c","event":"client-e",\
                        "socket_id":"1.2"}\
                        """);
    }

    private AppEvent clientEvent(String data, @Nullable String user) {
        return new AppEvent.ClientEventSent(app, "private-c", "client-e", data, "1.2", user);
    }

    @Test
    void namesAreEscaped() {
        assertThat(told(new AppEvent.ChannelCreated(app, "a\"b\\")))
                .isEqualTo("{\"name\":\"channel_occupied\",\"channel\":\"a\\\"b\\\\\"}");
    }

    @Test
    void membersOfPresenceChannelsAreNotCountedAsSubscribers() {
        world.webhooks.on(new AppEvent.SubscriptionCountChanged(app, "presence-c", 1));
        assertThat(told(new AppEvent.ChannelCreated(app, "c")))
                .isEqualTo(WebhookWorld.occupied("c"));
    }

    @Test
    void ofManyCountsOfAChannelThatWaitOnlyTheLastIsSent() {
        for (int count = 1; count <= 5; count++) {
            world.webhooks.on(new AppEvent.SubscriptionCountChanged(app, "c", count));
            world.webhooks.on(new AppEvent.SubscriptionCountChanged(app, "d", 10 * count));
        }
        world.batchTimePasses();
        assertThat(world.receiver.hears().events())
                .isEqualTo(
                        """
                        {"name":"subscription_count","channel":"c","subscription_count":5},\
                        {"name":"subscription_count","channel":"d","subscription_count":50}\
                        """);
    }

    @Test
    void eachWebhookIsToldWhatItWants() {
        App choosy =
                WebhookWorld.app(
                        "choosy",
                        new Webhook(
                                world.receiver.url("/a"),
                                Set.of(Webhook.Event.CHANNEL_OCCUPIED),
                                List.of("private-", "presence-"),
                                List.of(),
                                List.of(),
                                true),
                        new Webhook(
                                world.receiver.url("/b"),
                                Set.of(Webhook.Event.CACHE_MISS, Webhook.Event.CHANNEL_OCCUPIED),
                                List.of(),
                                List.of("-x"),
                                List.of(),
                                true));
        world.occupy(choosy, "public-x");
        world.occupy(choosy, "private-y");
        world.occupy(choosy, "public-y");
        world.webhooks.on(new AppEvent.CacheMissed(choosy, "private-cache-x"));
        world.batchTimePasses();
        List<WebhookReceiver.Call> calls = List.of(world.receiver.hears(), world.receiver.hears());
        assertThat(calls)
                .anySatisfy(call -> {
                    assertThat(call.requestLine()).isEqualTo("POST /a HTTP/1.1");
                    assertThat(call.events()).isEqualTo(WebhookWorld.occupied("private-y"));
                })
                .anySatisfy(call -> {
                    assertThat(call.requestLine()).isEqualTo("POST /b HTTP/1.1");
                    assertThat(call.events())
                            .isEqualTo(
                                    WebhookWorld.occupied("public-x")
                                            + ",{\"name\":\"cache_miss\","
                                            + "\"channel\":\"private-cache-x\"}");
                });
        world.receiver.heardAll();
    }

    @Test
    void anAppWithoutWebhooksHasNoTargets() {
        world.occupy(WebhookWorld.app("quiet"), "c");
        assertThat(world.webhooks.statistics()).isEmpty();
    }

    @Test
    void whatHappensInChannelsIsTold() {
        PusherWorld channels =
                new PusherWorld(List.of(app), builder -> builder.observe(world.webhooks));
        channels.connect().joinsPresence("presence-c", "{\"user_id\":7}");
        world.batchTimePasses();
        assertThat(world.receiver.hears().events())
                .contains(WebhookWorld.occupied("presence-c"))
                .contains(
                        "{\"name\":\"member_added\","
                                + "\"channel\":\"presence-c\",\"user_id\":7}");
    }
}
