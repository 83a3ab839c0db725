package dev.resound.netty;

import org.jspecify.annotations.Nullable;

/**
 * What a request is for (RFC 9112, section 3.2), in origin form or reduced to it.
 *
 * @param authority of a target in absolute form
 * @param path raw; starts with a slash
 * @param query raw, without the question mark; empty if there is none
 */
record Target(@Nullable String authority, String path, String query) {

    /**
     * Takes origin form and absolute form. Null for the forms that no resource of ours has ({@code
     * *}, and the authority of CONNECT), and for fragments, which are not for servers.
     */
    static @Nullable Target parse(String target) {
        if (target.indexOf('#') >= 0) {
            return null;
        }
        if (target.startsWith("/")) {
            return local(null, target);
        }
        int start = authorityStart(target);
        if (start < 0) {
            return null;
        }
        int end = start;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        String authority = target.substring(start, end);
        if (!Authority.isValid(authority)) {
            return null;
        }
        String rest = target.substring(end);
        return local(authority, rest.startsWith("/") ? rest : "/" + rest);
    }

    private static Target local(@Nullable String authority, String pathAndQuery) {
        int mark = pathAndQuery.indexOf('?');
        return mark < 0
                ? new Target(authority, pathAndQuery, "")
                : new Target(
                        authority,
                        pathAndQuery.substring(0, mark),
                        pathAndQuery.substring(mark + 1));
    }

    private static int authorityStart(String target) {
        for (String scheme : new String[] {"http://", "https://"}) {
            if (target.regionMatches(true, 0, scheme, 0, scheme.length())) {
                return scheme.length();
            }
        }
        return -1;
    }
}
