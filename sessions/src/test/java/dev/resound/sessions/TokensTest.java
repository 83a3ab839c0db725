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
                .isEqualTo(new Tokens.Verdict.Valid(Map.of("email", "ann@example.com")))
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
}
