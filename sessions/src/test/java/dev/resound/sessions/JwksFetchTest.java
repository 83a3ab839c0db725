package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import dev.resound.testkit.ManualClock;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class JwksFetchTest {
    private static final Duration OFTEN = Duration.ofMillis(20);
    private static final Duration SELDOM = Duration.ofHours(1);
    private static final KeyPair FIRST = TokenSigner.ec(Curve.P_256);
    private static final KeyPair SECOND = TokenSigner.ec(Curve.P_256);

    private static final Tokens.Verdict NOT_YET = new Tokens.Verdict.Unavailable();
    private static final Tokens.Verdict WRONG = new Tokens.Verdict.Invalid("invalid signature");

    private final ManualClock clock = new ManualClock();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // may overflow, as it may
    private JwksIssuer issuer;
    private @Nullable JwksSource started;

    @BeforeEach
    void issue() throws IOException {
        issuer = new JwksIssuer();
    }

    @AfterEach
    void end() {
        if (started != null) {
            started.close();
        }
        issuer.close();
    }

    private Tokens tokens(Duration refresh) {
        return tokens(refresh, Duration.ofSeconds(5));
    }

    private Tokens tokens(Duration refresh, Duration timeout) {
        JwksOptions options =
                JwksOptions.of(issuer.url(), TokenAlgorithm.ES256)
                        .withRefresh(refresh)
                        .withTimeout(timeout);
        JwksSource source = JwksSource.start(options, nanos::get);
        started = source;
        return Tokens.with(source, TokenAlgorithm.ES256, clock);
    }

    private JwksSource source() {
        return Objects.requireNonNull(started);
    }

    private static ECKey published(String kid, KeyPair keys) {
        return new ECKey.Builder(Curve.P_256, (ECPublicKey) keys.getPublic()).keyID(kid).build();
    }

    private static String token(String kid, KeyPair keys) throws Exception {
        return TokenSigner.es256(keys).signAs(kid, "{\"email\":\"ann@example.com\"}");
    }

    private static void awaitValid(Tokens tokens, String token) {
        await().until(() -> tokens.verify(token) instanceof Tokens.Verdict.Valid);
    }

    private void awaitAskedAgain(int times) {
        int before = issuer.asked();
        await().until(() -> issuer.asked() >= before + times);
    }

    @Test
    void keysAreLookedUpByTheirId() throws Exception {
        issuer.publishes(published("1", FIRST), published("2", SECOND));
        Tokens tokens = tokens(SELDOM);
        awaitValid(tokens, token("1", FIRST));
        assertThat(tokens.verify(token("2", SECOND))).isInstanceOf(Tokens.Verdict.Valid.class);
        assertThat(tokens.verify(token("1", SECOND))).isEqualTo(WRONG);
        assertThat(issuer.asked()).isOne();
    }

    @Test
    void rsaKeysArePublishedToo() throws Exception {
        KeyPair keys = TokenSigner.rsa(2_048);
        issuer.publishes(new RSAKey.Builder((RSAPublicKey) keys.getPublic()).keyID("r").build());
        JwksOptions options = JwksOptions.of(issuer.url(), TokenAlgorithm.RS256);
        try (Tokens tokens = Tokens.jwks(options, clock)) {
            awaitValid(tokens, TokenSigner.rs256(keys).signAs("r", "{}"));
            assertThat(tokens.verify(token("r", FIRST)))
                    .isEqualTo(new Tokens.Verdict.Invalid("invalid algorithm"));
        }
    }

    @Test
    void untilThereAreKeysNobodyCanSay() throws Exception {
        issuer.hangs();
        Tokens tokens = tokens(SELDOM);
        await().until(() -> issuer.asked() == 1);
        assertThat(tokens.verify(token("1", FIRST))).isEqualTo(NOT_YET);
        assertThat(tokens.verify("a.b.c")).isEqualTo(new Tokens.Verdict.Invalid("invalid token"));
        assertThat(issuer.asked()).isOne();
    }

    @Test
    void newKeysTakeThePlaceOfTheOld() throws Exception {
        issuer.publishes(published("1", FIRST));
        Tokens tokens = tokens(OFTEN);
        awaitValid(tokens, token("1", FIRST));
        issuer.publishes(published("1", SECOND));
        awaitValid(tokens, token("1", SECOND));
        assertThat(tokens.verify(token("1", FIRST))).isEqualTo(WRONG);
        issuer.answers(200, "{\"keys\":[]}");
        await().until(() -> tokens.verify(token("1", SECOND)).equals(WRONG));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "[]",
                "null",
                "{}",
                "{\"keys\":null}",
                "{\"keys\":{}}",
                "{\"keys\":[1]}",
                "{\"keys\":[null]}",
                "{\"keys\":[[]]}"
            })
    void afterGarbageTheOldKeysGoOn(String garbage) throws Exception {
        issuer.publishes(published("1", FIRST));
        Tokens tokens = tokens(OFTEN);
        awaitValid(tokens, token("1", FIRST));
        issuer.answers(200, garbage);
        awaitAskedAgain(3);
        awaitValid(tokens, token("1", FIRST));
    }

    @Test
    void aFailureIsTriedAgain() throws Exception {
        issuer.answers(500, "{\"keys\":[]}");
        Tokens tokens = tokens(OFTEN);
        awaitAskedAgain(2);
        assertThat(tokens.verify(token("1", FIRST))).isEqualTo(NOT_YET);
        issuer.publishes(published("1", FIRST));
        awaitValid(tokens, token("1", FIRST));
        issuer.answers(500, "");
        awaitAskedAgain(3);
        awaitValid(tokens, token("1", FIRST));
    }

    @Test
    void anIssuerThatHangsIsGivenUp() throws Exception {
        issuer.hangs();
        Tokens tokens = tokens(OFTEN, Duration.ofMillis(200));
        awaitAskedAgain(2);
        issuer.hangsHalfWay();
        awaitAskedAgain(2);
        assertThat(tokens.verify(token("1", FIRST))).isEqualTo(NOT_YET);
        issuer.publishes(published("1", FIRST));
        awaitValid(tokens, token("1", FIRST));
    }

    @Test
    void withoutAnIssuerNobodyCanSay() throws Exception {
        issuer.close();
        Tokens tokens = tokens(OFTEN);
        await().until(() -> source().failures() >= 2);
        assertThat(tokens.verify(token("1", FIRST))).isEqualTo(NOT_YET);
    }

    @Test
    void anEndlessAnswerIsCutOff() throws Exception {
        AtomicInteger cutOff = new AtomicInteger();
        issuer.answers(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                for (int kibibytes = 0; kibibytes < 64 << 10; kibibytes++) {
                    body.write(new byte[1 << 10]);
                }
            } catch (IOException closed) {
                cutOff.incrementAndGet();
                throw closed;
            }
        });
        Tokens tokens = tokens(OFTEN);
        await().until(() -> cutOff.get() >= 2);
        assertThat(tokens.verify(token("1", FIRST))).isEqualTo(NOT_YET);
    }

    @ParameterizedTest
    @CsvSource({"65536, true", "65537, false"})
    void theLongestAnswerHasABound(int length, boolean read) throws Exception {
        String set = new JWKSet(published("1", FIRST)).toString();
        issuer.answers(200, set + " ".repeat(length - set.length()));
        Tokens tokens = tokens(OFTEN);
        if (read) {
            awaitValid(tokens, token("1", FIRST));
        } else {
            awaitAskedAgain(3);
            assertThat(tokens.verify(token("1", FIRST))).isEqualTo(NOT_YET);
        }
    }

    @Test
    void redirectsAreNotFollowed() throws Exception {
        try (JwksIssuer other = new JwksIssuer()) {
            other.publishes(published("1", FIRST));
            issuer.answers(exchange -> {
                exchange.getResponseHeaders().add("Location", other.url().toString());
                exchange.sendResponseHeaders(302, -1);
                exchange.close();
            });
            Tokens tokens = tokens(OFTEN);
            awaitAskedAgain(3);
            assertThat(tokens.verify(token("1", FIRST))).isEqualTo(NOT_YET);
            assertThat(other.asked()).isZero();
        }
    }

    @Test
    void aFloodOfUnknownIdsHasTheKeysFetchedOnceAMinute() throws Exception {
        issuer.publishes(published("1", FIRST));
        Tokens tokens = tokens(SELDOM);
        awaitValid(tokens, token("1", FIRST));
        floodWithUnknownIds(tokens);
        await().until(() -> issuer.asked() == 2);

        nanos.addAndGet(JwksSource.OUT_OF_TURN.toNanos() - 1);
        issuer.publishes(published("1", FIRST), published("2", SECOND));
        floodWithUnknownIds(tokens);
        assertThat(tokens.verify(token("2", SECOND))).isEqualTo(WRONG);

        nanos.incrementAndGet();
        assertThat(tokens.verify(token("2", SECOND))).isEqualTo(WRONG);
        awaitValid(tokens, token("2", SECOND));
        floodWithUnknownIds(tokens);
        assertThat(issuer.asked()).isEqualTo(3);
        assertThat(source().outOfTurn()).isZero();
    }

    private static void floodWithUnknownIds(Tokens tokens) throws Exception {
        String unknown = token("nobody's", SECOND);
        Set<Tokens.Verdict> verdicts = ConcurrentHashMap.newKeySet();
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int n = 0; n < 500; n++) {
                                    verdicts.add(tokens.verify(unknown));
                                }
                            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(verdicts).containsExactly(WRONG);
    }

    @Test
    void aTokenThatNamesNoKeyHasNothingFetched() throws Exception {
        issuer.publishes(published("1", FIRST));
        Tokens tokens = tokens(SELDOM);
        awaitValid(tokens, token("1", FIRST));
        TokenSigner signer = TokenSigner.es256(FIRST);
        assertThat(tokens.verify(signer.sign("{}"))).isEqualTo(WRONG);
        assertThat(tokens.verify(signer.sign("{\"alg\":\"ES256\",\"kid\":7}", "{}")))
                .isEqualTo(WRONG);
        assertThat(source().outOfTurn()).isZero();
        assertThat(issuer.asked()).isOne();
    }

    @Test
    void whileTheIssuerHangsVerifyingGoesOn() throws Exception {
        issuer.publishes(published("1", FIRST));
        Tokens tokens = tokens(SELDOM, Duration.ofMinutes(1));
        awaitValid(tokens, token("1", FIRST));
        issuer.hangs();
        assertThat(tokens.verify(token("2", SECOND))).isEqualTo(WRONG);
        await().until(() -> issuer.asked() == 2);
        assertThat(tokens.verify(token("1", FIRST))).isInstanceOf(Tokens.Verdict.Valid.class);
        assertThat(tokens.verify(token("2", SECOND))).isEqualTo(WRONG);
    }

    @Test
    void closingEndsTheThreadAndKeepsTheKeys() throws Exception {
        issuer.publishes(published("1", FIRST));
        Tokens tokens = tokens(SELDOM).withIssuer("us");
        awaitValid(tokens, TokenSigner.es256(FIRST).signAs("1", "{\"iss\":\"us\"}"));
        tokens.close();
        tokens.close();
        await().until(() -> !source().fetcher().isAlive());
        assertThat(tokens.verify(TokenSigner.es256(FIRST).signAs("1", "{\"iss\":\"us\"}")))
                .isInstanceOf(Tokens.Verdict.Valid.class);
    }

    @Test
    void closingBreaksAFetchOff() throws Exception {
        issuer.hangs();
        tokens(OFTEN, Duration.ofMinutes(1));
        await().until(() -> issuer.asked() == 1);
        source().close();
        await().until(() -> !source().fetcher().isAlive());
        assertThat(source().fetcher().getName()).isEqualTo("resound-jwks");
        assertThat(source().fetcher().isVirtual()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 300, 300",
        "1, 300, 1",
        "2, 300, 2",
        "6, 300, 32",
        "7, 300, 60",
        "1000, 300, 60",
        "3, 2, 2",
        "1000, 86400, 60"
    })
    void retriesBecomeSlowerUpToAMinute(int failures, long refresh, long seconds) {
        assertThat(JwksSource.pause(failures, Duration.ofSeconds(refresh))).hasSeconds(seconds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keys",
                "file:///keys",
                "ftp://example.com/keys",
                "http:/keys",
                "https://ann:secret@example.com/keys",
                "https://example.com/keys#1"
            })
    void otherUrlsAreRefused(String url) {
        assertThatThrownBy(() -> JwksOptions.of(URI.create(url), TokenAlgorithm.RS256))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the URL of keys")
                .hasMessageNotContaining("secret");
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() {
        URI url = URI.create("HTTPS://example.com:444/keys?key=secret");
        JwksOptions options = JwksOptions.of(url, TokenAlgorithm.RS256);
        assertThat(options).hasToString("HTTPS://example.com:444/keys for RS256");
        assertThatThrownBy(() -> JwksOptions.of(url, TokenAlgorithm.HS256))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withRefresh(Duration.ZERO))
                .hasMessageContaining("refresh");
        assertThatThrownBy(() -> options.withRefresh(Duration.ofDays(1).plusNanos(1)))
                .hasMessageContaining("refresh");
        assertThatThrownBy(() -> options.withTimeout(Duration.ofSeconds(-1)))
                .hasMessageContaining("timeout");
    }
}
