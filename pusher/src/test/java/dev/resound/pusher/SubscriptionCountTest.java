package dev.resound.pusher;

import dev.resound.pusher.PusherWorld.Client;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Subscribers are told how many they are, where the app wants that. */
class SubscriptionCountTest {
    private final PusherWorld world =
            new PusherWorld(PusherWorld.app().subscriptionCounts(true).build());

    private static String count(String channel, int count) {
        return "{\"event\":\"pusher_internal:subscription_count\",\"data\":"
                + Frames.string("{\"subscription_count\":" + count + "}")
                + ",\"channel\":"
                + Frames.string(channel)
                + "}";
    }

    @Test
    void everyChangeIsToldWhileTheyAreFew() {
        Client one = world.connect(world.a).joins("c");
        one.hears(Frames.succeeded("c"), count("c", 1));
        Client two = world.connect(world.b).joins("c");
        two.hears(Frames.succeeded("c"), count("c", 2));
        one.hears(count("c", 2));
        two.leaves("c").hearsNothing();
        one.hears(count("c", 1));
        world.connect(world.b).joins("c").vanishes();
        one.hears(count("c", 2), count("c", 1));
    }

    @Test
    void subscribingAgainChangesNothingAndIsAnswered() {
        Client one = world.connect().joins("c").forgets();
        one.joins("c").hears(Frames.succeeded("c"), count("c", 1));
    }

    @Test
    void presenceChannelsHaveMembersInstead() {
        world.connect()
                .joinsPresence("presence-c", "{\"user_id\":1}")
                .hears(Frames.present("presence-c", 1, "1", "\"1\":null"));
    }

    @Test
    void withoutTheSettingNothingIsTold() {
        PusherWorld plain = PusherWorld.speaking(Dialect.PUSHER);
        plain.connect().joins("c").hears(Frames.succeeded("c"));
    }

    @Tag("clock")
    @Test
    void manyAreToldTogetherEveryFiveSeconds() {
        List<Client> crowd = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            crowd.add(world.connect(i % 2 == 0 ? world.a : world.b).joins("c"));
        }
        Client first = crowd.getFirst().forgets();
        Client late = world.connect(world.c).joins("c");
        late.hears(Frames.succeeded("c"), count("c", 101));
        world.connect(world.c).joins("c");
        first.hearsNothing();
        world.passes(Duration.ofMillis(4_999));
        first.hearsNothing();
        world.passes(Duration.ofMillis(1));
        first.hears(count("c", 102));
        world.passes(Duration.ofSeconds(30));
        first.hearsNothing();
    }

    @Tag("clock")
    @Test
    void aChannelThatEmptiesMeanwhileIsForgotten() {
        List<Client> crowd = new ArrayList<>();
        for (int i = 0; i < 102; i++) {
            crowd.add(world.connect().joins("c"));
        }
        crowd.forEach(Client::closes);
        world.passes(Duration.ofSeconds(6));
        world.connect().joins("c").hears(Frames.succeeded("c"), count("c", 1));
    }
}
