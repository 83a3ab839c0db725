package dev.resound.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JwksSetTest {
    private static final KeyPair RSA = TokenSigner.rsa(2_048);
    private static final KeyPair WEAK = TokenSigner.rsa(1_024);
    private static final KeyPair EC = TokenSigner.ec(Curve.P_256);

    private static RSAKey.Builder rsa(KeyPair keys) {
        return new RSAKey.Builder((RSAPublicKey) keys.getPublic());
    }

    private static ECKey.Builder ec(Curve curve, KeyPair keys) {
        return new ECKey.Builder(curve, (ECPublicKey) keys.getPublic());
    }

    private static JwksSet read(TokenAlgorithm algorithm, String... keys) throws IOException {
        String json = "{\"keys\":[" + String.join(",", keys) + "],\"more\":1}";
        return JwksSet.read(json.getBytes(StandardCharsets.UTF_8), algorithm);
    }

    private static Set<String> kids(TokenAlgorithm algorithm, JWK... keys) throws IOException {
        String[] json = Stream.of(keys).map(JWK::toJSONString).toArray(String[]::new);
        return read(algorithm, json).keys().keySet();
    }

    @Test
    void onlyKeysOfTheAlgorithmAreTaken() throws Exception {
        JWK[] keys = {
            rsa(RSA).keyID("plain").build(),
            rsa(RSA).keyID("named").algorithm(JWSAlgorithm.RS256).keyUse(KeyUse.SIGNATURE).build(),
            rsa(RSA).keyID("verifies").keyOperations(Set.of(KeyOperation.VERIFY)).build(),
            rsa(RSA).keyID("other").algorithm(JWSAlgorithm.RS512).build(),
            rsa(RSA).keyID("for enc").keyUse(KeyUse.ENCRYPTION).build(),
            rsa(RSA).keyID("wraps").keyOperations(Set.of(KeyOperation.WRAP_KEY)).build(),
            rsa(RSA).build(),
            rsa(RSA).keyID("private").privateKey(RSA.getPrivate()).build(),
            rsa(WEAK).keyID("weak").build(),
            ec(Curve.P_256, EC).keyID("ec").build(),
            ec(Curve.P_256, EC).keyID("ec named").algorithm(JWSAlgorithm.ES256).build(),
            ec(Curve.P_256, EC).keyID("ec other").algorithm(JWSAlgorithm.RS256).build(),
            ec(Curve.P_384, TokenSigner.ec(Curve.P_384)).keyID("ec large").build(),
            new OctetSequenceKey.Builder(new byte[32]).keyID("shared").build()
        };
        assertThat(kids(TokenAlgorithm.RS256, keys))
                .containsExactlyInAnyOrder("plain", "named", "verifies");
        assertThat(kids(TokenAlgorithm.ES256, keys)).containsExactlyInAnyOrder("ec", "ec named");
    }

    @Test
    void strangeKeysDoNotSpoilTheOthers() throws Exception {
        String fine = ec(Curve.P_256, EC).keyID("fine").build().toJSONString();
        JwksSet set =
                read(
                        TokenAlgorithm.ES256,
                        "{}",
                        "{\"kty\":\"AKP\",\"kid\":\"new\",\"alg\":\"ML-DSA-44\",\"pub\":\"AA\"}",
                        "{\"kty\":\"EC\",\"kid\":\"no point\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"AQ\"}",
                        "{\"kty\":\"EC\",\"kid\":{},\"crv\":7}",
                        "{\"kty\":\"RSA\",\"kid\":\"r\",\"n\":\"\",\"e\":\"\"}",
                        fine);
        assertThat(set.keys()).containsOnlyKeys("fine");
        assertThat(set.listed()).isEqualTo(6);
    }

    @Test
    void twoKeysOfOneIdAreNobodys() throws Exception {
        ECKey other = ec(Curve.P_256, TokenSigner.ec(Curve.P_256)).keyID("twice").build();
        ECKey once = ec(Curve.P_256, EC).keyID("once").build();
        ECKey twice = ec(Curve.P_256, EC).keyID("twice").build();
        assertThat(kids(TokenAlgorithm.ES256, twice, once, other, twice)).containsExactly("once");
    }

    @Test
    void oneKeyListedTwiceIsOneAndAnIdIsSharedBetweenKinds() throws Exception {
        ECKey key = ec(Curve.P_256, EC).keyID("1").build();
        RSAKey rsa = rsa(RSA).keyID("1").build();
        assertThat(kids(TokenAlgorithm.ES256, key, rsa, key)).containsExactly("1");
        assertThat(kids(TokenAlgorithm.RS256, key, rsa, key)).containsExactly("1");
    }

    @Test
    void aHundredKeysAreEnough() throws Exception {
        List<String> hundred = Collections.nCopies(100, "{}");
        assertThat(read(TokenAlgorithm.ES256, hundred.toArray(String[]::new)).keys()).isEmpty();
        String[] more =
                Stream.concat(hundred.stream(), Stream.of("{}"))
                        .collect(Collectors.toList())
                        .toArray(String[]::new);
        assertThatThrownBy(() -> read(TokenAlgorithm.ES256, more))
                .isInstanceOf(IOException.class)
                .hasMessage("101 keys, 100 are allowed");
    }

    @Test
    void anExponentOfOneIsNoKey() throws Exception {
        String n = rsa(RSA).build().getModulus().toString();
        JwksSet set =
                read(
                        TokenAlgorithm.RS256,
                        "{\"kty\":\"RSA\",\"kid\":\"one\",\"n\":\"" + n + "\",\"e\":\"AQ\"}",
                        "{\"kty\":\"RSA\",\"kid\":\"even\",\"n\":\"" + n + "\",\"e\":\"BA\"}");
        assertThat(set.keys()).isEmpty();
    }

    @Test
    void depthIsNoDanger() {
        byte[] deep = "{\"keys\":".concat("[".repeat(60_000)).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> JwksSet.read(deep, TokenAlgorithm.ES256))
                .isInstanceOf(IOException.class);
    }
}
