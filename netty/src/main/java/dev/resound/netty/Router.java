package dev.resound.netty;

import dev.resound.core.Endpoint;
import dev.resound.core.Protocol;
import dev.resound.core.http.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which route or endpoint a path belongs to. Immutable. */
final class Router {
    private final String prefix;
    private final List<Route> routes;
    private final List<Endpoint> endpoints;
    private final List<Protocol> protocols;

    /** Where a request goes. */
    sealed interface Target {
        record ToRoute(Route route, Map<String, String> parameters) implements Target {}

        record ToEndpoint(Endpoint endpoint, Map<String, String> parameters) implements Target {}

        /** The path exists, the method does not; {@code allow} lists those that do. */
        record WrongMethod(String allow) implements Target {}

        record Nowhere() implements Target {}
    }

    Router(String prefix, List<Route> routes, List<Protocol> protocols) {
        this.prefix = prefix;
        List<Route> allRoutes = new ArrayList<>(routes);
        List<Endpoint> allEndpoints = new ArrayList<>();
        for (Protocol protocol : protocols) {
            allRoutes.addAll(protocol.routes());
            allEndpoints.addAll(protocol.endpoints());
        }
        this.routes = List.copyOf(allRoutes);
        this.endpoints = List.copyOf(allEndpoints);
        this.protocols = List.copyOf(protocols);
    }

    String prefix() {
        return prefix;
    }

    Target find(String method, String path) {
        if (!path.startsWith(prefix)) {
            return new Target.Nowhere();
        }
        String local = path.substring(prefix.length());
        TreeSet<String> allowed = null;
        for (Route route : routes) {
            Map<String, String> parameters = route.path().match(local);
            if (parameters == null) {
                continue;
            }
            if (answers(route, method)) {
                return new Target.ToRoute(route, parameters);
            }
            allowed = allowed == null ? new TreeSet<>() : allowed;
            allowed.add(route.method());
            if (route.method().equals("GET")) {
                allowed.add("HEAD");
            }
        }
        for (Endpoint endpoint : endpoints) {
            Map<String, String> parameters = endpoint.path().match(local);
            if (parameters == null) {
                continue;
            }
            if (method.equals("GET")) {
                return new Target.ToEndpoint(endpoint, parameters);
            }
            allowed = allowed == null ? new TreeSet<>() : allowed;
            allowed.add("GET");
        }
        return allowed == null
                ? new Target.Nowhere()
                : new Target.WrongMethod(String.join(", ", allowed));
    }

    /**
     * The endpoint of a path, for requests that want to upgrade: an HTTP route on the same path
     * steps back.
     */
    Target.@Nullable ToEndpoint findEndpoint(String path) {
        if (!path.startsWith(prefix)) {
            return null;
        }
        String local = path.substring(prefix.length());
        for (Endpoint endpoint : endpoints) {
            Map<String, String> parameters = endpoint.path().match(local);
            if (parameters != null) {
                return new Target.ToEndpoint(endpoint, parameters);
            }
        }
        return null;
    }

    void stop() {
        protocols.forEach(Protocol::onStop);
    }

    private static boolean answers(Route route, String method) {
        return route.method().equals(Route.ANY)
                || route.method().equals(method)
                || (route.method().equals("GET") && method.equals("HEAD"));
    }
}
