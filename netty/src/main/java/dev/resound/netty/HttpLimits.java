package dev.resound.netty;

/** Sizes of a request; see {@link Limits}. */
public record HttpLimits(int requestLineBytes, int headerBytes, int headerFields, int bodyBytes) {
    static HttpLimits defaults() {
        return new HttpLimits(8192, 16384, 100, 1 << 20);
    }
}
