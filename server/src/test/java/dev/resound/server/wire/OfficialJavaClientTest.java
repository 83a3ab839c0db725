package dev.resound.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.pusher.client.Pusher;
import com.pusher.client.PusherOptions;
import com.pusher.client.channel.PrivateChannelEventListener;
import com.pusher.client.channel.PusherEvent;
import com.pusher.client.connection.ConnectionEventListener;
import com.pusher.client.connection.ConnectionState;
import com.pusher.client.connection.ConnectionStateChange;
import dev.resound.core.Hub;
import dev.resound.netty.Resound;
import dev.resound.pusher.App;
import dev.resound.pusher.AppEvent;
import dev.resound.pusher.AppSource;
import dev.resound.pusher.Dialect;
import dev.resound.pusher.PusherProtocol;
import dev.resound.testkit.WireClient;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The official client for Java and Android. It answers no {@code pusher:ping}, and while it hears
 * anything from the server it says nothing by itself: a server that takes that for death cuts idle
 * phones off every few minutes.
 */
class OfficialJavaClientTest {
    private static final String ANN = "{\"id\":\"ann\"}";
    private static final int PATIENCE_SECONDS = 30;

    private final BlockingQueue<AppEvent> observed = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<ConnectionState> states = new LinkedBlockingQueue<>();
    private @Nullable Resound server;
    private @Nullable Pusher client;

    @AfterEach
    void end() {
        if (client != null) {
            client.disconnect();
        }
        if (server != null) {
            server.close();
        }
    }

    private PusherProtocol serve(App app) throws Exception {
        Hub hub = new Hub();
        PusherProtocol pusher =
                PusherProtocol.builder(hub, AppSource.of(List.of(app)))
                        .listen(AppEvent.ConnectionPruned.class, observed::add)
                        .listen(AppEvent.SignedIn.class, observed::add)
                        .build();
        server = Resound.builder().hub(hub).port(0).loops(2).protocol(pusher).start();
        return pusher;
    }

    private int port() {
        return Objects.requireNonNull(server).port();
    }

    private Pusher connect(App app) throws Exception {
        PusherOptions options =
                new PusherOptions()
                        .setHost("127.0.0.1")
                        .setWsPort(port())
                        .setUseTLS(false)
                        .setUserAuthenticator(socketId ->
                                "{\"auth\":\""
                                        + app.authenticate(socketId, ANN)
                                        + "\",\"user_data\":\""
                                        + ANN.replace("\"", "\\\"")
                                        + "\"}")
                        .setChannelAuthorizer((channel, socketId) ->
                                "{\"auth\":\"" + app.authorize(socketId, channel, null) + "\"}");
        Pusher connecting = new Pusher(app.key(), options);
        client = connecting;
        connecting.connect(
                new ConnectionEventListener() {
                    @Override
                    public void onConnectionStateChange(ConnectionStateChange change) {
                        states.add(change.getCurrentState());
                    }

                    @Override
                    public void onError(
                            @Nullable String message,
                            @Nullable String code,
                            @Nullable Exception failure) {
                        heard.add("error " + code);
                    }
                },
                ConnectionState.ALL);
        becomes(ConnectionState.CONNECTED);
        return connecting;
    }

    private void becomes(ConnectionState state) throws InterruptedException {
        ConnectionState next;
        do {
            next = states.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(next).as("on the way to " + state).isNotNull();
        } while (next != state);
    }

    private void subscribe(Pusher client, String channel) throws InterruptedException {
        client.subscribePrivate(
                channel,
                new PrivateChannelEventListener() {
                    @Override
                    public void onSubscriptionSucceeded(String name) {
                        heard.add("subscribed " + name);
                    }

                    @Override
                    public void onAuthenticationFailure(String message, Exception failure) {
                        heard.add("refused");
                    }

                    @Override
                    public void onEvent(PusherEvent event) {
                        heard.add(event.getEventName() + " " + event.getData());
                    }
                },
                "news");
        hears("subscribed " + channel, "");
    }

    /**
     * Hears this next, apart from what may come before: a client that subscribes in the moment it
     * is connected subscribes twice, and is answered twice.
     */
    private void hears(String wanted, String before) throws InterruptedException {
        String next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (before.equals(next)) {
            next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        assertThat(next).isEqualTo(wanted);
    }

    /**
     * Sixty times faster than in life: a second stands for a minute. How much time has passed is
     * told by clients that are mute indeed: each of them lives through one ping interval and one
     * wait for an answer.
     */
    @ParameterizedTest
    @ValueSource(strings = {"reverb", "pusher", "soketi"})
    void anIdleClientLivesThroughFiveMinutesInWhichMuteOnesAreDropped(String dialect)
            throws Exception {
        Dialect spoken = Dialect.named(dialect);
        App app =
                App.builder("1", "key", "secret")
                        .dialect(spoken == null ? Dialect.REVERB : spoken)
                        .pingInterval(1)
                        .pongTimeout(1)
                        .build();
        PusherProtocol pusher = serve(app);
        Pusher idle = connect(app);
        subscribe(idle, "private-phone");
        for (int minutes = 0; minutes < 5; minutes += 2) {
            try (WireClient mute = WireClient.open(port(), "/app/key", "")) {
                assertThat(observed.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .isInstanceOf(AppEvent.ConnectionPruned.class);
                assertThat(mute.receiveText()).contains("connection_established");
            }
        }
        assertThat(idle.getConnection().getState()).isEqualTo(ConnectionState.CONNECTED);
        pusher.trigger(app, "private-phone", "news", "\"after five minutes\"");
        hears("news after five minutes", "subscribed private-phone");
        assertThat(observed).isEmpty();
    }

    @Test
    void aTerminatedUserStaysAway() throws Exception {
        App app = App.builder("1", "key", "secret").dialect(Dialect.PUSHER).build();
        PusherProtocol pusher = serve(app);
        Pusher user = connect(app);
        user.signin();
        AppEvent event;
        do {
            event = observed.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(event).isNotNull();
        } while (!(event instanceof AppEvent.SignedIn));
        assertThat(pusher.terminate(app, "ann")).isEqualTo(1);
        becomes(ConnectionState.DISCONNECTED);
        assertThat(pusher.terminate(app, "ann")).isZero();
    }
}
