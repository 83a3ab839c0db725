package dev.resound.netty;

import dev.resound.core.http.Header;
import dev.resound.netty.RequestParser.Failed;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of one request while its lines come in, and what its fields say about its body. Whatever
 * two readers could understand differently is refused. Each step answers null if all is well.
 */
final class UnfinishedHead {
    private static final Failed LINE = new Failed(400, "Malformed request line.");
    private static final Failed TARGET = new Failed(400, "Unsupported request target.");
    private static final Failed VERSION = new Failed(505, "Only HTTP/1.1 is spoken here.");
    private static final Failed FIELD = new Failed(400, "Malformed header field.");
    private static final Failed TOO_MANY_FIELDS = new Failed(431, "Too many header fields.");
    private static final Failed HOST = new Failed(400, "One valid Host header is needed.");
    private static final Failed LENGTH = new Failed(400, "Malformed or repeated Content-Length.");
    private static final Failed CODING =
            new Failed(400, "Only the transfer coding \"chunked\" is understood, once.");
    private static final Failed TWO_LENGTHS =
            new Failed(400, "Content-Length and Transfer-Encoding exclude each other.");
    private static final Failed OLD_CODING = new Failed(400, "HTTP/1.0 has no Transfer-Encoding.");
    private static final Failed ENCODED = new Failed(415, "Content-Encoding is not supported.");
    private static final Failed EXPECTATION = new Failed(417, "Unknown expectation.");

    private static final long NO_LENGTH = -1;

    private final HttpLimits limits;
    private final List<Header> headers = new ArrayList<>();

    private String method = "";
    private Target target = new Target(null, "/", "");
    private int minorVersion;

    private @Nullable String host;
    private long contentLength = NO_LENGTH;
    private boolean chunked;
    private boolean encoded;
    private boolean close;
    private boolean keepAlive;
    private boolean upgradeListed;
    private boolean upgradeNamed;
    private boolean expectsContinue;
    private boolean expectsOther;

    UnfinishedHead(HttpLimits limits) {
        this.limits = limits;
    }

    @Nullable Failed requestLine(ByteBuf line, int from, int to) {
        RequestLine parsed = RequestLine.parse(line, from, to);
        if (parsed == null) {
            return LINE;
        }
        if (parsed.majorVersion() != 1) {
            return VERSION;
        }
        Target reduced = Target.parse(parsed.target());
        if (reduced == null) {
            return TARGET;
        }
        method = parsed.method();
        target = reduced;
        minorVersion = Math.min(parsed.minorVersion(), 1); // a later minor version is ours, too
        return null;
    }

    @Nullable Failed field(ByteBuf line, int from, int to) {
        if (headers.size() == limits.headerFields()) {
            return TOO_MANY_FIELDS;
        }
        Header header = HeaderFields.parse(line, from, to);
        if (header == null) {
            return FIELD;
        }
        headers.add(header);
        String value = header.value();
        return switch (header.name()) {
            case "host" -> host(value);
            case "content-length" -> contentLength(value);
            case "transfer-encoding" -> transferEncoding(value);
            case "connection" -> {
                connection(value);
                yield null;
            }
            case "upgrade" -> {
                upgradeNamed = true;
                yield null;
            }
            case "content-encoding" -> {
                encoded |= !value.equalsIgnoreCase("identity");
                yield null;
            }
            case "expect" -> {
                boolean known = value.equalsIgnoreCase("100-continue");
                expectsContinue |= known;
                expectsOther |= !known;
                yield null;
            }
            default -> null;
        };
    }

    private @Nullable Failed host(String value) {
        if (host != null || !Authority.isValid(value)) {
            return HOST;
        }
        host = value;
        return null;
    }

    private @Nullable Failed contentLength(String value) {
        if (contentLength != NO_LENGTH || value.isEmpty()) {
            return LENGTH;
        }
        long length = 0;
        for (int i = 0; i < value.length(); i++) {
            int digit = value.charAt(i) - '0';
            if (digit < 0 || digit > 9 || length > (Long.MAX_VALUE - digit) / 10) {
                return LENGTH;
            }
            length = length * 10 + digit;
        }
        contentLength = length;
        return null;
    }

    /**
     * RFC 9112, section 6.1, would have 501 for a coding that we do not know before a final {@code
     * chunked}. It is 400 here as for all framing that cannot be trusted.
     */
    private @Nullable Failed transferEncoding(String value) {
        if (chunked || !value.equalsIgnoreCase("chunked")) {
            return CODING;
        }
        chunked = true;
        return null;
    }

    private void connection(String value) {
        int start = 0;
        while (start <= value.length()) {
            int comma = value.indexOf(',', start);
            int end = comma < 0 ? value.length() : comma;
            String option = value.substring(start, end).trim();
            close |= option.equalsIgnoreCase("close");
            keepAlive |= option.equalsIgnoreCase("keep-alive");
            upgradeListed |= option.equalsIgnoreCase("upgrade");
            start = end + 1;
        }
    }

    /** Called at the empty line. */
    @Nullable Failed end() {
        if (host == null && minorVersion > 0) {
            return HOST;
        }
        if (chunked && contentLength != NO_LENGTH) {
            return TWO_LENGTHS;
        }
        if (chunked && minorVersion == 0) {
            return OLD_CODING;
        }
        if (encoded) {
            return ENCODED;
        }
        if (expectsOther && minorVersion > 0) {
            return EXPECTATION;
        }
        return null;
    }

    RequestHead head() {
        String authority = target.authority();
        if (authority != null) {
            // The target decides over the Host field (RFC 9112, section 3.2.2).
            headers.removeIf(header -> header.name().equals("host"));
            headers.addFirst(new Header("host", authority));
        }
        return new RequestHead(
                method,
                target.path(),
                target.query(),
                headers,
                minorVersion,
                !close && (keepAlive || minorVersion > 0),
                upgradeListed && upgradeNamed && minorVersion > 0);
    }

    boolean chunked() {
        return chunked;
    }

    /** Length of a body that is not chunked, as claimed. */
    long bodyBytes() {
        return contentLength == NO_LENGTH ? 0 : contentLength;
    }

    boolean expectsContinue() {
        return expectsContinue && minorVersion > 0;
    }
}
