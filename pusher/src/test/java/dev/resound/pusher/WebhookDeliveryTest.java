package dev.resound.pusher;

import static dev.resound.pusher.WebhookReceiver.SILENCE;
import static dev.resound.pusher.WebhookReceiver.status;
import static dev.resound.pusher.WebhookWorld.occupied;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.resound.core.calls.HttpCalls;
import dev.resound.core.http.Header;
import dev.resound.pusher.WebhookReceiver.Call;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls, and what happens when they fail. */
@Timeout(60)
class WebhookDeliveryTest {

    // ---- one call

    @Test // row 107
    void aCallIsSignedOverItsRawBody() throws IOException, GeneralSecurityException {
        try (var world = new WebhookWorld()) {
            world.occupy("ü");
            world.batchTimePasses();
            Call call = world.receiver.hears();
            assertThat(call.text())
                    .isEqualTo("{\"time_ms\":1767268801000,\"events\":[" + occupied("ü") + "]}");
            assertThat(call.header("Content-Type")).isEqualTo("application/json");
            assertThat(call.header("X-Pusher-Key")).isEqualTo("app-id-key");
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec("app-id-secret".getBytes(UTF_8), "HmacSHA256"));
            assertThat(call.header("X-Pusher-Signature"))
                    .isEqualTo(HexFormat.of().formatHex(mac.doFinal(call.body())));
            assertThat(call.header("X-Resound-Webhook-Id")).isNotEmpty();
            assertThat(call.names())
                    .as("no offer of HTTP/2 and nothing else we did not choose")
                    .containsExactlyInAnyOrder(
                            "Content-Length",
                            "Host",
                            "User-Agent",
                            "Content-Type",
                            "X-Pusher-Key",
                            "X-Pusher-Signature",
                            "X-Resound-Webhook-Id");
        }
    }

    @Test
    void theWebhooksOwnHeadersAreSentAndReplaceNoneOfOurs() throws IOException {
        try (var world = new WebhookWorld()) {
            App app =
                    WebhookWorld.app(
                            "own",
                            WebhookWorld.with(
                                    world.receiver.url("/hook?a=b"),
                                    new Header("Authorization", "Bearer x"),
                                    new Header("x-pusher-signature", "forged"),
                                    new Header("content-type", "text/plain"),
                                    new Header("Host", "elsewhere"),
                                    new Header("Content-Length", "1")));
            world.occupy(app, "c");
            world.batchTimePasses();
            Call call = world.receiver.hears();
            assertThat(call.requestLine()).isEqualTo("POST /hook?a=b HTTP/1.1");
            assertThat(call.header("Authorization")).isEqualTo("Bearer x");
            assertThat(call.header("Content-Type")).isEqualTo("application/json");
            assertThat(call.header("X-Pusher-Signature")).hasSize(64);
            assertThat(call.header("Host")).startsWith("127.0.0.1");
            assertThat(call.names()).doesNotHaveDuplicates();
            assertThat(call.events()).isEqualTo(occupied("c"));
        }
    }

    @Test
    void aHeaderCannotBringAnother() {
        URI url = URI.create("http://127.0.0.1/");
        for (Header header :
                new Header[] {
                    new Header("X-A", "b\r\nX-C: d"),
                    new Header("X-A", "b\nX-C: d"),
                    new Header("X-A: b\r\nX-C", "d"),
                    new Header("X A", "b"),
                    new Header("", "b"),
                    new Header("X-A", "b\u0000")
                }) {
            assertThatIllegalArgumentException().isThrownBy(() -> WebhookWorld.with(url, header));
        }
    }

    @Test
    void onlyHttpUrlsAreTaken() {
        for (String url : new String[] {"file:///etc/passwd", "ftp://a/b", "/a", "http:///a"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new Webhook(URI.create(url)));
        }
    }

    // ---- batches

    @Test
    void eventsOfOneSecondGoTogether() throws IOException {
        try (var world = new WebhookWorld()) {
            world.occupy("a");
            world.passes(999);
            world.occupy("b");
            world.receiver.heardAll();
            world.passes(1);
            assertThat(world.receiver.hears().events())
                    .isEqualTo(occupied("a") + "," + occupied("b"));
            world.awaitDelivered(2);
        }
    }

    @Test
    void aFullBatchDoesNotWait() throws IOException {
        try (var world = new WebhookWorld(WebhookWorld.small(100, 2, null))) {
            world.occupy("a");
            world.occupy("b");
            assertThat(world.receiver.hears().events())
                    .isEqualTo(occupied("a") + "," + occupied("b"));
            world.awaitDelivered(2);
            world.occupy("c");
            world.batchTimePasses();
            assertThat(world.receiver.hears().events()).isEqualTo(occupied("c"));
        }
    }

    @Test
    void withoutABatchTimeEachEventGoesAtOnce() throws IOException {
        WebhookOptions options = WebhookOptions.defaults().withBatchTime(Duration.ZERO);
        try (var world = new WebhookWorld(options)) {
            world.occupy("a");
            assertThat(world.receiver.hears().events()).isEqualTo(occupied("a"));
        }
    }

    @Test
    void manyEventsArriveInTheirOrderWhateverTheReceiverDoes() throws IOException {
        try (var world = new WebhookWorld(WebhookWorld.small(10_000, 7, null))) {
            List<String> received = new CopyOnWriteArrayList<>();
            int[] calls = new int[1];
            world.receiver.answers(call -> {
                if (calls[0]++ % 3 == 0) {
                    return status(503);
                }
                received.add(call.events());
                return WebhookReceiver.OK;
            });
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                world.occupy("c" + i);
                sent.add(occupied("c" + i));
            }
            await().until(() -> {
                world.passes(1_000);
                return world.statistics().delivered() == 300;
            });
            assertThat(String.join(",", received)).isEqualTo(String.join(",", sent));
            assertThat(world.statistics().dead()).isZero();
        }
    }

    @Test
    void nothingIsLostOrDoubledWhileManyTellAndTheReceiverFailsNowAndThen() throws Exception {
        WebhookOptions options =
                new WebhookOptions(
                        Duration.ofMillis(1),
                        10,
                        Duration.ofSeconds(10),
                        Duration.ofMillis(1),
                        Duration.ofMillis(4),
                        Duration.ofMinutes(5),
                        10_000,
                        16 << 20,
                        Duration.ZERO,
                        null);
        List<String> received = new CopyOnWriteArrayList<>();
        try (WebhookReceiver receiver = new WebhookReceiver();
                Webhooks webhooks = new Webhooks(options)) {
            AtomicInteger calls = new AtomicInteger();
            receiver.answers(call -> {
                if (calls.incrementAndGet() % 4 == 0) {
                    return status(503);
                }
                received.add(call.events());
                return WebhookReceiver.OK;
            });
            App app = WebhookWorld.app("busy", new Webhook(receiver.url()));
            List<Thread> tellers = new ArrayList<>();
            for (int teller = 0; teller < 4; teller++) {
                String name = "teller-" + teller + "-";
                tellers.add(
                        Thread.ofPlatform()
                                .start(() -> {
                                    for (int i = 0; i < 500; i++) {
                                        webhooks.on(new AppEvent.CacheMissed(app, name + i));
                                    }
                                }));
            }
            for (Thread teller : tellers) {
                teller.join();
            }
            assertThat(webhooks.flush(Duration.ofSeconds(30))).isTrue();
        }
        String all = String.join(",", received);
        for (int teller = 0; teller < 4; teller++) {
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                sent.add("teller-" + teller + "-" + i);
            }
            assertThat(
                            Pattern.compile("teller-" + teller + "-\\d+")
                                    .matcher(all)
                                    .results()
                                    .map(MatchResult::group))
                    .containsExactlyElementsOf(sent);
        }
    }

    // ---- failures

    @Test
    void aCallThatFailsIsMadeAgainLaterAndLaterAndIsThenDead() throws IOException {
        try (var world = new WebhookWorld()) {
            world.receiver.answers(status(500));
            world.occupy("c");
            world.batchTimePasses();
            Call first = world.receiver.hears();
            int retries = 0;
            for (int pause : new int[] {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
                world.awaitRetries(++retries);
                world.passes(pause * 1_000 - 1);
                world.receiver.heardAll();
                world.passes(1);
                Call again = world.receiver.hears();
                assertThat(again.body()).isEqualTo(first.body());
                assertThat(again.header("X-Resound-Webhook-Id"))
                        .isEqualTo(first.header("X-Resound-Webhook-Id"));
            }
            world.awaitDead(1);
            assertThat(world.statistics())
                    .isEqualTo(
                            new WebhookStatistics(
                                    "app-id", world.receiver.url().toString(), 0, 0, 9, 1));
            world.passes(600_000);
            world.receiver.heardAll();
        }
    }

    @Test
    void aReceiverThatRecoversGetsEverythingInOrder() throws IOException {
        try (var world = new WebhookWorld()) {
            world.receiver.answers(status(500));
            world.occupy("a");
            world.batchTimePasses();
            world.receiver.hears();
            world.awaitRetries(1);
            world.occupy("b");
            world.receiver.answers(WebhookReceiver.OK);
            world.batchTimePasses();
            assertThat(world.receiver.hears().events()).isEqualTo(occupied("a"));
            world.awaitDelivered(1);
            await().until(() -> {
                world.batchTimePasses();
                return world.statistics().delivered() == 2;
            });
            assertThat(world.receiver.hears().events()).isEqualTo(occupied("b"));
            assertThat(world.statistics().waiting()).isZero();
        }
    }

    @Test
    void lettersHaveDifferentIds() throws IOException {
        try (var world = new WebhookWorld(WebhookWorld.small(100, 1, null))) {
            world.occupy("a");
            world.occupy("b");
            assertThat(world.receiver.hears().header("X-Resound-Webhook-Id"))
                    .isNotEqualTo(world.receiver.hears().header("X-Resound-Webhook-Id"));
        }
    }

    @Test
    void anythingButSuccessIsAFailureAndRedirectsAreNotFollowed() throws IOException {
        try (var world = new WebhookWorld()) {
            int retries = 0;
            for (String answer :
                    new String[] {
                        "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
                        "HTTP/1.1 307 Temporary\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
                        status(404),
                        status(401),
                        status(429),
                        "nonsense\r\n\r\n"
                    }) {
                world.receiver.answers(answer);
                if (retries == 0) {
                    world.occupy("c");
                }
                world.passes(1_000L << retries);
                assertThat(world.receiver.hears().requestLine()).isEqualTo("POST /hook HTTP/1.1");
                world.awaitRetries(++retries);
            }
            world.receiver.answers(status(204));
            world.passes(60_000);
            world.awaitDelivered(1);
        }
    }

    @Test
    void whereNobodyListensItIsTriedAgain() throws IOException {
        try (var world = new WebhookWorld()) {
            world.receiver.close();
            world.occupy("c");
            world.batchTimePasses();
            world.awaitRetries(1);
        }
    }

    @Test
    void aReceiverThatIsSilentFailsAfterTheTimeoutAndDelaysNobodyElse() throws IOException {
        WebhookOptions options = WebhookOptions.defaults().withTimeout(Duration.ofSeconds(2));
        try (var world = new WebhookWorld(options);
                WebhookReceiver silent = new WebhookReceiver()) {
            silent.answers(SILENCE);
            App other = WebhookWorld.app("other", new Webhook(silent.url()));
            world.occupy(other, "a");
            world.occupy("b");
            world.batchTimePasses();
            silent.hears();
            world.awaitDelivered(1);
            await().until(() -> world.statistics(other).retried() == 1);
            silent.answers(WebhookReceiver.OK);
            world.passes(1_000);
            assertThat(silent.hears().events()).isEqualTo(occupied("a"));
        }
    }

    @Test
    void theStatusCountsHoweverTheBodyGoesOn() throws IOException {
        WebhookOptions options = WebhookOptions.defaults().withTimeout(Duration.ofSeconds(2));
        try (var world = new WebhookWorld(options)) {
            world.receiver.answers("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
            world.occupy("a");
            world.batchTimePasses();
            world.awaitDelivered(1);
            String giant = "x".repeat(2 * HttpCalls.MAX_ANSWER_BYTES);
            world.receiver.answers("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + giant);
            world.occupy("b");
            world.batchTimePasses();
            world.awaitDelivered(2);
            world.receiver.answers(WebhookReceiver.OK);
            world.occupy("c");
            world.batchTimePasses();
            world.awaitDelivered(3);
        }
    }

    @Test
    void aBusyCommonPoolDelaysNoCall() throws IOException {
        CountDownLatch enough = new CountDownLatch(1);
        for (int i = 0; i < ForkJoinPool.getCommonPoolParallelism(); i++) {
            ForkJoinPool.commonPool()
                    .execute(() -> {
                        try {
                            enough.await();
                        } catch (InterruptedException stopped) {
                            Thread.currentThread().interrupt();
                        }
                    });
        }
        WebhookOptions options = WebhookOptions.defaults().withTimeout(Duration.ofMinutes(1));
        try (var world = new WebhookWorld(options)) {
            world.occupy("a");
            world.batchTimePasses();
            world.awaitDelivered(1);
            world.receiver.answers(status(500));
            world.occupy("b");
            world.batchTimePasses();
            world.awaitRetries(1);
        } finally {
            enough.countDown();
        }
    }

    // ---- bounds

    @Test
    void whatFindsNoRoomIsDeadAndTheRestArrives() throws IOException {
        try (var world = new WebhookWorld(WebhookWorld.small(3, 100, null))) {
            for (int i = 0; i < 5; i++) {
                world.occupy("c" + i);
            }
            assertThat(world.statistics().waiting()).isEqualTo(3);
            assertThat(world.statistics().dead()).isEqualTo(2);
            world.batchTimePasses();
            assertThat(world.receiver.hears().events())
                    .isEqualTo(occupied("c0") + "," + occupied("c1") + "," + occupied("c2"));
            world.awaitDelivered(3);
        }
    }

    @Test
    void manyTargetsThatAreIdleAreForgottenAndComeBackWhenTheyAreNeeded() throws IOException {
        WebhookOptions options = WebhookOptions.defaults().withBatchTime(Duration.ZERO);
        try (var world = new WebhookWorld(options)) {
            world.occupy("a");
            world.awaitDelivered(1);
            world.receiver.hears();
            for (int i = 0; i < Webhooks.KEPT_TARGETS - 1; i++) {
                URI refused = world.receiver.url("/" + i);
                world.occupy(WebhookWorld.app("changing", WebhookWorld.publicOnly(refused)), "c");
            }
            await().until(() ->
                    world.webhooks.statistics().stream().allMatch(each -> each.waiting() == 0));
            world.occupy(WebhookWorld.app("another", new Webhook(world.receiver.url())), "x");
            assertThat(world.webhooks.statistics())
                    .extracting(WebhookStatistics::app)
                    .containsExactly("another");
            world.occupy("b");
            world.awaitDelivered(1);
        }
    }

    // ---- private networks

    @Test
    void aTargetInAPrivateNetworkIsNotCalledUnlessTheOperatorSaysSo() throws IOException {
        try (var world = new WebhookWorld()) {
            App app = WebhookWorld.app("guest", WebhookWorld.publicOnly(world.receiver.url()));
            world.occupy(app, "c");
            world.batchTimePasses();
            await().until(() -> world.statistics(app).dead() == 1);
            assertThat(world.statistics(app).retried()).isZero();
            world.receiver.heardAll();
        }
    }

    @Test
    void aNameIsLookedAtAgainBeforeEachCall() throws IOException {
        List<String> answers = new CopyOnWriteArrayList<>(List.of("1.1.1.1"));
        WebhookClient client =
                new WebhookClient(
                        new HttpCalls(
                                "webhook-test",
                                Duration.ofMillis(200),
                                host -> {
                                    assertThat(host).isEqualTo("no.such.host.invalid");
                                    return answers.stream()
                                            .map(WebhookDeliveryTest::address)
                                            .toArray(InetAddress[]::new);
                                }));
        try (var world = new WebhookWorld(WebhookOptions.defaults(), client)) {
            URI url = URI.create("http://no.such.host.invalid/");
            App app = WebhookWorld.app("guest", WebhookWorld.publicOnly(url));
            world.occupy(app, "c");
            world.batchTimePasses();
            await().until(() -> world.statistics(app).retried() == 1);
            answers.add("192.168.0.1");
            world.passes(1_000);
            await().until(() -> world.statistics(app).dead() == 1);
        }
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    // ---- the end

    @Test
    void flushSendsWhatWaitsAtOnceAndSaysWhetherItArrived() throws IOException {
        try (var world = new WebhookWorld()) {
            world.occupy("a");
            assertThat(world.webhooks.flush(Duration.ofSeconds(10))).isTrue();
            assertThat(world.receiver.hears().events()).isEqualTo(occupied("a"));
            world.receiver.answers(status(500));
            world.occupy("b");
            assertThat(world.webhooks.flush(Duration.ofMillis(200))).isFalse();
            world.receiver.hears();
            world.receiver.answers(WebhookReceiver.OK);
            assertThat(world.webhooks.flush(Duration.ofSeconds(10))).isTrue();
            assertThat(world.receiver.hears().events()).isEqualTo(occupied("b"));
        }
    }

    @Test
    void whatCannotBeDeliveredAtTheEndIsDead() throws IOException {
        try (var world = new WebhookWorld()) {
            world.receiver.answers(SILENCE);
            world.occupy("a");
            world.webhooks.flush(Duration.ZERO);
            world.receiver.hears();
            world.occupy("b");
            world.webhooks.close(Duration.ofMillis(100));
            assertThat(world.statistics().dead()).isEqualTo(2);
            assertThat(world.statistics().waiting()).isZero();
            world.occupy("c");
            assertThat(world.statistics().dead()).isEqualTo(2);
        }
    }

    @Test
    void anAppsNewSecretSignsWhatIsTriedAgain() throws IOException {
        try (var world = new WebhookWorld()) {
            world.receiver.answers(status(500));
            world.occupy("a");
            world.batchTimePasses();
            Call first = world.receiver.hears();
            world.awaitRetries(1);
            App renewed =
                    App.builder("app-id", "app-id-key", "another")
                            .webhooks(world.app.webhooks())
                            .build();
            world.occupy(renewed, "b");
            world.passes(1_000);
            Call second = world.receiver.hears();
            assertThat(second.body()).isEqualTo(first.body());
            assertThat(second.header("X-Pusher-Signature"))
                    .isEqualTo(new Signer("another").sign(first.body()));
        }
    }

    @Test
    void statisticsShowNoQueryAndNoUser() {
        URI url = URI.create("https://user:secret@example.com:444/a%20b?token=1");
        assertThat(new Webhook(url).shownUrl()).isEqualTo("https://example.com:444/a%20b");
        assertThat(new Webhook(url).toString()).doesNotContain("secret", "token");
    }
}
