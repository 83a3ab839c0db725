package dev.resound.server;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * A server to talk to, and the app to talk about.
 *
 * @param base {@code http} or {@code https}, host, port, and the prefix of all paths without a
 *     slash at its end
 */
record Target(URI base, Credentials app) {

    /**
     * Reads an address.
     *
     * @param url {@code http}, {@code https}, {@code ws} or {@code wss}
     * @throws WrongUsage if it is none
     */
    static URI base(String url) throws WrongUsage {
        try {
            URI uri = new URI(url.strip());
            String scheme =
                    switch (String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT)) {
                        case "http", "ws" -> "http";
                        case "https", "wss" -> "https";
                        default -> "";
                    };
            boolean plain =
                    uri.getRawQuery() == null
                            && uri.getRawFragment() == null
                            && uri.getRawUserInfo() == null;
            if (!scheme.isEmpty() && uri.getHost() != null && plain) {
                return new URI(scheme, null, uri.getHost(), uri.getPort(), prefix(uri), null, null);
            }
        } catch (URISyntaxException malformed) {
            // told below
        }
        throw new WrongUsage(
                "--url must be an address such as https://ws.example.com:443/prefix, without"
                        + " user, query and fragment");
    }

    private static String prefix(URI uri) {
        String path = uri.getPath() == null ? "" : uri.getPath();
        return path.replaceAll("/+$", "");
    }

    boolean isSecure() {
        return base.getScheme().equals("https");
    }

    int port() {
        if (base.getPort() > 0) {
            return base.getPort();
        }
        return isSecure() ? 443 : 80;
    }

    String prefix() {
        return base.getRawPath();
    }

    /** Where this is on the server, below the prefix. */
    URI http(String pathAndQuery) {
        return URI.create(base + pathAndQuery);
    }

    /** Where the app's WebSockets are opened. */
    URI webSocket() {
        return URI.create(
                (isSecure() ? "wss" : "ws")
                        + base.toString().substring(base.getScheme().length())
                        + "/app/"
                        + app.key()
                        + "?protocol=7&client=resound&version="
                        + "1.0.0");
    }

    /** The same server with another prefix. */
    Target withPrefix(String prefix) {
        String whole = base.toString();
        String origin = whole.substring(0, whole.length() - prefix().length());
        return new Target(URI.create(origin + prefix), app);
    }
}
