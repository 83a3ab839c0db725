package dev.resound.bench;

import java.net.InetSocketAddress;
import java.net.URI;

/** The server under load, and what it speaks. */
sealed interface Target {

    Address address();

    /** Path and query of the WebSocket handshake. */
    String socketPath();

    /**
     * The same at another node of the server's cluster.
     *
     * @throws CannotRunException the URL is not a {@code ws} or {@code http} one
     */
    default Target at(String url) {
        Address other = addressOf(parse(url), url);
        return switch (this) {
            case Pusher it -> new Pusher(other, it.prefix, it.appId, it.appKey, it.secret);
            case Raw it -> new Raw(other, it.socketPath, it.publishPath);
            case SocketIo it -> new SocketIo(other, it.path);
        };
    }

    /** A Pusher server and the application we act for. */
    record Pusher(Address address, String prefix, String appId, String appKey, String secret)
            implements Target {

        public Pusher {
            requirePlain("app id", appId);
            requirePlain("app key", appKey);
        }

        private static void requirePlain(String what, String value) {
            for (int at = 0; at < value.length(); at++) {
                char each = value.charAt(at);
                if (each > '~' || (!Character.isLetterOrDigit(each) && "-._~".indexOf(each) < 0)) {
                    throw new CannotRunException(
                            "The " + what + " may hold letters, digits and -._~ only: " + value);
                }
            }
            if (value.isEmpty()) {
                throw new CannotRunException("The " + what + " is empty.");
            }
        }

        @Override
        public String socketPath() {
            return prefix + "/app/" + appKey + "?protocol=7&client=resound-bench&version=1.0.0";
        }
    }

    /**
     * A server of plain WebSocket messages.
     *
     * @param publishPath where messages are sent that all others get
     */
    record Raw(Address address, String socketPath, String publishPath) implements Target {

        /** The same server, as the one that publishes sees it. */
        Raw publishing() {
            return new Raw(address, publishPath, publishPath);
        }
    }

    /**
     * A Socket.IO server with the events {@code echo}, {@code join} and {@code pub}; see {@code
     * bench/README.md}.
     *
     * @param path where it serves Engine.IO, ending in a slash
     */
    record SocketIo(Address address, String path) implements Target {

        @Override
        public String socketPath() {
            return path + "?EIO=4&transport=websocket";
        }
    }

    /** Where a server listens. */
    record Address(String host, int port) {
        /** Host and port as a {@code Host} header has them. */
        String authority() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }

        boolean isLoopbackIpv4() {
            return host.equals("localhost") || host.startsWith("127.");
        }

        InetSocketAddress resolve() {
            var resolved = new InetSocketAddress(host, port);
            if (resolved.isUnresolved()) {
                throw new CannotRunException("Unknown host " + host + ": check the URL.");
            }
            return resolved;
        }
    }

    /**
     * The Pusher server at a URL, whose path is the server's path prefix.
     *
     * @throws CannotRunException the URL is not a {@code ws} or {@code http} one
     */
    static Pusher pusher(String url, String appId, String appKey, String secret) {
        URI uri = parse(url);
        String path = uri.getRawPath();
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        return new Pusher(addressOf(uri, url), path, appId, appKey, secret);
    }

    /**
     * The WebSocket at a URL.
     *
     * @param publishPath empty: the URL's
     * @throws CannotRunException the URL is not a {@code ws} or {@code http} one
     */
    static Raw raw(String url, String publishPath) {
        URI uri = parse(url);
        if (!publishPath.isEmpty() && !publishPath.startsWith("/")) {
            throw new CannotRunException("Not a path like /pub/bench: " + publishPath);
        }
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery();
        String whole = query == null ? path : path + "?" + query;
        return new Raw(addressOf(uri, url), whole, publishPath.isEmpty() ? whole : publishPath);
    }

    /**
     * The Socket.IO server at a URL; without a path it is at {@code /socket.io/}.
     *
     * @throws CannotRunException the URL is not a {@code ws} or {@code http} one
     */
    static SocketIo socketIo(String url) {
        URI uri = parse(url);
        String path = uri.getRawPath();
        if (path.isEmpty() || path.equals("/")) {
            path = "/socket.io/";
        }
        return new SocketIo(addressOf(uri, url), path.endsWith("/") ? path : path + "/");
    }

    private static URI parse(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException notOne) {
            throw new CannotRunException("Not a URL: " + url);
        }
        String scheme = uri.getScheme();
        if ("wss".equals(scheme) || "https".equals(scheme)) {
            throw new CannotRunException(
                    "The bench speaks no TLS: point it at the server's plain port with ws://…");
        }
        if ((!"ws".equals(scheme) && !"http".equals(scheme)) || uri.getHost() == null) {
            throw new CannotRunException("Not a URL like ws://127.0.0.1:8080: " + url);
        }
        return uri;
    }

    private static Address addressOf(URI uri, String url) {
        int port = uri.getPort() == -1 ? 80 : uri.getPort();
        if (port < 1 || port > 65_535) {
            throw new CannotRunException("No such port in " + url);
        }
        String host = uri.getHost();
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        return new Address(host, port);
    }
}
