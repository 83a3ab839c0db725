package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.PusherWorld.Client;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who observes is told what happens, and who does not costs nothing. */
class ObservationTest {

    /** Notes all but the messages, as text. */
    private static final class Notes implements PusherObserver {
        final List<AppEvent> all = new ArrayList<>();

        @Override
        public boolean wants(Class<? extends AppEvent> kind) {
            return kind != AppEvent.MessageReceived.class && kind != AppEvent.MessageSent.class;
        }

        @Override
        public void on(AppEvent event) {
            all.add(event);
        }

        List<AppEvent> take() {
            List<AppEvent> taken = List.copyOf(all);
            all.clear();
            return taken;
        }
    }

    private final Notes notes = new Notes();
    private final App app =
            PusherWorld.app().clientEvents(ClientEvents.MEMBERS).subscriptionCounts(false).build();
    private final PusherWorld world =
            new PusherWorld(List.of(app), builder -> builder.observe(notes));

    @Test
    void aSocketsLifeIsTold() {
        Client client = world.connect();
        String id = client.socketId;
        assertThat(notes.take()).containsExactly(new AppEvent.ConnectionOpened(app, id));
        client.joins("c");
        assertThat(notes.take())
                .containsExactly(
                        new AppEvent.ChannelCreated(app, "c"),
                        new AppEvent.SubscriptionCountChanged(app, "c", 1),
                        new AppEvent.Subscribed(app, id, "c"));
        client.vanishes();
        assertThat(notes.take())
                .containsExactly(
                        new AppEvent.Unsubscribed(app, id, "c"),
                        new AppEvent.SubscriptionCountChanged(app, "c", 0),
                        new AppEvent.ChannelRemoved(app, "c"),
                        new AppEvent.ConnectionClosed(app, id, 1006));
    }

    @Test
    void membersAreToldOnceForEachUser() {
        Client one = world.connect().joinsPresence("presence-c", "{\"user_id\":7}");
        Client two = world.connect().joinsPresence("presence-c", "{\"user_id\":\"7\"}");
        one.vanishes();
        two.leaves("presence-c");
        assertThat(notes.take().stream().filter(ObservationTest::isOfMember))
                .containsExactly(
                        new AppEvent.MemberAdded(app, "presence-c", "7"),
                        new AppEvent.MemberRemoved(app, "presence-c", "7"));
    }

    private static boolean isOfMember(AppEvent event) {
        return event instanceof AppEvent.MemberAdded || event instanceof AppEvent.MemberRemoved;
    }

    @Test
    void publishesAreToldWithTheirReach() {
        world.connect().joins("c");
        world.connect().joins("c");
        notes.take();
        world.publishes("c", "e", "1");
        world.publishes("nobody", "e", "1");
        assertThat(notes.take())
                .containsExactly(
                        new AppEvent.Broadcast(app, "c", "e", "\"1\"", 2),
                        new AppEvent.Broadcast(app, "nobody", "e", "\"1\"", 0));
    }

    @Test
    void clientEventsAreToldWithTheirSender() {
        Client sender = world.connect().joinsPresence("presence-c", "{\"user_id\":7}");
        world.connect().joinsPresence("presence-c", "{\"user_id\":8}");
        notes.take();
        sender.says(Frames.clientEvent("client-e", "presence-c", "{\"a\":1}"));
        assertThat(notes.take())
                .containsExactly(
                        new AppEvent.ClientEventSent(
                                app, "presence-c", "client-e", "{\"a\":1}", sender.socketId, "7"),
                        new AppEvent.Broadcast(app, "presence-c", "client-e", "{\"a\":1}", 1));
    }

    @Test
    void aSenderWhoIsNoMemberIsNotTakenFromTheReach() {
        App open = PusherWorld.reverbApp().clientEvents(ClientEvents.ALL).build();
        PusherWorld world = new PusherWorld(List.of(open), builder -> builder.observe(notes));
        world.connect().joinsPrivate("private-c");
        Client stranger = world.connect();
        notes.take();
        stranger.says(Frames.clientEvent("client-e", "private-c", "{\"a\":1}"));
        assertThat(notes.take())
                .endsWith(new AppEvent.Broadcast(open, "private-c", "client-e", "{\"a\":1}", 1));
    }

    @Test
    void cacheMissesAreTold() {
        world.connect().joins("cache-c");
        assertThat(notes.take()).contains(new AppEvent.CacheMissed(app, "cache-c"));
        world.publishes("cache-c", "e", "1");
        notes.take();
        world.connect().joins("cache-c");
        assertThat(notes.take()).doesNotContain(new AppEvent.CacheMissed(app, "cache-c"));
    }

    @Test
    void aRefusedSubscriptionLeavesNoTrace() {
        world.connect().joins("private-c");
        assertThat(notes.take()).hasSize(1).first().isInstanceOf(AppEvent.ConnectionOpened.class);
    }

    @Test
    void statisticsCount() {
        Client one = world.connect().joinsPrivate("private-c");
        world.connect().joinsPrivate("private-c");
        world.publishes("private-c", "e", "12345");
        one.says(Frames.clientEvent("client-e", "private-c", "{}"));
        one.vanishes();
        AppStatistics statistics = world.pusher.statistics().getFirst();
        assertThat(statistics.connections()).isEqualTo(1);
        assertThat(statistics.channels()).isEqualTo(1);
        assertThat(statistics.connectionsOpened()).isEqualTo(2);
        assertThat(statistics.messagesReceived()).isEqualTo(3);
        assertThat(statistics.eventsPublished()).isEqualTo(1);
        assertThat(statistics.clientEvents()).isEqualTo(1);
        // two greetings, two answers to subscriptions, an event for both, and one for the other
        assertThat(statistics.messagesSent()).isEqualTo(7);
    }

    @Test
    void listenersRunOnThreadsOfTheirOwnInOrder() throws InterruptedException {
        LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        PusherWorld listened =
                new PusherWorld(
                        List.of(app),
                        builder ->
                                builder.listen(
                                        AppEvent.ChannelCreated.class,
                                        event -> {
                                            assertThat(Thread.currentThread().isVirtual()).isTrue();
                                            heard.add(event.channel());
                                        }));
        Client client = listened.connect();
        for (int i = 0; i < 50; i++) {
            client.joins("c" + i);
        }
        for (int i = 0; i < 50; i++) {
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("c" + i);
        }
    }

    @Test
    void aListenerThatThrowsOrHangsHoldsUpNobody() throws InterruptedException {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch heard = new CountDownLatch(2);
        PusherWorld listened =
                new PusherWorld(
                        List.of(app),
                        builder ->
                                builder.listen(
                                                AppEvent.class,
                                                event -> {
                                                    try {
                                                        hanging.await();
                                                    } catch (InterruptedException end) {
                                                        Thread.currentThread().interrupt();
                                                    }
                                                })
                                        .listen(
                                                AppEvent.ConnectionOpened.class,
                                                event -> {
                                                    heard.countDown();
                                                    throw new IllegalStateException("thrown");
                                                }));
        listened.connect().joins("c").forgets();
        listened.connect().joins("d").hears(Frames.succeeded("d"));
        assertThat(heard.await(10, TimeUnit.SECONDS)).isTrue();
        hanging.countDown();
    }

    @Test
    void aListenerThatIsTooSlowMissesEventsAndTheyAreCounted() throws InterruptedException {
        CountDownLatch hanging = new CountDownLatch(1);
        ListenerQueue<AppEvent.ChannelCreated> queue =
                new ListenerQueue<>(
                        AppEvent.ChannelCreated.class,
                        event -> {
                            try {
                                hanging.await();
                            } catch (InterruptedException end) {
                                Thread.currentThread().interrupt();
                            }
                        });
        int more = 5;
        for (int i = 0; i < AppListener.CAPACITY + 1 + more; i++) {
            queue.on(new AppEvent.ChannelCreated(app, "c"));
        }
        // one may be in the listener's hands already
        assertThat(queue.leftOut()).isBetween((long) more, (long) more + 1);
        hanging.countDown();
    }
}
