package dev.resound.core.http;

/**
 * One HTTP route. A path that matches under another method answers 405 with {@code Allow}.
 *
 * @param method upper case; {@code GET} also answers {@code HEAD}; {@link #ANY} answers every
 *     method
 * @param maxBodyBytes the largest body taken; {@link #PORTS_LIMIT} for the port's own limit
 */
public record Route(String method, PathTemplate path, int maxBodyBytes, HttpHandler handler) {
    public static final String ANY = "*";
    public static final int PORTS_LIMIT = -1;

    public Route(String method, PathTemplate path, HttpHandler handler) {
        this(method, path, PORTS_LIMIT, handler);
    }

    public static Route get(String path, HttpHandler handler) {
        return new Route("GET", PathTemplate.of(path), handler);
    }

    public static Route post(String path, HttpHandler handler) {
        return new Route("POST", PathTemplate.of(path), handler);
    }
}
