package dev.resound.netty;

import dev.resound.core.http.HttpRequest;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Provisional: whole heads only. */
final class RequestParser {
    private final HttpLimits limits;

    sealed interface Result {
        record NeedMore() implements Result {}

        record ContinueWanted() implements Result {}

        record Complete(RequestHead head, byte[] body) implements Result {}

        record Failed(int status, String text) implements Result {}
    }

    RequestParser(HttpLimits limits) {
        this.limits = limits;
    }

    boolean inBody() {
        return false;
    }

    boolean isIdle() {
        return true;
    }

    Result parse(ByteBuf in) {
        String all = in.toString(StandardCharsets.ISO_8859_1);
        int end = all.indexOf("\r\n\r\n");
        if (end < 0) {
            return all.length() > limits.headerBytes()
                    ? new Result.Failed(431, "Too large.")
                    : new Result.NeedMore();
        }
        String[] lines = all.substring(0, end).split("\r\n", -1);
        String[] first = lines[0].split(" ", -1);
        if (first.length != 3) {
            return new Result.Failed(400, "Bad request.");
        }
        List<HttpRequest.Header> headers = new ArrayList<>();
        int length = 0;
        boolean upgrade = false;
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            String name = lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
            String value = lines[i].substring(colon + 1).strip();
            headers.add(new HttpRequest.Header(name, value));
            if (name.equals("content-length")) {
                length = Integer.parseInt(value);
            }
            upgrade |= name.equals("upgrade");
        }
        if (length > limits.bodyBytes()) {
            return new Result.Failed(413, "Payload too large.");
        }
        if (in.readableBytes() < end + 4 + length) {
            return new Result.NeedMore();
        }
        in.skipBytes(end + 4);
        byte[] body = new byte[length];
        in.readBytes(body);
        String[] target = first[1].split("\\?", 2);
        return new Result.Complete(
                new RequestHead(
                        first[0],
                        target[0],
                        target.length > 1 ? target[1] : "",
                        headers,
                        1,
                        true,
                        upgrade),
                body);
    }
}
