package dev.resound.core.http;

/**
 * One HTTP route. A path that matches under another method answers 405 with {@code Allow}.
 *
 * @param method upper case; {@code GET} also answers {@code HEAD}
 */
public record Route(String method, PathTemplate path, HttpHandler handler) {

    public static Route get(String path, HttpHandler handler) {
        return new Route("GET", PathTemplate.of(path), handler);
    }

    public static Route post(String path, HttpHandler handler) {
        return new Route("POST", PathTemplate.of(path), handler);
    }
}
