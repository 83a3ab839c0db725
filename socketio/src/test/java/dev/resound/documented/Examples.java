package dev.resound.documented;

import dev.resound.core.Hub;
import dev.resound.engineio.Admission;
import dev.resound.engineio.Cookie;
import dev.resound.engineio.Cors;
import dev.resound.engineio.Transport;
import dev.resound.netty.Resound;
import dev.resound.socketio.Arguments;
import dev.resound.socketio.Codec;
import dev.resound.socketio.ConnectRefusedException;
import dev.resound.socketio.Event;
import dev.resound.socketio.Handlers;
import dev.resound.socketio.Namespace;
import dev.resound.socketio.OnEvent;
import dev.resound.socketio.ParentNamespace;
import dev.resound.socketio.Recovery;
import dev.resound.socketio.RemoteSocket;
import dev.resound.socketio.RoomEvents;
import dev.resound.socketio.Socket;
import dev.resound.socketio.SocketIo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The snippets of docs/socketio.md and README.md, in their order. */
final class Examples {
    private final Game game;
    private final Accounts accounts;

    Examples(Game game, Accounts accounts) {
        this.game = game;
        this.accounts = accounts;
    }

    /** Whatever the snippets are about. */
    interface Game {
        void play(@Nullable Move move, String unit, byte[] picture, JsonNode rest);

        boolean accept(String player, Move move);

        CompletableFuture<List<Move>> since(int number);

        void log(Object... what);
    }

    interface Accounts {
        CompletionStage<@Nullable Account> find(@Nullable String token);

        boolean isValid(String token);

        CompletionStage<Boolean> exists(String tenant);

        CompletionStage<?> check(JsonNode auth);
    }

    record Account(String name) {}

    record Move(String unit, int x, int y) {}

    void start() throws IOException {
        var io = SocketIo.builder().build();
        io.onConnection(socket -> {
            socket.on(
                    "hello",
                    event -> {
                        String name = event.string(0);
                        socket.broadcast().emit("joined", name);
                        event.ack().send("welcome, " + name);
                    });
        });
        Resound.builder().port(3000).protocol(io).start();
    }

    void connection() {
        record Player(String name) {}

        SocketIo<Player> io =
                SocketIo.builder(handshake ->
                                new Player(handshake.query().getOrDefault("name", "?")))
                        .build();
        io.onConnection(socket -> {
            game.log(socket.id(), socket.data().name(), socket.handshake().address());
            socket.onDisconnect((reason, description) -> game.log(socket.id(), reason.wireName()));
        });
    }

    void events(Socket<?> socket) {
        socket.on(
                "move",
                event -> {
                    Move move = event.as(0, Move.class);
                    String unit = event.string(1);
                    byte[] picture = event.bytes(2);
                    JsonNode rest = event.get(3);
                    game.play(move, unit, picture, rest);
                });
        socket.emit("moved", new Move("tank", 3, 4), new byte[] {1, 2}, null);
    }

    static final Event<Move> MOVE = Event.of("move", Move.class);

    void typedEvents(Socket<Account> socket) {
        socket.on(
                MOVE,
                (move, ack) -> {
                    boolean accepted = game.accept(socket.data().name(), move);
                    if (accepted) {
                        socket.to("board").emit(MOVE, move);
                    }
                    ack.send(accepted);
                });
    }

    public interface Screen {
        void moved(String unit, int x, int y);

        @OnEvent("your turn")
        CompletableFuture<Move> yourTurn(int seconds);
    }

    void contract(Socket<?> socket) {
        Screen screen = socket.as(Screen.class);
        screen.moved("tank", 3, 4);
        screen.yourTurn(30).thenAccept(move -> game.log(move));
    }

    final class Handler {
        public final class Board {
            @OnEvent("move")
            public boolean move(Socket<Account> socket, Move move) {
                return game.accept(socket.data().name(), move);
            }

            @OnEvent("history")
            public CompletionStage<List<Move>> history(int since) {
                return game.since(since);
            }
        }

        void serve(SocketIo<Account> io) {
            Board board = new Board();
            io.onConnection(socket -> socket.serve(board));
        }
    }

    void acknowledgements(SocketIo<?> io, Socket<?> socket) {
        socket.timeout(Duration.ofSeconds(2))
                .emitWithAck("ready?")
                .whenComplete((answer, failure) -> game.log(failure == null ? answer : failure));

        List<Arguments> answers =
                io.to("board").timeout(Duration.ofSeconds(2)).emitWithAck("ready?").join();
        game.log(answers.size());
    }

    void rooms(SocketIo<?> io, Socket<?> socket) {
        socket.join("board", "chat");
        socket.leave("chat");

        io.emit("tick");
        io.to("board").emit("tick");
        io.to("board", "stands").except("muted").emit("goal");
        socket.to("board").emit("moved", 3, 4);
        socket.broadcast().emit("joined");
        io.to(socket.id()).emit("only you");
        io.to("board").asVolatile().emit("position", 3, 4);

        io.in("board").socketsJoin("finale");
        List<RemoteSocket> finalists = io.in("finale").fetchSockets().join();
        game.log(finalists.size());
        io.in("finale").disconnectSockets(true);
    }

    void namespaces(SocketIo<Account> io) {
        Namespace<Account> admin = io.of("/admin");
        admin.onConnection(socket -> admin.emit("joined", socket.data().name()));

        ParentNamespace<Account> games = io.of(Pattern.compile("^/game-\\d+$"));
        games.onConnection(socket -> socket.namespace().emit("joined", socket.data().name()));
        games.emit("pause");

        io.of((name, handshake) -> accounts.exists(name.substring(1)));
    }

    void middlewares(SocketIo<Account> io) {
        io.use(socket -> {
            if (!accounts.isValid(socket.handshake().auth().path("token").asString(""))) {
                throw new ConnectRefusedException("who are you?", Map.of("code", 17));
            }
        });
        io.root().useAsync(socket -> accounts.check(socket.handshake().auth()));
        io.onConnection(socket ->
                socket.use((event, arguments) -> {
                    if (arguments.size() > 3) {
                        throw new IllegalArgumentException("too much of " + event);
                    }
                    return arguments;
                }));
    }

    void dataAtUpgrade() {
        record Player(Account account, String table) {}

        SocketIo<Player> io =
                SocketIo.builder(
                                Account.class,
                                (account, handshake) ->
                                        new Player(
                                                account,
                                                handshake.query().getOrDefault("table", "1")))
                        .engine(engine ->
                                engine.admission(request ->
                                        accounts.find(request.header("authorization"))
                                                .thenApply(account ->
                                                        account == null
                                                                ? Admission.reject("who are you?")
                                                                : new Admission.Accept(account))))
                        .build();
        game.log(io);
    }

    void onLoop() {
        var io = SocketIo.builder().handlers(Handlers.ON_LOOP).build();
        game.log(io);
    }

    void recovery() {
        var io =
                SocketIo.builder()
                        .recovery(new Recovery(Duration.ofMinutes(1), true, 5_000, 16 << 20))
                        .build();
        io.onConnection(socket -> {
            if (!socket.isRecovered()) {
                socket.emit("everything", "as of now");
            }
        });
    }

    void transport() {
        var io =
                SocketIo.builder()
                        .engine(engine ->
                                engine.path("/realtime/")
                                        .pingInterval(Duration.ofSeconds(20))
                                        .maxMessageBytes(100_000)
                                        .transports(Set.of(Transport.WEBSOCKET))
                                        .allowRevision3(true)
                                        .cookie(Cookie.standard()))
                        .codec(Codec.MSGPACK)
                        .build();
        game.log(io);
    }

    void clientBundle() {
        var io =
                SocketIo.builder()
                        .clientBundle(Path.of("node_modules/socket.io-client/dist"))
                        .build();
        game.log(io);
    }

    void origins() {
        var pages = Set.of("https://example.com", "https://www.example.com");
        var io =
                SocketIo.builder()
                        .engine(engine ->
                                engine.cors(Cors.originsPassing(pages::contains).credentials(true))
                                        .allowedOrigins(pages::contains))
                        .build();
        game.log(io);
    }

    void sharing(String appId) {
        Hub hub = new Hub();
        var io = SocketIo.builder().hub(hub).build();
        io.of("/live").bindRooms("app/" + appId, RoomEvents.PLAIN);
        io.of("/live").onConnection(socket -> socket.join("scores"));
    }
}
