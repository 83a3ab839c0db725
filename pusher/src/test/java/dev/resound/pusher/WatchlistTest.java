package dev.resound.pusher;

import dev.resound.pusher.PusherWorld.Client;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Users are told of the coming and going of those on their watchlist. */
class WatchlistTest {
    private final PusherWorld world =
            new PusherWorld(
                    PusherWorld.app().dialect(Dialect.PUSHER).signIn(true).watchlist(3).build());

    private Client signsIn(Client client, String userData) {
        String auth = BackEnd.of(world.app).authorise(client.socketId, ":user:", userData);
        return client.says(
                "{\"event\":\"pusher:signin\",\"data\":{\"auth\":"
                        + Frames.string(auth)
                        + ",\"user_data\":"
                        + Frames.string(userData)
                        + "}}");
    }

    private Client user(String id, String... watched) {
        return signsIn(world.connect(world.b), data(id, watched)).forgets();
    }

    private static String data(String id, String... watched) {
        String list =
                IntStream.range(0, watched.length)
                        .mapToObj(i -> Frames.string(watched[i]))
                        .collect(Collectors.joining(","));
        return "{\"id\":\"" + id + "\",\"watchlist\":[" + list + "]}";
    }

    private static String change(String name, String... ids) {
        String list =
                IntStream.range(0, ids.length)
                        .mapToObj(i -> Frames.string(ids[i]))
                        .collect(Collectors.joining(","));
        return "{\"event\":\"pusher_internal:watchlist_events\",\"data\":"
                + Frames.string(
                        "{\"events\":[{\"name\":\"" + name + "\",\"user_ids\":[" + list + "]}]}")
                + "}";
    }

    private static String success(String userData) {
        return "{\"event\":\"pusher:signin_success\",\"data\":"
                + Frames.string("{\"user_data\":" + Frames.string(userData) + "}")
                + "}";
    }

    @Test
    void whoIsOnlineAlreadyIsToldAtOnce() {
        user("bob");
        user("eve");
        Client ann = world.connect(world.a);
        signsIn(ann, data("ann", "bob", "dan", "eve"))
                .hears(success(data("ann", "bob", "dan", "eve")), change("online", "bob", "eve"));
    }

    @Test
    void comingAndGoingIsToldOnceForEachUser() {
        Client ann = user("ann", "bob");
        Client first = user("bob");
        ann.hears(change("online", "bob"));
        Client second = user("bob");
        first.closes();
        ann.hearsNothing();
        second.vanishes();
        ann.hears(change("offline", "bob"));
        user("bob");
        ann.hears(change("online", "bob"));
    }

    @Test
    void nobodyIsToldOfThoseTheyDoNotWatch() {
        Client ann = user("ann", "bob");
        user("eve").closes();
        ann.hearsNothing();
    }

    @Test
    void signingInAgainChangesTheWatchlistAndIsNoLeave() {
        Client ann = user("ann", "bob");
        Client watcher = user("eve", "ann");
        watcher.forgets();
        signsIn(ann, data("ann", "dan")).forgets();
        watcher.hearsNothing();
        user("bob");
        ann.hearsNothing();
        user("dan");
        ann.hears(change("online", "dan"));
    }

    @Test
    void tooLongAListIsCutAndSignInSucceeds() {
        user("four");
        Client ann = world.connect();
        String data = data("ann", "one", "two", "three", "four");
        signsIn(ann, data)
                .hears(
                        success(data),
                        Frames.errorObject(
                                4302,
                                "The watchlist has too many users, only the first are watched"))
                .staysOpen();
        user("three");
        ann.hears(change("online", "three"));
    }

    @Test
    void oneMayWatchOneself() {
        Client ann = world.connect();
        signsIn(ann, data("ann", "ann"))
                .hears(success(data("ann", "ann")), change("online", "ann"));
    }
}
