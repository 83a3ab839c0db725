package dev.resound.engineio;

import dev.resound.core.http.Header;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which pages of other origins may poll. It does not keep WebSockets away, browsers do not ask for
 * them: that is what {@link EngineIo.Builder#allowedOrigins} is for.
 *
 * <p>Immutable; every method returns another.
 */
public final class Cors {
    private final Kind kind;
    private final String fixed;
    private final Predicate<String> allowed;
    private final boolean credentials;
    private final String methods;
    private final @Nullable String allowedHeaders;
    private final @Nullable String exposedHeaders;
    private final @Nullable Duration maxAge;

    private enum Kind {
        ANY,
        FIXED,
        REFLECTED
    }

    private Cors(
            Kind kind,
            String fixed,
            Predicate<String> allowed,
            boolean credentials,
            String methods,
            @Nullable String allowedHeaders,
            @Nullable String exposedHeaders,
            @Nullable Duration maxAge) {
        this.kind = kind;
        this.fixed = fixed;
        this.allowed = allowed;
        this.credentials = credentials;
        this.methods = methods;
        this.allowedHeaders = allowedHeaders;
        this.exposedHeaders = exposedHeaders;
        this.maxAge = maxAge;
    }

    private static Cors of(Kind kind, String fixed, Predicate<String> allowed) {
        return new Cors(
                kind, fixed, allowed, false, "GET,HEAD,PUT,PATCH,POST,DELETE", null, null, null);
    }

    /** Pages of every origin, without credentials: {@code *}. */
    public static Cors anyOrigin() {
        return of(Kind.ANY, "*", origin -> true);
    }

    /** Always names this one origin. */
    public static Cors origin(String origin) {
        return origin.equals("*") ? anyOrigin() : of(Kind.FIXED, origin, origin::equals);
    }

    /** Pages of these origins: {@code https://a.example}. */
    public static Cors origins(String... origins) {
        Set<String> all = Set.of(origins);
        return of(Kind.REFLECTED, "", all::contains);
    }

    /** Pages of origins in which the pattern is found. */
    public static Cors origins(Pattern pattern) {
        return of(Kind.REFLECTED, "", origin -> pattern.matcher(origin).find());
    }

    /** Pages of origins that pass; asked on an event loop, must not block. */
    public static Cors originsPassing(Predicate<String> allowed) {
        return of(Kind.REFLECTED, "", allowed);
    }

    /** Cookies and other credentials may come along. */
    public Cors credentials(boolean credentials) {
        return new Cors(
                kind, fixed, allowed, credentials, methods, allowedHeaders, exposedHeaders, maxAge);
    }

    /** The methods named to a preflight. */
    public Cors methods(String... methods) {
        return new Cors(
                kind,
                fixed,
                allowed,
                credentials,
                String.join(",", methods),
                allowedHeaders,
                exposedHeaders,
                maxAge);
    }

    /** The request headers named to a preflight; those it asks for unless told otherwise. */
    public Cors allowedHeaders(String... names) {
        return new Cors(
                kind,
                fixed,
                allowed,
                credentials,
                methods,
                String.join(",", names),
                exposedHeaders,
                maxAge);
    }

    /** Response headers that scripts may read. */
    public Cors exposedHeaders(String... names) {
        return new Cors(
                kind,
                fixed,
                allowed,
                credentials,
                methods,
                allowedHeaders,
                String.join(",", names),
                maxAge);
    }

    /** How long a browser may remember the answer to a preflight. */
    public Cors maxAge(Duration maxAge) {
        return new Cors(
                kind, fixed, allowed, credentials, methods, allowedHeaders, exposedHeaders, maxAge);
    }

    List<Header> headers(HttpRequest request) {
        List<Header> headers = new ArrayList<>(4);
        addOrigin(request, headers);
        if (exposedHeaders != null) {
            headers.add(new Header("Access-Control-Expose-Headers", exposedHeaders));
        }
        return headers;
    }

    HttpResponse preflight(HttpRequest request) {
        List<Header> headers = new ArrayList<>(8);
        addOrigin(request, headers);
        headers.add(new Header("Access-Control-Allow-Methods", methods));
        String asked = request.header("access-control-request-headers");
        if (allowedHeaders != null) {
            headers.add(new Header("Access-Control-Allow-Headers", allowedHeaders));
        } else if (asked != null) {
            headers.add(new Header("Vary", "Access-Control-Request-Headers"));
            headers.add(new Header("Access-Control-Allow-Headers", asked));
        }
        if (maxAge != null) {
            headers.add(new Header("Access-Control-Max-Age", String.valueOf(maxAge.toSeconds())));
        }
        headers.add(new Header("Content-Length", "0"));
        return new HttpResponse(204, headers, new byte[0], false);
    }

    private void addOrigin(HttpRequest request, List<Header> headers) {
        switch (kind) {
            case ANY -> headers.add(new Header("Access-Control-Allow-Origin", "*"));
            case FIXED -> {
                headers.add(new Header("Access-Control-Allow-Origin", fixed));
                headers.add(new Header("Vary", "Origin"));
            }
            case REFLECTED -> {
                String origin = request.header("origin");
                if (origin != null && request.headerCount("origin") == 1 && allowed.test(origin)) {
                    headers.add(new Header("Access-Control-Allow-Origin", origin));
                }
                headers.add(new Header("Vary", "Origin"));
            }
        }
        if (credentials) {
            headers.add(new Header("Access-Control-Allow-Credentials", "true"));
        }
    }
}
