package dev.resound.examples.chat;

import dev.resound.core.http.HttpResponse;
import dev.resound.netty.Resound;
import dev.resound.socketio.ConnectRefusedException;
import dev.resound.socketio.OnEvent;
import dev.resound.socketio.Socket;
import dev.resound.socketio.SocketIo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Rooms with people in them who talk. What is kept with a socket is its user's name. */
public final class Chat {
    public record Message(String room, String from, String text) {}

    private final SocketIo<String> io =
            SocketIo.builder(hello -> hello.auth().path("name").asString("").strip()).build();

    Chat() {
        io.use(socket -> {
            if (socket.data().isEmpty()) throw new ConnectRefusedException("What is your name?");
        });
        io.onConnection(socket -> {
            socket.serve(this);
            socket.onDisconnecting((reason, description) ->
                    socket.rooms().forEach(room -> socket.to(room).emit("left", socket.data())));
        });
    }

    @OnEvent("join") // what a method returns is the answer
    public List<?> join(Socket<String> socket, String room) {
        socket.join(room);
        socket.to(room).emit("joined", socket.data());
        var here = io.to(room).fetchSockets().join();
        return here.stream().map(each -> each.data(String.class)).toList();
    }

    @OnEvent("say")
    public boolean say(Socket<String> socket, Message said) {
        boolean here = socket.rooms().contains(said.room());
        if (here)
            io.to(said.room()).emit("said", new Message(said.room(), socket.data(), said.text()));
        return here;
    }

    Resound start(int port, byte[] client) throws IOException {
        byte[] page = Chat.class.getResourceAsStream("index.html").readAllBytes();
        var html = HttpResponse.empty(200).with("Content-Type", "text/html").withBody(page);
        var script = HttpResponse.empty(200).with("Content-Type", "text/javascript");
        var server = Resound.builder().port(port).protocol(io).get("/", request -> html);
        return server.get("/socket.io.js", request -> script.withBody(client)).start();
    }

    public static void main(String[] arguments) throws IOException {
        new Chat().start(3000, Files.readAllBytes(Path.of(arguments[0])));
    }
}
