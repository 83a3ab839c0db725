package dev.resound.socketio.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.resound.socketio.AsyncMiddleware;
import dev.resound.socketio.ConnectRefusedException;
import dev.resound.socketio.Socket;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.crypto.bcrypt.BCrypt;
import tools.jackson.databind.JsonNode;

/**
 * Who may connect: whoever has the id of a session, or name and password. Checking a password is
 * meant to take long, so few are checked at a time, and a wrong name takes as long as a wrong
 * password.
 *
 * <p><b>Thread:</b> any; the work is done by the executor.
 */
final class Login<D> implements AsyncMiddleware<D> {
    private static final Logger LOG = LoggerFactory.getLogger(Login.class);
    private static final String INVALID = "invalid credentials";
    static final int MAX_WAITING = 64;

    private final AdminUi.Auth.Basic expected;
    private final SessionStore sessions;
    private final Executor worker;
    private final SecureRandom random = new SecureRandom();

    /** Of those who have just logged in; entries go with their sockets. */
    private final Map<Socket<D>, String> begun = Collections.synchronizedMap(new WeakHashMap<>());

    private final Semaphore waiting = new Semaphore(MAX_WAITING);
    private final Semaphore checking =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 4));

    Login(AdminUi.Auth.Basic expected, SessionStore sessions, Executor worker) {
        this.expected = expected;
        this.sessions = sessions;
        this.worker = worker;
    }

    @Override
    public CompletionStage<? extends @Nullable Object> admit(Socket<D> socket) {
        JsonNode auth = socket.handshake().auth();
        var decision = new CompletableFuture<@Nullable Object>();
        worker.execute(() -> {
            JsonNode id = auth.path("sessionId");
            if (!id.isString() || id.stringValue().isEmpty()) {
                askForPassword(socket, auth, decision);
                return;
            }
            isKnown(id.stringValue())
                    .whenComplete((known, failure) -> {
                        if (failure != null) {
                            LOG.error("The admin UI's session store failed", failure);
                        }
                        if (failure == null && Boolean.TRUE.equals(known)) {
                            LOG.info("Admin {} is back, with a session", socket.id());
                            decision.complete(null);
                        } else {
                            worker.execute(() -> askForPassword(socket, auth, decision));
                        }
                    });
        });
        return decision;
    }

    /** The session that began when this socket logged in, for the first who asks. */
    @Nullable String takeSession(Socket<D> socket) {
        return begun.remove(socket);
    }

    private void askForPassword(
            Socket<D> socket, JsonNode auth, CompletableFuture<@Nullable Object> decision) {
        JsonNode username = auth.path("username");
        JsonNode password = auth.path("password");
        if (!username.isString() || !password.isString()) {
            decision.completeExceptionally(new ConnectRefusedException(INVALID));
        } else if (!waiting.tryAcquire()) {
            LOG.warn("An admin's login was refused: {} others are being checked", MAX_WAITING);
            decision.completeExceptionally(new ConnectRefusedException("too many logins at once"));
        } else {
            boolean matches;
            try {
                checking.acquireUninterruptibly();
                try {
                    matches = matches(username.stringValue(), password.stringValue());
                } finally {
                    checking.release();
                }
            } finally {
                waiting.release();
            }
            if (matches) {
                welcome(socket, decision);
            } else {
                LOG.info("An admin's login from {} was refused", socket.handshake().address());
                decision.completeExceptionally(new ConnectRefusedException(INVALID));
            }
        }
    }

    private boolean matches(String username, String password) {
        boolean rightName =
                MessageDigest.isEqual(
                        username.getBytes(UTF_8), expected.username().getBytes(UTF_8));
        // both, whatever the first says: how long it takes must not tell
        boolean rightPassword = BCrypt.checkpw(password, expected.passwordHash());
        return rightName && rightPassword;
    }

    /** The page learns its session's id before it is told that it is connected. */
    private void welcome(Socket<D> socket, CompletableFuture<@Nullable Object> decision) {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        String id = HexFormat.of().formatHex(bytes);
        save(id).whenComplete((saved, failure) -> {
            if (failure == null) {
                begun.put(socket, id);
                socket.emit("session", id);
            } else {
                LOG.error("The admin UI's session store failed", failure);
            }
            LOG.info("Admin {} has logged in from {}", socket.id(), socket.handshake().address());
            decision.complete(null);
        });
    }

    private CompletionStage<Boolean> isKnown(String id) {
        try {
            return sessions.isKnown(id);
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private CompletionStage<?> save(String id) {
        try {
            return sessions.save(id);
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }
}
