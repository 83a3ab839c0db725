package dev.resound.socketio.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.resound.socketio.admin.AdminUi.Auth;
import dev.resound.socketio.admin.AdminUi.Mode;
import dev.resound.socketio.admin.AdminUi.Options;
import dev.resound.socketio.admin.AdminWorld.Page;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.bcrypt.BCrypt;

class AdminLoginTest {
    private static final String REFUSED = "44/admin,{\"message\":\"invalid credentials\"}";

    private static String hash(String prefix) {
        return BCrypt.hashpw("secret", BCrypt.gensalt(prefix, 4));
    }

    private final AdminWorld world = new AdminWorld(Auth.basic("ann", hash("$2b")), o -> o);

    private List<String> answerTo(String auth) {
        Page page = world.stranger();
        page.says("40/admin," + auth);
        return page.hears();
    }

    /** The id told by {@code session}. */
    private String logsIn() {
        return answerTo("{\"username\":\"ann\",\"password\":\"secret\"}")
                .getFirst()
                .replaceAll(".*\"([0-9a-f]+)\"]", "$1");
    }

    @Test
    void theSessionIsToldBeforeThePageIsConnected() {
        List<String> heard = answerTo("{\"username\":\"ann\",\"password\":\"secret\"}");
        assertThat(heard.getFirst()).matches("\\[\"session\",\"[0-9a-f]{16}\"]");
        assertThat(heard.get(1)).startsWith("40/admin,{\"sid\":");
    }

    @Test
    void itIsToldAgainToPagesThatOnlyListenOnceTheyAreConnected() {
        List<String> heard = answerTo("{\"username\":\"ann\",\"password\":\"secret\"}");
        assertThat(heard.get(2)).isEqualTo(heard.getFirst());
        assertThat(heard.get(3)).startsWith("[\"config\",");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"username\":\"ann\",\"password\":\"wrong\"}",
                "{\"username\":\"bob\",\"password\":\"secret\"}",
                "{\"username\":\"ann\",\"password\":\"\"}",
                "{\"username\":\"ann\"}",
                "{\"username\":7,\"password\":{}}",
                "{\"sessionId\":null}",
                "{\"sessionId\":\"0123456789abcdef\"}",
                "{\"sessionId\":{\"$ne\":null}}",
                "{}",
                ""
            })
    void whoeverProvesNothingIsRefused(String auth) {
        assertThat(answerTo(auth)).containsExactly(REFUSED);
        assertThat(world.server.isWatched()).isFalse();
    }

    @Test
    void aSessionStandsForThePassword() {
        String id = logsIn();
        List<String> heard = answerTo("{\"sessionId\":\"" + id + "\"}");
        assertThat(heard.getFirst()).startsWith("40/admin,{\"sid\":");
    }

    @Test
    void aSessionEndsAfterADay() {
        String id = logsIn();
        world.passes(Duration.ofHours(24).minusMillis(1));
        assertThat(answerTo("{\"sessionId\":\"" + id + "\"}").getFirst()).startsWith("40/admin,");
        world.passes(Duration.ofMillis(1));
        assertThat(answerTo("{\"sessionId\":\"" + id + "\"}")).containsExactly(REFUSED);
    }

    @Test
    void anOldSessionDoesNotSpoilTheRightPassword() {
        List<String> heard =
                answerTo("{\"sessionId\":\"gone\",\"username\":\"ann\",\"password\":\"secret\"}");
        assertThat(heard.getFirst()).startsWith("[\"session\",");
    }

    @ParameterizedTest
    @ValueSource(strings = {"$2a", "$2b", "$2y"})
    void everyKindOfHashIsTaken(String prefix) {
        var other = new AdminWorld(Auth.basic("ann", hash(prefix)), o -> o);
        Page page = other.stranger();
        page.says("40/admin,{\"username\":\"ann\",\"password\":\"secret\"}");
        assertThat(page.hears().getFirst()).startsWith("[\"session\",");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "$2x$10$abcdefghijklmnopqrstuv1234567890123456789012345678901",
                "$2b$03$abcdefghijklmnopqrstuv1234567890123456789012345678901",
                "$2b$32$abcdefghijklmnopqrstuv1234567890123456789012345678901",
                "$2b$10$abcdefghijklmnopqrstuv123456789012345678901234567890",
                "$2b$10$abcdefghijklmnopqrstuv1234567890123456789012345678901\n"
            })
    void whatIsNoHashIsRefusedAtTheStart(String hash) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Auth.basic("ann", hash))
                .withMessageContaining("bcrypt")
                .withMessageNotContaining("secret");
    }

    @Test
    void theHashIsNotShown() {
        String hash = hash("$2b");
        var options = Options.builder(Auth.basic("ann", hash)).build();
        assertThat(options.toString()).contains("ann").doesNotContain(hash);
    }

    @Test
    void theRootIsNoPlaceForAdmins() {
        var options = Options.builder(Auth.none()).namespaceName("/");
        assertThatIllegalArgumentException().isThrownBy(options::build);
    }

    @Test
    void inProductionAPageMayOnlyLookUnlessTheServerSaysElse() {
        assertThat(Options.builder(Auth.none()).build().mode()).isEqualTo(Mode.PRODUCTION);
        assertThat(Options.builder(Auth.none()).build().readonly()).isTrue();
        assertThat(Options.builder(Auth.none()).readonly(false).build().readonly()).isFalse();
        assertThat(Options.builder(Auth.none()).mode(Mode.DEVELOPMENT).build().readonly())
                .isFalse();
    }

    @Test
    void aStoreThatFailsKeepsNobodyOut() {
        var failing =
                new SessionStore() {
                    @Override
                    public CompletionStage<Boolean> isKnown(String sessionId) {
                        throw new IllegalStateException("down");
                    }

                    @Override
                    public CompletionStage<?> save(String sessionId) {
                        return CompletableFuture.failedFuture(new IllegalStateException("down"));
                    }
                };
        var other = new AdminWorld(Auth.basic("ann", hash("$2b")), o -> o.sessions(failing));
        Page page = other.stranger();
        page.says("40/admin,{\"sessionId\":\"x\",\"username\":\"ann\",\"password\":\"secret\"}");
        assertThat(page.hears().getFirst()).startsWith("40/admin,");
        Page stranger = other.stranger();
        stranger.says("40/admin,{\"sessionId\":\"x\"}");
        assertThat(stranger.hears()).containsExactly(REFUSED);
    }

    @Test
    void onlyTheLastSessionsAreKept() {
        var sessions = new MemorySessions(world.server.clock());
        for (int i = 0; i <= MemorySessions.MAX_SESSIONS; i++) {
            sessions.save("id" + i);
        }
        assertThat(sessions.isKnown("id0").toCompletableFuture()).isCompletedWithValue(false);
        assertThat(sessions.isKnown("id1").toCompletableFuture()).isCompletedWithValue(true);
    }

    @Test
    void theNamespaceMayHaveAnotherName() {
        var other = new AdminWorld(Auth.none(), o -> o.namespaceName("staff"));
        Page page = other.stranger();
        page.says("40/staff,");
        assertThat(page.hears().getFirst()).startsWith("40/staff,{\"sid\":");
    }
}
