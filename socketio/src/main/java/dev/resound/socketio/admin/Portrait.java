package dev.resound.socketio.admin;

import dev.resound.socketio.Handshake;
import dev.resound.socketio.RemoteSocket;
import dev.resound.socketio.Socket;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Sockets as the UI wants to see them; never what they proved themselves with. */
final class Portrait {
    /** Headers by which proxies tell for whom they speak, the better one first. */
    private static final List<String> PROXY_HEADERS =
            List.of("cf-connecting-ip", "x-forwarded-for");

    private Portrait() {}

    static Map<String, Object> of(Socket<?> socket) {
        return of(
                socket.id(),
                socket.clientId(),
                socket.transport().wireName(),
                socket.namespace().name(),
                data(socket.data()),
                socket.handshake(),
                socket.rooms());
    }

    static Map<String, Object> of(String namespace, RemoteSocket socket) {
        return of(
                socket.id(),
                socket.clientId().orElse(socket.id()),
                socket.transport().orElse("websocket"),
                namespace,
                data(socket.data(JsonNode.class)),
                socket.handshake(),
                socket.rooms());
    }

    /** What is kept with a socket; the UI cannot do with nothing. */
    static Object data(@Nullable Object data) {
        return data == null || isNull(data) ? Map.of() : data;
    }

    private static boolean isNull(Object data) {
        return data instanceof JsonNode node && node.isNull();
    }

    private static Map<String, Object> of(
            String id,
            String clientId,
            String transport,
            String namespace,
            Object data,
            Handshake handshake,
            Collection<String> rooms) {
        Map<String, Object> portrait = new LinkedHashMap<>();
        portrait.put("id", id);
        portrait.put("clientId", clientId);
        portrait.put("transport", transport);
        portrait.put("nsp", namespace);
        portrait.put("data", data);
        portrait.put("handshake", handshake(handshake));
        portrait.put("rooms", rooms.stream().sorted().toList());
        return portrait;
    }

    private static Map<String, Object> handshake(Handshake handshake) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("address", address(handshake));
        shown.put("headers", handshake.headers());
        shown.put("query", handshake.query());
        shown.put("issued", handshake.issued());
        shown.put("secure", handshake.secure());
        shown.put("time", handshake.time());
        shown.put("url", handshake.url());
        shown.put("xdomain", handshake.xdomain());
        return shown;
    }

    private static String address(Handshake handshake) {
        for (String header : PROXY_HEADERS) {
            String said = handshake.headers().get(header);
            if (said != null && !said.isEmpty()) {
                return said;
            }
        }
        return handshake.address();
    }
}
