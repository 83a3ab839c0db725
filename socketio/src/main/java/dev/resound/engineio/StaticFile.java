package dev.resound.engineio;

import dev.resound.core.http.Header;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file as it was when the server was built. Immutable. */
final class StaticFile {
    private final String name;
    private final String tag;
    private final HttpResponse plain;
    private final HttpResponse compressed;
    private final HttpResponse notModified;

    StaticFile(String name, String contentType, String version, byte[] content) {
        this.name = name;
        this.tag = "\"" + version + "\"";
        List<Header> always =
                List.of(
                        new Header("Cache-Control", "public, max-age=0"),
                        new Header("Vary", "Accept-Encoding"),
                        new Header("ETag", tag));
        this.notModified = HttpResponse.empty(304).with(always);
        this.plain =
                HttpResponse.empty(200)
                        .with("Content-Type", contentType)
                        .with(always)
                        .withBody(content);
        byte[] smaller = Gzip.compress(content);
        this.compressed =
                smaller.length < content.length
                        ? plain.with("Content-Encoding", "gzip").withBody(smaller)
                        : plain;
    }

    String name() {
        return name;
    }

    HttpResponse answer(HttpRequest request) {
        if (isKnown(request.header("if-none-match"))) {
            return notModified;
        }
        return Gzip.isAccepted(request) ? compressed : plain;
    }

    /** RFC 9110, section 13.1.2: a list of tags, compared weakly, or any at all. */
    private boolean isKnown(@Nullable String tags) {
        if (tags == null) {
            return false;
        }
        for (String known : tags.split(",", -1)) {
            String stripped = known.strip();
            String strong = stripped.startsWith("W/") ? stripped.substring(2) : stripped;
            if (strong.equals(tag) || strong.equals("*")) {
                return true;
            }
        }
        return false;
    }
}
