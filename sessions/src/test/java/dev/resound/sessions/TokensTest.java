package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.resound.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokensTest {
    private static final String SECRET = "test-secret-test-secret-test-secret";

    private final ManualClock clock = new ManualClock();
    private final Tokens tokens = Tokens.hs256(SECRET.getBytes(StandardCharsets.UTF_8), clock);

    private static String signed(JWSAlgorithm algorithm, String secret, JWTClaimsSet claims)
            throws Exception {
        SignedJWT token = new SignedJWT(new JWSHeader(algorithm), claims);
        token.sign(new MACSigner(secret.repeat(2).substring(0, 64)));
        return token.serialize();
    }

    private static String signed(String secret, JWTClaimsSet claims) throws Exception {
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        token.sign(new MACSigner(secret));
        return token.serialize();
    }

    private static JWTClaimsSet ann() {
        return new JWTClaimsSet.Builder().claim("email", "ann@example.com").build();
    }

    private JWTClaimsSet between(long from, long until) {
        long now = clock.instant().getEpochSecond();
        return new JWTClaimsSet.Builder(ann())
                .claim("nbf", now + from)
                .claim("exp", now + until)
                .build();
    }

    private String whyNot(String token) {
        assertThat(tokens.verify(token)).isInstanceOf(Tokens.Verdict.Invalid.class);
        return ((Tokens.Verdict.Invalid) tokens.verify(token)).why();
    }

    @Test
    void claimsOfARightTokenComeOut() throws Exception {
        assertThat(tokens.verify(signed(SECRET, ann())))
                .isEqualTo(new Tokens.Verdict.Valid(Map.of("email", "ann@example.com"), null))
                .asString()
                .doesNotContain("ann@");
    }

    @Test
    void anotherSecretsSignatureIsWrong() throws Exception {
        String other = signed("another-secret-another-secret-another", ann());
        assertThat(whyNot(other)).isEqualTo("invalid signature");
        String right = signed(SECRET, ann());
        String changed = right.substring(0, right.length() - 4) + "AAAA";
        assertThat(whyNot(changed)).isEqualTo("invalid signature");
    }

    @Test
    void whatATokenSaysOfItsAlgorithmIsNotBelieved() throws Exception {
        assertThat(whyNot(new PlainJWT(ann()).serialize())).isEqualTo("jwt signature is required");
        assertThat(whyNot(signed(JWSAlgorithm.HS512, SECRET, ann())))
                .isEqualTo("invalid algorithm");
    }

    @ParameterizedTest
    @CsvSource({"-10, 1, ''", "-10, 0, jwt expired", "0, 10, ''", "1, 10, jwt not active"})
    void timesHoldToTheSecond(long from, long until, String why) throws Exception {
        String token = signed(SECRET, between(from, until));
        if (why.isEmpty()) {
            assertThat(tokens.verify(token)).isInstanceOf(Tokens.Verdict.Valid.class);
        } else {
            assertThat(whyNot(token)).isEqualTo(why);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', jwt malformed",
        "junk, jwt malformed",
        "a.b, jwt malformed",
        "a.b.c.d, jwt malformed",
        "a.b.c, invalid token",
        "..., jwt malformed",
        "e30.e30.e30, invalid token"
    })
    void whatIsNoTokenIsSaidToBeNone(String text, String why) {
        assertThat(whyNot(text)).isEqualTo(why);
    }

    @Test
    void aShortSecretIsRefused() {
        assertThatThrownBy(() -> Tokens.hs256(new byte[31], clock))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private String signedWith(String claims) throws Exception {
        return TokenSigner.hs256(SECRET.getBytes(StandardCharsets.UTF_8)).sign(claims);
    }

    @Test
    void theExpiryComesOut() throws Exception {
        Instant soon = clock.instant().plusSeconds(10);
        String token = signedWith("{\"exp\":%d.5}".formatted(soon.getEpochSecond()));
        assertThat(tokens.verify(token))
                .isInstanceOfSatisfying(
                        Tokens.Verdict.Valid.class,
                        valid -> assertThat(valid.expires()).isEqualTo(soon.plusMillis(500)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1e15",
                "1767268800000", // milliseconds
                "9223372036854775807",
                "99999999999999999999999999",
                "1e308",
                "1e999"
            })
    void anExpiryThatNobodyLivesToSeeIsNone(String exp) throws Exception {
        assertThat(tokens.verify(signedWith("{\"exp\":" + exp + "}")))
                .isInstanceOfSatisfying(
                        Tokens.Verdict.Valid.class, valid -> assertThat(valid.expires()).isNull());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"exp\":-1}                   | jwt expired",
                "{\"exp\":0}                    | jwt expired",
                "{\"exp\":-9223372036854775808} | jwt expired",
                "{\"exp\":-1e308}               | jwt expired",
                "{\"exp\":0,\"exp\":4000000000}   | invalid token",
                "{\"nbf\":1e999}                | jwt not active",
                "[[\"exp\",4000000000]]          | invalid token",
                "{}{}                           | invalid token",
                "{\"exp\":NaN}                  | invalid token",
                "{\"exp\":\"4000000000\"}       | invalid exp value",
                "{\"exp\":null}                 | invalid exp value",
                "{\"exp\":true}                 | invalid exp value",
                "{\"exp\":[4000000000]}         | invalid exp value",
                "{\"nbf\":\"0\"}                | invalid nbf value",
                "{\"nbf\":{}}                   | invalid nbf value",
                "{\"nbf\":9223372036854775807}  | jwt not active",
                "{\"nbf\":1e308}                | jwt not active",
                "{\"exp\":0,\"nbf\":1e308}      | jwt not active",
                "[]                             | invalid token",
                "null                           | invalid token",
                "7                              | invalid token",
                "{                              | invalid token",
                "''                             | invalid token"
            })
    void aSignatureDoesNotMakeClaimsRight(String claims, String why) throws Exception {
        assertThat(whyNot(signedWith(claims))).isEqualTo(why);
    }

    @Test
    void timesOfLongAgoAreNoHindrance() throws Exception {
        assertThat(tokens.verify(signedWith("{\"nbf\":-1e308}")))
                .isInstanceOf(Tokens.Verdict.Valid.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"iss\":\"us\",\"aud\":\"them\"}          | ''",
                "{\"iss\":\"us\",\"aud\":[\"a\",\"them\"]}  | ''",
                "{\"iss\":\"Us\",\"aud\":\"them\"}          | jwt issuer invalid",
                "{\"iss\":[\"us\"],\"aud\":\"them\"}        | jwt issuer invalid",
                "{\"aud\":\"them\"}                         | jwt issuer invalid",
                "{\"iss\":\"us\"}                           | jwt audience invalid",
                "{\"iss\":\"us\",\"aud\":[]}                | jwt audience invalid",
                "{\"iss\":\"us\",\"aud\":{\"them\":\"them\"}} | jwt audience invalid",
                "{\"iss\":\"us\",\"aud\":\"them too\"}      | jwt audience invalid",
                "{\"iss\":\"us\",\"aud\":null}              | jwt audience invalid"
            })
    void issuerAndAudienceAreComparedWhenSet(String claims, String why) throws Exception {
        Tokens strict = tokens.withIssuer("us").withAudience("them");
        Tokens.Verdict verdict = strict.verify(signedWith(claims));
        if (why.isEmpty()) {
            assertThat(verdict).isInstanceOf(Tokens.Verdict.Valid.class);
        } else {
            assertThat(verdict).isEqualTo(new Tokens.Verdict.Invalid(why));
        }
        assertThat(tokens.verify(signedWith(claims))).isInstanceOf(Tokens.Verdict.Valid.class);
    }

    @Test
    void nobodyExpectsABlankIssuerOrAudience() {
        assertThatThrownBy(() -> tokens.withIssuer(" "))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tokens.withAudience(""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}  | invalid token",
                "{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":true} | invalid token",
                "{\"alg\":\"HS256\",\"crit\":[]}               | invalid token",
                "{\"alg\":\"HS256\",\"crit\":null}             | invalid token",
                "{\"alg\":\"hs256\"}                           | invalid algorithm",
                "{\"alg\":\"none\"}                            | invalid algorithm",
                "{\"alg\":[\"HS256\"]}                         | invalid token",
                "{\"alg\":null}                                | invalid token",
                "[\"HS256\"]                                   | invalid token"
            })
    void aSignatureDoesNotMakeAHeaderRight(String header, String why) throws Exception {
        TokenSigner signer = TokenSigner.hs256(SECRET.getBytes(StandardCharsets.UTF_8));
        assertThat(whyNot(signer.sign(header, "{}"))).isEqualTo(why);
    }

    @Test
    void keysThatATokenBringsAlongAreNotLookedAt() throws Exception {
        TokenSigner signer = TokenSigner.hs256(SECRET.getBytes(StandardCharsets.UTF_8));
        String header = "{\"alg\":\"HS256\",\"jwk\":7,\"jku\":\"http://127.0.0.1:1\",\"x5c\":{}}";
        assertThat(tokens.verify(signer.sign(header, "{}")))
                .isInstanceOf(Tokens.Verdict.Valid.class);
        TokenSigner other = TokenSigner.hs256("x".repeat(32).getBytes(StandardCharsets.UTF_8));
        String key = "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"eHh4eHh4eHh4eHh4\"}}";
        assertThat(whyNot(other.sign(key, "{}"))).isEqualTo("invalid signature");
    }

    @Test
    void aTokenWithoutItsSignatureIsNone() throws Exception {
        String token = signedWith("{}");
        assertThat(whyNot(token.substring(0, token.lastIndexOf('.') + 1)))
                .isEqualTo("jwt signature is required");
    }

    @Test
    void aTokenHasALength() throws Exception {
        String longest = signedWith("{\"a\":\"" + "a".repeat(12_231) + "\"}");
        assertThat(longest).hasSize(Tokens.MAX_CHARS);
        assertThat(tokens.verify(longest)).isInstanceOf(Tokens.Verdict.Valid.class);
        assertThat(whyNot(longest + "a")).isEqualTo("jwt malformed");
    }
}
