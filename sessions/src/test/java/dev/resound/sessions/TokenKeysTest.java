package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import dev.resound.testkit.ManualClock;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenKeysTest {
    private static final KeyPair RSA = TokenSigner.rsa(2_048);
    private static final KeyPair EC = TokenSigner.ec(Curve.P_256);
    private static final KeyPair P_384 = TokenSigner.ec(Curve.P_384);

    /** Valid for one day of 2020, and with nothing behind it. */
    private static final String CERTIFICATE =
            """
            -----BEGIN CERTIFICATE-----
            MIIBNTCB26ADAgECAghNeyaE+Ww8KTAKBggqhkjOPQQDAzAPMQ0wCwYDVQQDEwR0
            ZXN0MB4XDTIwMDEwMTAwMDAwMFoXDTIwMDEwMjAwMDAwMFowDzENMAsGA1UEAxME
            dGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAgFnkEpOi+ikenp2lnO0WVh
            Ge0T1FeADVNy77lCPKqNNCDfD+HjWQGcL6jvvHKQ5zrhiaj5vrSLPxYcFHkf6jyj
            ITAfMB0GA1UdDgQWBBQgOQ65KjSwLFch1K5Ir5wRK+ZuWDAKBggqhkjOPQQDAwNJ
            ADBGAiEA8YuhConenvSLtKx03hwwCcltE9sNKlLReVTXwxquhRICIQD7NyzOdxJc
            WcT9cSZqUmtduy+A0cygrr3vZed398Airw==
            -----END CERTIFICATE-----
            """;

    private static final String KEY_OF_CERTIFICATE =
            """
            -----BEGIN PUBLIC KEY-----
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAECAWeQSk6L6KR6enaWc7RZWEZ7RPU
            V4ANU3LvuUI8qo00IN8P4eNZAZwvqO+8cpDnOuGJqPm+tIs/FhwUeR/qPA==
            -----END PUBLIC KEY-----
            """;

    private final ManualClock clock = new ManualClock();

    private static String pem(String label, byte[] der) {
        String text = Base64.getMimeEncoder().encodeToString(der);
        return "-----BEGIN %s-----\r\n%s\r\n-----END %s-----\r\n".formatted(label, text, label);
    }

    private static String pem(Key key) {
        return pem("PUBLIC KEY", key.getEncoded());
    }

    @Test
    void aKeyComesOutOfItsPem() {
        assertThat(TokenKeys.rsa(pem(RSA.getPublic()))).isEqualTo(RSA.getPublic());
        assertThat(TokenKeys.ec("Our key:\n" + pem(EC.getPublic()))).isEqualTo(EC.getPublic());
    }

    @Test
    void theFirstCertificatesKeyCountsWhateverItsDates() {
        ECPublicKey key = TokenKeys.ec(KEY_OF_CERTIFICATE);
        assertThat(TokenKeys.ec(CERTIFICATE)).isEqualTo(key);
        assertThat(TokenKeys.ec(CERTIFICATE + pem(RSA.getPublic()))).isEqualTo(key);
    }

    @Test
    void theOtherKindOfKeyIsNamed() {
        assertThatThrownBy(() -> TokenKeys.rsa(CERTIFICATE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the PEM holds an EC key, RS256 needs an RSA key");
        assertThatThrownBy(() -> TokenKeys.ec(pem(RSA.getPublic())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the PEM holds an RSA key, ES256 needs an EC key");
    }

    @Test
    void aPrivateKeyIsNotWanted() {
        String secret = pem("PRIVATE KEY", RSA.getPrivate().getEncoded());
        for (String pem : new String[] {secret, pem(RSA.getPublic()) + secret}) {
            assertThatThrownBy(() -> TokenKeys.rsa(pem))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("the PEM holds a private key")
                    .hasNoCause();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', no PEM",
        "MFkwEwYHKoZIzj0CAQ, no PEM",
        "-----BEGIN PUBLIC KEY-----, the PEM's end is missing",
        "-----BEGIN PUBLIC KEY----- -----END CERTIFICATE-----, the PEM's end is missing",
        "-----BEGIN PUBLIC KEY-----#-----END PUBLIC KEY-----, what the PEM holds is not Base64",
        "-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----, the PEM's key is none of",
        "-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----, the PEM's key is none of",
        "-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----, the PEM's certificate cannot",
        "-----BEGIN CERTIFICATE----------END CERTIFICATE-----, the PEM's certificate cannot",
        "-----BEGIN RSA PUBLIC KEY-----AAAA, the PEM holds a RSA PUBLIC KEY"
    })
    void whatIsWrongWithAPemIsSaid(String pem, String why) {
        for (int i = 0; i < 2; i++) {
            boolean rsa = i == 0;
            assertThatThrownBy(() -> key(rsa, pem))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(why);
        }
    }

    private static Key key(boolean rsa, String pem) {
        return rsa ? TokenKeys.rsa(pem) : TokenKeys.ec(pem);
    }

    @Test
    void keysOfOtherKindsAreRefused() throws Exception {
        Key key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
        assertThatThrownBy(() -> TokenKeys.ec(pem(key)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the PEM's key is none of RSA or EC");
    }

    @Test
    void weakKeysAreRefused() throws Exception {
        RSAPublicKey weak = (RSAPublicKey) TokenSigner.rsa(1_024).getPublic();
        assertThatThrownBy(() -> Tokens.rs256(weak, clock))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an RSA key for RS256 has 2,048 to 8,192 bits, this one has 1,024");
        assertThatThrownBy(() -> TokenKeys.rsa(pem(weak)))
                .isInstanceOf(IllegalArgumentException.class);
        BigInteger huge = BigInteger.ONE.shiftLeft(8_192).add(BigInteger.ONE);
        RSAPublicKey slow =
                (RSAPublicKey)
                        KeyFactory.getInstance("RSA")
                                .generatePublic(
                                        new RSAPublicKeySpec(huge, BigInteger.valueOf(65_537)));
        assertThatThrownBy(() -> Tokens.rs256(slow, clock))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void otherCurvesAreRefused() {
        assertThatThrownBy(() -> Tokens.es256((ECPublicKey) P_384.getPublic(), clock))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an EC key for ES256 is of the curve P-256, this one is of another");
        assertThatThrownBy(() -> TokenKeys.ec(pem(P_384.getPublic())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTokenOfTheKeyIsRightAndOneOfAnotherIsNot() throws Exception {
        Tokens rs256 = Tokens.rs256((RSAPublicKey) RSA.getPublic(), clock);
        Tokens es256 = Tokens.es256((ECPublicKey) EC.getPublic(), clock);
        KeyPair otherRsa = TokenSigner.rsa(2_048);
        KeyPair otherEc = TokenSigner.ec(Curve.P_256);
        String claims = "{\"email\":\"ann@example.com\"}";
        assertThat(rs256.verify(TokenSigner.rs256(RSA).signAs("any", claims)))
                .isInstanceOf(Tokens.Verdict.Valid.class);
        assertThat(es256.verify(TokenSigner.es256(EC).signAs("any", claims)))
                .isInstanceOf(Tokens.Verdict.Valid.class);
        assertThat(rs256.verify(TokenSigner.rs256(otherRsa).sign(claims)))
                .isEqualTo(new Tokens.Verdict.Invalid("invalid signature"));
        assertThat(es256.verify(TokenSigner.es256(otherEc).sign(claims)))
                .isEqualTo(new Tokens.Verdict.Invalid("invalid signature"));
        assertThat(es256.verify(TokenSigner.rs256(RSA).sign(claims)))
                .isEqualTo(new Tokens.Verdict.Invalid("invalid algorithm"));
    }

    @Test
    void aPublicKeyIsNoSharedSecret() throws Exception {
        for (KeyPair keys : new KeyPair[] {RSA, EC}) {
            Tokens tokens =
                    keys == RSA
                            ? Tokens.rs256((RSAPublicKey) RSA.getPublic(), clock)
                            : Tokens.es256((ECPublicKey) EC.getPublic(), clock);
            String name = keys == RSA ? "RS256" : "ES256";
            byte[] der = keys.getPublic().getEncoded();
            byte[] pem = pem(keys.getPublic()).getBytes(StandardCharsets.UTF_8);
            for (byte[] secret : new byte[][] {der, pem}) {
                TokenSigner forger = TokenSigner.hs256(secret);
                assertThat(tokens.verify(forger.sign("{}")))
                        .isEqualTo(new Tokens.Verdict.Invalid("invalid algorithm"));
                assertThat(tokens.verify(forger.sign("{\"alg\":\"" + name + "\"}", "{}")))
                        .isEqualTo(new Tokens.Verdict.Invalid("invalid signature"));
            }
        }
    }

    @Test
    void anEcdsaSignatureOfZerosIsNone() throws Exception {
        Tokens tokens = Tokens.es256((ECPublicKey) EC.getPublic(), clock);
        String token = TokenSigner.es256(EC).sign("{}");
        String signed = token.substring(0, token.lastIndexOf('.') + 1);
        for (int length : new int[] {1, 63, 64, 65, 200}) {
            String zeros = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[length]);
            assertThat(tokens.verify(signed + zeros))
                    .isEqualTo(new Tokens.Verdict.Invalid("invalid signature"));
        }
    }
}
