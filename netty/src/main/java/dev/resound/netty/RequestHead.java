package dev.resound.netty;

import dev.resound.core.http.Header;
import java.util.List;

/**
 * A request before its body, with framing and host already checked.
 *
 * @param method as sent; a token
 * @param path as sent (percent-encoded); starts with a slash, whatever form the target had
 * @param query as sent, without the question mark; empty if there is none
 * @param headers names in lower case, values without surrounding white space, in ISO 8859-1
 * @param minorVersion of HTTP/1: 0, or 1 for anything later
 * @param keepAlive whether the connection goes on after the response
 * @param upgrade whether another protocol is asked for (never by HTTP/1.0): what follows this
 *     request then may not be HTTP
 */
record RequestHead(
        String method,
        String path,
        String query,
        List<Header> headers,
        int minorVersion,
        boolean keepAlive,
        boolean upgrade) {

    RequestHead {
        headers = List.copyOf(headers);
    }

    /** Shape only: queries carry signatures and headers carry tokens. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
