package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.util.Base64URL;
import dev.resound.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** No text makes verifying throw, and no changed token is right. The seeds are fixed. */
class TokenMutationTest {
    private static final byte[] SECRET =
            "test-secret-test-secret-test-secret".getBytes(StandardCharsets.UTF_8);

    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static final List<String> SPLINTERS =
            List.of(
                    "{",
                    "}",
                    "[",
                    "]",
                    "\"",
                    ":",
                    ",",
                    "\\",
                    "\\u",
                    "null",
                    "true",
                    "NaN",
                    "-",
                    "1e999",
                    "-1e999",
                    "9223372036854775808",
                    "0.1",
                    "\"alg\"",
                    "\"HS256\"",
                    "\"none\"",
                    "\"exp\"",
                    "\"nbf\"",
                    "\"crit\"",
                    "\"kid\"",
                    "\"aud\"",
                    "\"iss\"",
                    "\0",
                    "\uD800",
                    "\uFEFF",
                    "é",
                    " ",
                    "//",
                    "/*",
                    "'");

    private final ManualClock clock = new ManualClock();
    private final Tokens shared = Tokens.hs256(SECRET, clock).withIssuer("us").withAudience("them");

    @Test
    void noChangedTokenIsRight() throws Exception {
        KeyPair rsa = TokenSigner.rsa(2_048);
        KeyPair ec = TokenSigner.ec(Curve.P_256);
        String claims = "{\"sub\":\"ann\",\"exp\":4000000000}";
        noChangedTokenIsRight(
                Tokens.hs256(SECRET, clock), TokenSigner.hs256(SECRET).sign(claims), 20_000);
        noChangedTokenIsRight(
                Tokens.rs256((RSAPublicKey) rsa.getPublic(), clock),
                TokenSigner.rs256(rsa).sign(claims),
                5_000);
        noChangedTokenIsRight(
                Tokens.es256((ECPublicKey) ec.getPublic(), clock),
                TokenSigner.es256(ec).sign(claims),
                2_000);
    }

    private static void noChangedTokenIsRight(Tokens tokens, String token, int times) {
        assertThat(tokens.verify(token)).isInstanceOf(Tokens.Verdict.Valid.class);
        Random random = new Random(7519);
        for (int i = 0; i < times; i++) {
            String changed = changed(token, random);
            if (!changed.equals(token)) {
                assertThat(tokens.verify(changed))
                        .as(changed)
                        .isInstanceOf(Tokens.Verdict.Invalid.class);
            }
        }
    }

    private static String changed(String token, Random random) {
        StringBuilder changed = new StringBuilder(token);
        for (int n = random.nextInt(3); n >= 0; n--) {
            int at = random.nextInt(changed.length());
            switch (random.nextInt(6)) {
                case 0 -> changed.setCharAt(at, any(random));
                case 1 -> changed.insert(at, any(random));
                case 2 -> changed.deleteCharAt(at);
                case 3 -> changed.setLength(Math.max(9, at));
                case 4 -> changed.append("=.-\n".charAt(random.nextInt(4)));
                default -> changed.setCharAt(at, (char) random.nextInt(0x10000));
            }
        }
        return changed.toString();
    }

    private static char any(Random random) {
        return ALPHABET.charAt(random.nextInt(ALPHABET.length()));
    }

    @Test
    void everyLastCharacterButOneIsWrong() throws Exception {
        String token = TokenSigner.hs256(SECRET).sign("{}");
        Tokens tokens = Tokens.hs256(SECRET, clock);
        long right =
                ALPHABET.chars()
                        .mapToObj(c -> token.substring(0, token.length() - 1) + (char) c)
                        .filter(changed -> tokens.verify(changed) instanceof Tokens.Verdict.Valid)
                        .count();
        assertThat(right).isOne();
    }

    @Test
    void headersAndClaimsMayBeAnyTextAtAll() throws Exception {
        TokenSigner signer = TokenSigner.hs256(SECRET);
        Random random = new Random(7515);
        for (int i = 0; i < 10_000; i++) {
            assertThat(shared.verify(signer.sign(splinters(random)))).isNotNull();
            assertThat(shared.verify(signer.sign(splinters(random), splinters(random))))
                    .isNotNull();
        }
    }

    private static String splinters(Random random) {
        StringBuilder text = new StringBuilder(random.nextBoolean() ? "{" : "");
        for (int n = random.nextInt(12); n > 0; n--) {
            text.append(SPLINTERS.get(random.nextInt(SPLINTERS.size())));
        }
        return text.append(random.nextBoolean() ? "}" : "").toString();
    }

    @Test
    void anyTextMayBeAToken() {
        Random random = new Random(7518);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(40); n > 0; n--) {
                text.append(random.nextInt(8) == 0 ? '.' : (char) random.nextInt(0x10000));
            }
            assertThat(shared.verify(text.toString())).isInstanceOf(Tokens.Verdict.Invalid.class);
        }
    }

    @Test
    void depthIsNoDanger() throws Exception {
        TokenSigner signer = TokenSigner.hs256(SECRET);
        for (String deep : List.of("[", "{\"a\":", "{\"exp\":[")) {
            String text = deep.repeat(12_000 / deep.length() / 2);
            assertThat(shared.verify(signer.sign(text)))
                    .isEqualTo(new Tokens.Verdict.Invalid("invalid token"));
            assertThat(shared.verify(Base64URL.encode(text) + ".e30.AA"))
                    .isEqualTo(new Tokens.Verdict.Invalid("invalid token"));
        }
    }
}
