package dev.resound.sessions.mentraos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose session an id is of, when both of its halves have hyphens. */
class SessionIdsTest {
    private static final String ANN = "ann-lee@my-mail.com";
    private static final String APP = "com.my-org.app-two";

    private static @Nullable String user(String id, @Nullable String app, String... live) {
        return SessionIds.user(id, app, Set.of(live)::contains);
    }

    @Test
    void anIdIsTheUserAHyphenAndThePackage() {
        assertThat(SessionIds.of(ANN, APP)).isEqualTo("ann-lee@my-mail.com-com.my-org.app-two");
    }

    @Test
    void whoeverNamesThePackageIsUnderstoodExactly() {
        assertThat(user(SessionIds.of(ANN, APP), APP)).isEqualTo(ANN);
        assertThat(user("ann@localhost-x", "x")).isEqualTo("ann@localhost");
        assertThat(user("nobody-x", "x")).isEqualTo("nobody"); // no address, but no doubt either
    }

    @Test
    void theNamedPackageGoesBeforeALiveSession() {
        String id = "a@b.com-c-d";
        assertThat(user(id, "d", "a@b.com")).isEqualTo("a@b.com-c");
    }

    @ParameterizedTest
    @CsvSource({
        "a@b.com-x, y, a@b.com", // another package
        "a@b.com-x, com-x, a@b.com", // no hyphen before it
        "a@b.com-x, -x, a@b.com",
        "-x, x,", // no user
        "x, x,",
        "a@b.com-x, a@b.com-x, a@b.com"
    })
    void aPackageThatDoesNotFitIsOfNoHelp(String id, String app, @Nullable String user) {
        assertThat(user(id, app)).isEqualTo(user);
    }

    @Test
    void withoutThePackageTheLongestLiveUserIsMeant() {
        String id = SessionIds.of(ANN, APP);
        assertThat(user(id, null, ANN)).isEqualTo(ANN);
        assertThat(user(id, null, ANN, "ann-lee@my-mail.com-com.my"))
                .isEqualTo("ann-lee@my-mail.com-com.my");
        assertThat(user(id, null, "ann-lee@my")).isEqualTo("ann-lee@my");
    }

    @Test
    void aLivePartWithoutAnAtIsNobody() {
        assertThat(user(SessionIds.of(ANN, APP), null, "ann")).isEqualTo(ANN);
    }

    @ParameterizedTest
    @CsvSource({
        "ann-lee@my-mail.com-com.my-org.app, ann-lee@my-mail.com",
        "ann@my-mail.example.com-com.x, ann@my-mail.example.com",
        "ann@a.museum-b.io-c, ann@a.museum-b.io", // six letters are no such end
        "ann@a.x-b.yz-c, ann@a.x-b.yz", // nor is one
        "ann@a.c0m-b.de-c, ann@a.c0m-b.de", // nor a digit
        "ann@a.COM-b, ann@a.COM",
        "ann@host-com.x, ann@host", // none at all: the shortest
        "ann@my-host-com.x, ann@my",
        "a@b.co-d.uk-e, a@b.co",
        "a.com-b@c-d, a.com-b@c" // the end of the part before the @ does not count
    })
    void withoutASessionTheShortestThatEndsLikeADomainIsMeant(String id, String user) {
        assertThat(user(id, null)).isEqualTo(user);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "--",
                "@",
                "@-",
                "a-b",
                "ann@b.com",
                "ann@b.com-",
                "a-b-c-d",
                "-@",
                "a-@",
                "\0",
                "ann-lee",
                "com.x-ann@b.com"
            })
    void whatNobodyCanBeReadOutOfIsNobody(String id) {
        assertThat(user(id, null)).isNull();
    }

    @Test
    void strangeIdsHarmNobody() {
        assertThat(user("@-x", null)).isEqualTo("@");
        assertThat(user("a@b\n.com-x", null)).isEqualTo("a@b\n.com");
        assertThat(user("a@b.com--x", null)).isEqualTo("a@b.com");
        assertThat(user("\ud800@b.com-x", null)).isEqualTo("\ud800@b.com");
        assertThat(user("a@" + "-".repeat(998), null)).isEqualTo("a@");
    }

    /** Addresses without an end like a domain's are left out: about them there is doubt. */
    @Test
    void anyUserIsFoundAgainInItsId() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            String user = word(random) + "@" + word(random) + "." + letters(random);
            String app = word(random) + "." + word(random);
            String id = SessionIds.of(user, app);
            assertThat(user(id, app)).isEqualTo(user);
            assertThat(user(id, null, user)).isEqualTo(user);
        }
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder("w");
        for (int i = random.nextInt(6); i > 0; i--) {
            word.append("ab-.9_".charAt(random.nextInt(6)));
        }
        return word.append('x').toString();
    }

    private static String letters(Random random) {
        return "abcdefgh".substring(0, 2 + random.nextInt(4));
    }
}
