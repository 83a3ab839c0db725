package dev.resound.engineio;

import dev.resound.core.http.HttpRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** The one content coding there is for responses. Stateless. */
final class Gzip {
    private Gzip() {}

    /** Whether who asks can take it; what is named with a weight of 0 is refused. */
    static boolean isAccepted(HttpRequest request) {
        String codings = request.header("accept-encoding");
        if (codings == null) {
            return false;
        }
        for (String coding : codings.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = coding.split(";", 2);
            if (parts[0].strip().equals("gzip")) {
                return parts.length == 1 || !isZero(parts[1]);
            }
        }
        return false;
    }

    private static boolean isZero(String weight) {
        return weight.replace(" ", "").matches("q=0(\\.0*)?");
    }

    static byte[] compress(byte[] body) {
        var out = new ByteArrayOutputStream(body.length / 2);
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(body);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }
}
