package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.PusherWorld.Client;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Apps change while the server runs. */
class RefreshTest {
    private final Map<String, App> apps = new ConcurrentHashMap<>();
    private final Queue<Runnable> owed = new ConcurrentLinkedQueue<>();
    private boolean down;
    private boolean slow;

    private final AppSource source =
            new AppSource() {
                @Override
                public CompletionStage<Optional<App>> byKey(String key) {
                    return answer(
                            apps.values().stream()
                                    .filter(app -> app.key().equals(key))
                                    .findFirst());
                }

                @Override
                public CompletionStage<Optional<App>> byId(String id) {
                    return answer(Optional.ofNullable(apps.get(id)));
                }

                private CompletionStage<Optional<App>> answer(Optional<App> app) {
                    if (slow) {
                        var later = new CompletableFuture<Optional<App>>();
                        owed.add(() -> later.complete(app));
                        return later;
                    }
                    return down
                            ? CompletableFuture.failedFuture(new IllegalStateException("down"))
                            : CompletableFuture.completedFuture(app);
                }
            };

    private final PusherWorld world = world(PusherWorld.reverbApp().build());

    private PusherWorld world(App app) {
        apps.put(app.id(), app);
        return new PusherWorld(app, source);
    }

    private static App.Builder app() {
        return PusherWorld.reverbApp();
    }

    private void becomes(App app) {
        apps.put(app.id(), app);
        world.pusher.refresh().toCompletableFuture().join();
        world.settle();
    }

    @Test
    void socketsStayAndLiveUnderTheNewSettings() {
        Client client = world.connect().joins("c").forgets();
        becomes(app().clientEvents(ClientEvents.NONE).build());
        client.staysOpen()
                .says(Frames.clientEvent("client-e", "c", "{}"))
                .hears(Frames.error(4301, "The app does not have client messaging enabled."));
        world.publishes("c", "e", "1");
        client.hears(Frames.published("e", "1", "c"));
    }

    @Test
    void aNewSecretHoldsAtOnce() {
        Client client = world.connect();
        String old = client.authorised("private-c");
        App renewed = App.builder("app-id", "app-key", "another-secret").build();
        becomes(renewed);
        client.says(old).hears(Frames.error(4009, "Connection is unauthorized"));
        assertThat(world.get("/channels").status()).isEqualTo(401);
        assertThat(world.get(renewed, "/channels").status()).isEqualTo(200);
    }

    @Test
    void aDisabledAppLosesItsSocketsAndTakesNone() {
        Client client = world.connect().joins("c").forgets();
        becomes(app().enabled(false).build());
        client.hears(Frames.error(4003, "Application is disabled"));
        client.isClosedWith(4003);
        assertThat(world.get("/channels").status()).isEqualTo(403);
    }

    @Test
    void anAppThatIsGoneLosesItsSockets() {
        Client client = world.connect().joins("c").forgets();
        apps.clear();
        world.pusher.refresh().toCompletableFuture().join();
        world.settle();
        client.isClosedWith(4001);
        assertThat(world.get("/channels").status()).isEqualTo(404);
    }

    @Test
    void anAppThatComesBackBeginsAnew() {
        Client client = world.connect().joins("c").forgets();
        App app = app().build();
        apps.clear();
        world.pusher.refresh().toCompletableFuture().join();
        world.settle();
        client.isClosedWith(4001);
        becomes(app);
        assertThat(world.get("/channels").body()).isEqualTo("{\"channels\":{}}");
        world.connect().joins("c").hears(Frames.succeeded("c"));
    }

    @Test
    void aSourceThatCannotSayChangesNothing() {
        Client client = world.connect().joins("c").forgets();
        down = true;
        assertThat(world.pusher.refresh().toCompletableFuture()).isCompletedExceptionally();
        world.settle();
        client.staysOpen().joins("d").hears(Frames.succeeded("d"));
    }

    @Test
    void notAllOfVeryManyAppsAreAskedForAtOnce() {
        for (int i = 0; i < 300; i++) {
            apps.put("id-" + i, App.builder("id-" + i, "key-" + i, "secret").build());
            world.knock(world.a, "key-" + i, List.of()).vanishes();
        }
        slow = true;
        var refreshed = world.pusher.refresh().toCompletableFuture();
        int answered = 0;
        for (Runnable answer = owed.poll(); answer != null; answer = owed.poll()) {
            assertThat(owed.size()).isLessThan(64);
            assertThat(refreshed).isNotDone();
            answer.run();
            answered++;
        }
        assertThat(answered).isEqualTo(300);
        assertThat(refreshed).isCompleted();
    }

    @Test
    void aSourceThatCannotSayHasClientsComeBack() {
        down = true;
        Client client = world.knock(world.a, "app-key", List.of());
        client.hears(Frames.error(4100, "Apps cannot be looked up right now, try again later"));
        client.isClosedWith(4100);
        PusherWorld.Answer answer = world.get("/channels");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("Apps cannot be looked up right now, try again later.");
        down = false;
        world.connect().joins("c").hears(Frames.succeeded("c"));
    }

    @Test
    void whatAnotherLookUpFindsHoldsForTheSocketsThatAreThere() {
        Client client = world.connect().joins("c").forgets();
        apps.put("app-id", app().maxChannelsPerConnection(1).build());
        world.connect();
        client.joins("d").hears(Frames.error(4200, "Too many channels on one connection"));
    }
}
