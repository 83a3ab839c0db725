package dev.resound.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PathTemplateTest {

    @Test
    void aPathOfLiteralsMatchesItselfOnly() {
        assertThat(match("/up", "/up")).isEmpty();
        assertThat(match("/up", "/UP")).isNull();
        assertThat(match("/up", "/up/")).isNull();
        assertThat(match("/up", "/u")).isNull();
        assertThat(match("/up", "/upp")).isNull();
        assertThat(match("/up", "/")).isNull();
        assertThat(match("/up", "")).isNull();
        assertThat(match("/up", "up")).isNull();
        assertThat(match("/", "/")).isEmpty();
        assertThat(match("/", "/x")).isNull();
    }

    @Test
    void aParameterTakesOneSegment() {
        String template = "/apps/{appId}/channels/{channel}";

        assertThat(match(template, "/apps/7/channels/news"))
                .isEqualTo(Map.of("appId", "7", "channel", "news"));
        assertThat(match(template, "/apps/7/channels")).isNull();
        assertThat(match(template, "/apps/7/channels/news/users")).isNull();
        assertThat(match(template, "/apps/7/events/news")).isNull();
    }

    @Test
    void aParameterMayBeEmpty() {
        assertThat(match("/app/{key}", "/app/")).isEqualTo(Map.of("key", ""));
        assertThat(match("/app/{key}", "/app")).isNull();
        assertThat(match("/a/{x}/b", "/a//b")).isEqualTo(Map.of("x", ""));
    }

    @Test
    void parametersAreMatchedLeftToRightAndKeptInThatOrder() {
        assertThat(match("/{b}/{a}", "/1/2"))
                .containsExactly(Map.entry("b", "1"), Map.entry("a", "2"));
    }

    @Test
    void theRestTakesEverythingThatIsLeft() {
        assertThat(match("/files/{path*}", "/files/a/b//c/")).isEqualTo(Map.of("path", "a/b//c/"));
        assertThat(match("/files/{path*}", "/files/")).isEqualTo(Map.of("path", ""));
        assertThat(match("/files/{path*}", "/files")).isNull();
        assertThat(match("/{path*}", "/")).isEqualTo(Map.of("path", ""));
    }

    @Test
    void parametersArePercentDecodedAfterSplitting() {
        assertThat(match("/c/{name}", "/c/a%2Fb%20c")).isEqualTo(Map.of("name", "a/b c"));
        assertThat(match("/c/{name}", "/c/caf%C3%A9")).isEqualTo(Map.of("name", "café"));
        assertThat(match("/c/{name*}", "/c/a%2fb/c")).isEqualTo(Map.of("name", "a/b/c"));
    }

    @Test
    void aPlusSignIsNoSpace() {
        assertThat(match("/c/{name}", "/c/a+b%2Bc%20d")).isEqualTo(Map.of("name", "a+b+c d"));
    }

    @Test
    void aMalformedEscapeIsLeftAsItIs() {
        for (String text : new String[] {"%", "%4", "a%zzb", "%+1", "%-1", "x%4"}) {
            assertThat(match("/c/{name}", "/c/" + text)).as(text).isEqualTo(Map.of("name", text));
        }
    }

    @Test
    void literalsAreComparedAsSent() {
        assertThat(match("/apps", "/%61pps")).isNull();
    }

    @Test
    void aTemplateStartsWithASlash() {
        assertThatThrownBy(() -> PathTemplate.of("up"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PathTemplate.of("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theRestMustBeLast() {
        assertThatThrownBy(() -> PathTemplate.of("/{path*}/x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/{path*}/x");
    }

    @Test
    void itReadsAsItWasWritten() {
        assertThat(PathTemplate.of("/apps/{appId}/events")).hasToString("/apps/{appId}/events");
    }

    private static @Nullable Map<String, String> match(String template, String path) {
        return PathTemplate.of(template).match(path);
    }
}
