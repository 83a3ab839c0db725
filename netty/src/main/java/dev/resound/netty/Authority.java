package dev.resound.netty;

import io.netty.util.NetUtil;

/**
 * Host and port, as the Host field and targets in absolute form have them (RFC 9110, section 7.2;
 * RFC 3986, section 3.2). No user information; for http the host must not be empty.
 */
final class Authority {
    private static final String MARKS = "-._~!$&'()*+,;=";

    private Authority() {}

    static boolean isValid(String authority) {
        int hostEnd;
        boolean validHost;
        if (authority.startsWith("[")) {
            int bracket = authority.indexOf(']');
            hostEnd = bracket + 1;
            validHost = bracket > 0 && isIpv6(authority.substring(1, bracket));
        } else {
            int colon = authority.indexOf(':');
            hostEnd = colon < 0 ? authority.length() : colon;
            validHost = hostEnd > 0 && isRegisteredName(authority, hostEnd);
        }
        return validHost && isPortOrNothing(authority, hostEnd);
    }

    private static boolean isIpv6(String address) {
        // Netty also takes a zone and brackets of its own, which a Host field has no room for.
        return address.indexOf('%') < 0
                && !address.startsWith("[")
                && NetUtil.isValidIpV6Address(address);
    }

    private static boolean isRegisteredName(String authority, int end) {
        for (int i = 0; i < end; i++) {
            char c = authority.charAt(i);
            if (c == '%') {
                if (i + 2 >= end
                        || !isHexDigit(authority.charAt(i + 1))
                        || !isHexDigit(authority.charAt(i + 2))) {
                    return false;
                }
                i += 2;
            } else if (!isLetterOrDigit(c) && MARKS.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPortOrNothing(String authority, int from) {
        if (from == authority.length()) {
            return true;
        }
        if (authority.charAt(from) != ':') {
            return false;
        }
        int port = 0;
        for (int i = from + 1; i < authority.length(); i++) {
            char c = authority.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            port = port * 10 + c - '0';
            if (port > 0xffff) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isHexDigit(char c) {
        return Character.digit(c, 16) >= 0 && c < 0x80;
    }
}
