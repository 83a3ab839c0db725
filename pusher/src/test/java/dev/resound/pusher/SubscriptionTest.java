package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.PusherWorld.Client;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Joining and leaving channels, and who hears what. */
class SubscriptionTest {
    private final PusherWorld world = PusherWorld.inAnyDialect();

    @Test
    void everyDialectTellsWhoHasJoinedAPublicChannel() {
        world.connect().joins("orders").hears(Frames.succeeded("orders"));
        assertThat(world.get("/channels").body()).isEqualTo(world.listed("orders", 1));
    }

    @Tag("reverb") // who lets names be anything
    @ParameterizedTest // row 13, with row 34 for cache channels
    @ValueSource(strings = {"orders", "a:b/c", "#news", "name with spaces", "żółw"})
    void aPublicChannelIsOpenToAll(String channel) {
        world.connect()
                .joins(channel)
                .hears(
                        "{\"event\":\"pusher_internal:subscription_succeeded\",\"data\":\"{}\",\"channel\":\""
                                + channel
                                + "\"}");
        assertThat(world.get("/channels").body())
                .isEqualTo("{\"channels\":{\"" + channel + "\":{}}}");
    }

    @Test
    void oldClientsThatSendAnEmptyAuthMayJoinPublicChannels() {
        world.connect().says(Frames.subscribe("orders", "")).hears(Frames.succeeded("orders"));
    }

    @Test
    void aPrivateChannelIsJoinedWithASignature() {
        world.connect().joinsPrivate("private-orders").hears(Frames.succeeded("private-orders"));
    }

    @Tag("reverb")
    @Test // row 20
    void theEmptyChannelNameIsAnsweredWithoutChannel() {
        world.connect()
                .joins("")
                .hears("{\"event\":\"pusher_internal:subscription_succeeded\",\"data\":\"{}\"}");
    }

    @Test // row 25
    void muchDataThatNobodyAskedForIsNoReasonToRefuseAPublicChannel() {
        String data = "{\"x\":\"" + "y".repeat(20_000) + "\"}";
        new PusherWorld(PusherWorld.app().maxMessageBytes(1 << 20).build())
                .connect()
                .says(Frames.subscribe("orders", "", data))
                .hears(Frames.succeeded("orders"));
    }

    @Test
    void theDataOfACommandMayBeWrittenIntoAString() {
        world.connect()
                .says(
                        """
                        {"event":"pusher:subscribe","data":"{\\"channel\\":\\"orders\\"}"}\
                        """)
                .hears(Frames.succeeded("orders"));
    }

    @Test
    void joiningTwiceIsAnsweredTwiceAndCountsOnce() {
        Client client = world.connect().joins("orders").joins("orders");
        client.hears(Frames.succeeded("orders"), Frames.succeeded("orders"));
        world.publishes("orders", "paid", "1");
        client.hears(Frames.published("paid", "1", "orders"));
        client.leaves("orders");
        assertThat(world.get("/channels").body()).isEqualTo("{\"channels\":{}}");
    }

    @Test // row 51
    void leavingIsNotAnsweredAndEndsTheEvents() {
        Client client = world.connect().joins("orders").forgets();
        client.leaves("orders").hearsNothing();
        world.publishes("orders", "paid", "1");
        client.hearsNothing();
    }

    @Test
    void leavingAChannelOneIsNotInIsSilent() {
        world.connect().leaves("orders").leaves("").hearsNothing().staysOpen();
    }

    @Test // row 49
    void theLastOneToLeaveTakesTheChannelAlong() {
        Client one = world.connect(world.a).joins("orders");
        Client other = world.connect(world.b).joins("orders");
        one.leaves("orders");
        assertThat(world.get("/channels").body()).isEqualTo(world.listed("orders", 1));
        other.leaves("orders");
        assertThat(world.get("/channels").body()).isEqualTo("{\"channels\":{}}");
    }

    @Test // row 52
    void eventsReachTheSubscribersOfTheirChannelOnly() {
        Client orders = world.connect(world.a).joins("orders").forgets();
        Client news = world.connect(world.b).joins("news").forgets();
        Client nothing = world.connect(world.c);
        world.publishes("orders", "paid", "1");
        orders.hears(Frames.published("paid", "1", "orders"));
        news.hearsNothing();
        nothing.hearsNothing();
    }

    @Test
    void oneSocketMayBeInManyChannels() {
        Client client = world.connect();
        for (int i = 0; i < 100; i++) {
            client.joins("channel-" + i);
        }
        client.forgets();
        world.publishes("channel-7", "seven", "7");
        client.hears(Frames.published("seven", "7", "channel-7"));
    }

    @Test
    void channelsPerSocketAreLimited() {
        PusherWorld world =
                new PusherWorld(PusherWorld.reverbApp().maxChannelsPerConnection(3).build());
        Client client = world.connect().joins("a").joins("b").joins("c").forgets();
        client.joins("d").hears(Frames.error(4200, "Too many channels on one connection"));
        client.staysOpen().joins("c").hears(Frames.succeeded("c"));
        client.leaves("a").joins("d").hears(Frames.succeeded("d"));
        assertThat(world.get("/channels").body())
                .isEqualTo("{\"channels\":{\"b\":{},\"c\":{},\"d\":{}}}");
    }

    @Test
    void presenceChannelsCountAgainstTheLimitToo() {
        PusherWorld world = new PusherWorld(PusherWorld.app().maxChannelsPerConnection(1).build());
        Client client = world.connect().joinsPresence("presence-a", "{\"user_id\":1}").forgets();
        client.joinsPresence("presence-b", "{\"user_id\":1}")
                .hears(world.error(4200, "Too many channels on one connection"));
        client.joinsPresence("presence-a", "{\"user_id\":1}")
                .hears(Frames.present("presence-a", 1, "1", "\"1\":null"));
    }

    @Tag("loops")
    @Test
    void anEventIsNotHeardBeforeTheAnswerToTheSubscription() {
        Client client = world.connect(world.b);
        client.connection.says(Frames.subscribe("orders"));
        assertThat(world.pusher.trigger(world.app, "orders", "paid", "1")).isTrue();
        world.settle();
        client.hears(
                Frames.succeeded("orders"),
                "{\"event\":\"paid\",\"data\":1,\"channel\":\"orders\"}");
    }

    @Tag("loops")
    @Test
    void anEventPublishedBeforeASubscriptionIsNotHeardAfterIt() {
        Client early = world.connect(world.b).joins("orders").forgets();
        Client late = world.connect(world.b);
        world.pusher.trigger(world.app, "orders", "paid", "1");
        late.connection.says(Frames.subscribe("orders")); // before loop b has delivered
        world.settle();
        early.hears("{\"event\":\"paid\",\"data\":1,\"channel\":\"orders\"}");
        late.hears(Frames.succeeded("orders"));
    }

    @Tag("loops")
    @Test
    void anEventOnItsWayIsNotLostByJoiningOnceMore() {
        Client client = world.connect(world.b).joins("orders").forgets();
        world.pusher.trigger(world.app, "orders", "paid", "1");
        client.connection.says(Frames.subscribe("orders"));
        world.settle();
        client.hears(
                Frames.succeeded("orders"),
                "{\"event\":\"paid\",\"data\":1,\"channel\":\"orders\"}");
    }
}
