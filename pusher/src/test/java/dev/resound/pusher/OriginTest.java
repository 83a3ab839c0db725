package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.http.Header;
import dev.resound.pusher.PusherWorld.Client;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which web pages may connect. */
class OriginTest {

    @ParameterizedTest
    @CsvSource({
        "laravel.com, http://laravel.com", // row 8
        "laravel.com, https://laravel.com:8443",
        "laravel.com, https://LARAVEL.com",
        "Laravel.com, https://laravel.com",
        "*.localhost, http://sub.localhost", // row 11
        "*.laravel.com, http://a.b.laravel.com",
        "my_app.test, http://my_app.test",
        "localhost:3000, http://localhost:3000",
        "[::1], http://[::1]:3000",
        "[::1]:3000, http://[::1]:3000",
        "https://laravel.com, https://laravel.com",
        "https://*.laravel.com:8443, https://a.laravel.com:8443",
        "*, http://anything.at.all",
        "*, null",
    })
    void theseAreLetIn(String pattern, String origin) {
        assertThat(Origins.allows(List.of("other.test", pattern), origin)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "laravel.com, http://sub.laravel.com", // row 9
        "*.laravel.com, http://laravel.com", // row 10
        "laravel.com, http://laravel.com.evil.test",
        "laravel.com, http://evil-laravel.com",
        "laravel.com, http://laravel.com@evil.test",
        "laravel.com, http://evil.test/laravel.com",
        "laravel.com, http://evil.test#laravel.com",
        "laravel.com, http://evil.test?laravel.com",
        "laravel.com, http://laravel.com/path",
        "laravel.com, http://laravel.com http://evil.test",
        "laravel.com, 'http://evil.test,laravel.com'",
        "laravel.com, null",
        "laravel.com, laravel.com",
        "laravel.com, ''",
        "laravel.com, http://",
        "laravel.com, ://laravel.com",
        "laravel.com, http:laravel.com",
        "laravel.com, http://laravel.com:x",
        "laravel.com, http://laravel.com:",
        "localhost:3000, http://localhost:3001",
        "localhost:3000, http://localhost",
        "https://laravel.com, http://laravel.com",
        "https://laravel.com, https://laravel.com:8443",
        "https://*.laravel.com, https://evil.test/x.laravel.com",
        "https://*.laravel.com, https://evil.test?x.laravel.com",
        "https://*.laravel.com, https://u:p@evil.test#.laravel.com",
        "null, null",
    })
    void theseAreNot(String pattern, String origin) {
        assertThat(Origins.allows(List.of(pattern), origin)).isFalse();
    }

    @Test
    void manyStarsTakeNoLongerThanFew() {
        String pattern = "*a".repeat(500) + "b";
        assertThat(Origins.matches(pattern, "a".repeat(8_000))).isFalse();
    }

    private static PusherWorld restricted(List<String> allowed) {
        return new PusherWorld(PusherWorld.app().allowedOrigins(allowed).build());
    }

    private static Client knock(List<String> allowed, String... origins) {
        return knock(restricted(allowed), origins);
    }

    private static Client knock(PusherWorld world, String... origins) {
        List<Header> headers = new ArrayList<>();
        for (String origin : origins) {
            headers.add(new Header("origin", origin));
        }
        return world.knock(world.a, "app-key", headers);
    }

    private static void isRefused(List<String> allowed, String... origins) {
        PusherWorld world = restricted(allowed);
        knock(world, origins).hears(world.error(4009, "Origin not allowed")).isClosedWith(4009);
    }

    @Test // row 7
    void noOriginIsRefusedByARestrictedApp() {
        isRefused(List.of("laravel.com"));
    }

    @Test
    void aForeignOriginIsRefused() {
        isRefused(List.of("laravel.com"), "http://evil.test");
    }

    @Test
    void twoOriginsAreNone() {
        isRefused(List.of("laravel.com"), "http://laravel.com", "http://laravel.com");
        isRefused(List.of("laravel.com"), "http://laravel.com", "http://evil.test");
    }

    @Test
    void anAppWithoutPatternsLetsNobodyIn() {
        isRefused(List.of(), "http://laravel.com");
    }

    @Test
    void theRightOriginIsGreeted() {
        Client client = knock(List.of("localhost", "*.localhost"), "http://sub.localhost");
        assertThat(client.connection.takeTexts().getFirst()).contains("connection_established");
    }

    @Test
    void anOpenAppTakesAnything() {
        for (String origin : List.of("http://anywhere.test", "null", "rubbish")) {
            assertThat(knock(List.of("*"), origin).connection.isOpen()).isTrue();
        }
        assertThat(knock(List.of("*")).connection.isOpen()).isTrue();
        assertThat(knock(List.of("*"), "http://a", "http://b").connection.isOpen()).isTrue();
    }
}
