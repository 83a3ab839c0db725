package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.PusherWorld.Answer;
import dev.resound.pusher.PusherWorld.Client;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** {@code GET /apps/{id}/channels}, one channel, and connections. */
class ChannelQueriesTest {
    private static final Map<String, String> ALL =
            Map.of("info", "user_count,subscription_count,cache");

    private static Answer ok(String body) {
        return new Answer(200, body);
    }

    @Nested
    class InReverbsDialect {
        private final PusherWorld world = PusherWorld.speaking(Dialect.REVERB);

        @Test // row 83
        void usersOfPresenceChannelsAreCounted() {
            world.connect().joins("test-channel-one");
            world.connect().joinsPresence("presence-test-channel-two", "{\"user_id\":1}");
            Answer answer = world.get("/channels", Map.of("info", "user_count"));
            assertThat(answer)
                    .isEqualTo(
                            ok(
                                    "{\"channels\":{\"presence-test-channel-two\":{\"user_count\":1},\"test-channel-one\":{}}}"));
            assertThat(answer.body()).hasSize(81);
        }

        @Test // rows 84, 86
        void onlyOccupiedChannelsOfThePrefixAreListed() {
            Client client = world.connect().joins("orders-1").joins("orders-2").joins("news");
            client.leaves("orders-2");
            assertThat(world.get("/channels", Map.of("filter_by_prefix", "orders-")))
                    .isEqualTo(ok("{\"channels\":{\"orders-1\":{}}}"));
            assertThat(world.get("/channels", Map.of("filter_by_prefix", "none")))
                    .isEqualTo(ok("{\"channels\":{}}"));
        }

        @Test // row 87
        void twoSocketsAreTwoSubscriptions() {
            world.connect(world.a).joins("c");
            world.connect(world.b).joins("c");
            Answer answer = world.get("/channels/c", ALL);
            assertThat(answer).isEqualTo(ok("{\"occupied\":true,\"subscription_count\":2}"));
            assertThat(answer.body()).hasSize(40);
        }

        @Test // rows 88, 92
        void anEmptyChannelIsNotOccupied() {
            assertThat(world.get("/channels/c", ALL)).isEqualTo(ok("{\"occupied\":false}"));
            assertThat(world.get("/channels/presence-c", ALL))
                    .isEqualTo(ok("{\"occupied\":false}"));
        }

        @Test // row 89
        void socketsWithoutUserCountAsOneUser() {
            world.connect(world.a).joinsPresence("presence-c", "{\"id\":123}");
            world.connect(world.b).joinsPresence("presence-c", "{\"id\":123}");
            assertThat(world.get("/channels/presence-c", ALL))
                    .isEqualTo(ok("{\"occupied\":true,\"user_count\":1}"));
        }

        @Test
        void attributesNobodyKnowsAreIgnored() {
            world.connect().joins("c");
            assertThat(world.get("/channels/c", Map.of("info", ",,x,user_count,")))
                    .isEqualTo(ok("{\"occupied\":true}"));
        }

        @Test // row 97
        void socketsInChannelsAreCountedOnce() {
            Client one = world.connect(world.a).joins("c").joins("d");
            Client two = world.connect(world.b).joins("c");
            world.connect(world.c); // in no channel
            assertThat(world.get("/connections")).isEqualTo(ok("{\"connections\":2}"));
            two.leaves("c");
            assertThat(world.get("/connections")).isEqualTo(ok("{\"connections\":1}"));
            one.leaves("c");
            assertThat(world.get("/connections")).isEqualTo(ok("{\"connections\":1}"));
            one.vanishes();
            assertThat(world.get("/connections")).isEqualTo(ok("{\"connections\":0}"));
        }

        @Test // row 100
        void healthIsForAnybody() {
            Answer answer = world.send("GET", "/up", "", "");
            assertThat(answer).isEqualTo(ok("{\"health\":\"OK\"}"));
            assertThat(answer.body()).hasSize(15);
            world.health = Health.DRAINING;
            assertThat(world.send("GET", "/up", "", "").status()).isEqualTo(503);
            assertThat(world.send("GET", "/live", "", "").status()).isEqualTo(200);
        }

        @Test
        void whoIsDegradedServesAndSaysSo() {
            world.health = Health.DEGRADED;
            assertThat(world.pusher.health()).isEqualTo(Health.DEGRADED);
            for (String path : List.of("/up", "/ready")) {
                assertThat(world.send("GET", path, "", ""))
                        .isEqualTo(ok("{\"health\":\"DEGRADED\"}"));
            }
            assertThat(world.send("GET", "/live", "", "")).isEqualTo(ok("{\"health\":\"OK\"}"));
        }
    }

    @Nested
    class InPushersDialect {
        private final PusherWorld world = PusherWorld.speaking(Dialect.PUSHER);

        @Test
        void anEmptyChannelHasCountsOfZero() {
            assertThat(
                            world.get(
                                    "/channels/presence-c",
                                    Map.of("info", "user_count,subscription_count")))
                    .isEqualTo(
                            ok("{\"occupied\":false,\"user_count\":0,\"subscription_count\":0}"));
            assertThat(world.get("/channels/c", Map.of("info", "subscription_count")))
                    .isEqualTo(ok("{\"occupied\":false,\"subscription_count\":0}"));
        }

        @Test
        void presenceChannelsHaveSubscriptionsToo() {
            world.connect(world.a).joinsPresence("presence-c", "{\"user_id\":1}");
            world.connect(world.b).joinsPresence("presence-c", "{\"user_id\":1}");
            assertThat(
                            world.get(
                                    "/channels/presence-c",
                                    Map.of("info", "user_count,subscription_count")))
                    .isEqualTo(ok("{\"occupied\":true,\"user_count\":1,\"subscription_count\":2}"));
        }

        @Test // row 85
        void usersCanBeCountedOnPresenceChannelsOnly() {
            Map<String, String> info = Map.of("info", "user_count");
            assertThat(world.get("/channels", info).status()).isEqualTo(400);
            assertThat(world.get("/channels/c", info).status()).isEqualTo(400);
            assertThat(
                            world.get(
                                            "/channels",
                                            Map.of(
                                                    "info",
                                                    "user_count",
                                                    "filter_by_prefix",
                                                    "private-"))
                                    .status())
                    .isEqualTo(400);
            assertThat(
                            world.get(
                                    "/channels",
                                    Map.of("info", "user_count", "filter_by_prefix", "presence-")))
                    .isEqualTo(ok("{\"channels\":{}}"));
        }
    }

    @Nested
    class InSoketisDialect {
        private final PusherWorld world = PusherWorld.speaking(Dialect.SOKETI);

        @Test // rows 86, 106
        void countsAreToldUnasked() {
            Client client = world.connect().joins("c");
            assertThat(world.get("/channels"))
                    .isEqualTo(
                            ok(
                                    "{\"channels\":{\"c\":{\"occupied\":true,\"subscription_count\":1}}}"));
            assertThat(world.get("/channels/c"))
                    .isEqualTo(ok("{\"occupied\":true,\"subscription_count\":1}"));
            client.closes();
            assertThat(world.get("/channels")).isEqualTo(ok("{\"channels\":{}}"));
            assertThat(world.get("/channels/c"))
                    .isEqualTo(ok("{\"occupied\":false,\"subscription_count\":0}"));
        }

        @Test
        void aPresenceChannelHasItsUsersCountedUnasked() {
            world.connect().joinsPresence("presence-c", "{\"user_id\":1}");
            assertThat(world.get("/channels/presence-c"))
                    .isEqualTo(ok("{\"occupied\":true,\"user_count\":1,\"subscription_count\":1}"));
        }
    }
}
