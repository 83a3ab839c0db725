package dev.resound.socketio.admin;

import dev.resound.socketio.Namespace;
import dev.resound.socketio.SocketIo;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the Socket.IO admin UI connect to a server.
 *
 * <pre>{@code
 * AdminUi.attach(io, AdminUi.Options.builder(AdminUi.Auth.basic("admin", "$2b$10$...")).build());
 * }</pre>
 *
 * <p>The page comes from another origin, with credentials: the server's {@link
 * dev.resound.engineio.Cors} has to allow that. While no page is connected, nothing is watched and
 * nothing is sent.
 */
public final class AdminUi {
    private static final Logger LOG = LoggerFactory.getLogger(AdminUi.class);

    private AdminUi() {}

    /**
     * Opens the namespace for the UI. To be called once, before clients connect.
     *
     * <p><b>Thread:</b> any.
     */
    public static void attach(SocketIo<?> io, Options options) {
        attach(io, options, Surroundings.real());
    }

    static <D> void attach(SocketIo<D> io, Options options, Surroundings surroundings) {
        Namespace<D> namespace = io.of(options.namespace());
        namespace.keepNoData();
        Login<D> login =
                switch (options.auth()) {
                    case Auth.None none -> null;
                    case Auth.Basic basic ->
                            new Login<>(basic, options.sessions(), surroundings.worker());
                };
        if (login == null) {
            LOG.warn(
                    "The admin namespace {} is open to whoever can reach this server",
                    options.namespace());
        } else {
            namespace.useAsync(login);
        }
        if (options.mode() == Mode.DEVELOPMENT) {
            io.describeClients();
        }
        new Console<>(io, namespace, options, login, surroundings).open();
    }

    /** How much the UI is shown. */
    public enum Mode {
        /**
         * Every socket, room and event. While a page is connected, each event costs more than
         * without, for each of its receivers.
         */
        DEVELOPMENT,
        /** Numbers only. */
        PRODUCTION
    }

    /** Who may connect. */
    public sealed interface Auth {

        /** Whoever can reach the server. */
        static Auth none() {
            return new None();
        }

        /**
         * Whoever knows this name and the password behind the hash.
         *
         * @param passwordHash as bcrypt writes it, beginning with {@code $2a$}, {@code $2b$} or
         *     {@code $2y$}
         * @throws IllegalArgumentException if it is no such hash
         */
        static Auth basic(String username, String passwordHash) {
            return new Basic(username, passwordHash);
        }

        /** See {@link Auth#none}. */
        record None() implements Auth {}

        /** See {@link Auth#basic}. */
        record Basic(String username, String passwordHash) implements Auth {
            private static final Pattern HASH =
                    Pattern.compile("\\$2[aby]\\$(0[4-9]|[12][0-9]|3[01])\\$[./A-Za-z0-9]{53}");

            public Basic {
                Objects.requireNonNull(username, "username");
                if (!HASH.matcher(passwordHash).matches()) {
                    throw new IllegalArgumentException(
                            "the admin's password must be given as a bcrypt hash ($2a$, $2b$ or"
                                    + " $2y$ and 56 more characters)");
                }
            }

            /** Without the hash. */
            @Override
            public String toString() {
                return "basic authentication of " + Quoted.text(username);
            }
        }
    }

    /**
     * How the UI is served.
     *
     * @param auth who may connect
     * @param namespace with the slash in front
     * @param readonly whether the page may only look
     * @param mode how much it is shown
     * @param serverId by which name this server is known there
     * @param sessions who need not give the password again
     */
    public record Options(
            Auth auth,
            String namespace,
            boolean readonly,
            Mode mode,
            String serverId,
            SessionStore sessions) {

        public Options {
            namespace = namespace.startsWith("/") ? namespace : "/" + namespace;
            if (namespace.equals("/")) {
                throw new IllegalArgumentException(
                        "the admin UI needs a namespace of its own, not /");
            }
        }

        public static Builder builder(Auth auth) {
            return new Builder(auth);
        }

        /** Collects the options. <b>Thread:</b> one. */
        public static final class Builder {
            private final Auth auth;
            private String namespace = "/admin";
            private @Nullable Boolean readonly;
            private Mode mode = Mode.PRODUCTION;
            private @Nullable String serverId;
            private @Nullable SessionStore sessions;

            private Builder(Auth auth) {
                this.auth = Objects.requireNonNull(auth, "auth");
            }

            /** The name of the namespace; {@code /admin} unless told otherwise. */
            public Builder namespaceName(String namespace) {
                this.namespace = namespace;
                return this;
            }

            /**
             * Whether the page may only look, or also emit, move sockets in and out of rooms and
             * disconnect them. In {@link Mode#PRODUCTION} it may only look unless told otherwise.
             */
            public Builder readonly(boolean readonly) {
                this.readonly = readonly;
                return this;
            }

            /** How much the page is shown; {@link Mode#PRODUCTION} unless told otherwise. */
            public Builder mode(Mode mode) {
                this.mode = mode;
                return this;
            }

            /** By which name this server is known; the host's name unless told otherwise. */
            public Builder serverId(String serverId) {
                this.serverId = serverId;
                return this;
            }

            /** Where sessions are kept; {@link SessionStore#inMemory} unless told otherwise. */
            public Builder sessions(SessionStore sessions) {
                this.sessions = sessions;
                return this;
            }

            public Options build() {
                return new Options(
                        auth,
                        namespace,
                        readonly == null ? mode == Mode.PRODUCTION : readonly,
                        mode,
                        serverId == null ? Surroundings.hostname() : serverId,
                        sessions == null ? SessionStore.inMemory() : sessions);
            }
        }
    }
}
