package dev.resound.netty;

/**
 * How large a request may be. A value at the limit is accepted.
 *
 * @param requestLineBytes the request line, without its line end; beyond it 414
 * @param headerBytes all header fields together, with their line ends; beyond it 431
 * @param headerFields number of header fields; beyond it 431
 * @param bodyBytes the body, without chunk framing; beyond it 413
 * @param chunkHeaderBytes the line before a chunk, without its line end; beyond it 400
 * @param trailerBytes all trailer fields together, with their line ends; beyond it 400
 */
public record HttpLimits(
        int requestLineBytes,
        int headerBytes,
        int headerFields,
        int bodyBytes,
        int chunkHeaderBytes,
        int trailerBytes) {

    public HttpLimits {
        requirePositive("requestLineBytes", requestLineBytes);
        requirePositive("headerBytes", headerBytes);
        requirePositive("headerFields", headerFields);
        requirePositive("chunkHeaderBytes", chunkHeaderBytes);
        if (bodyBytes < 0 || trailerBytes < 0) {
            throw new IllegalArgumentException(
                    "bodyBytes %d, trailerBytes %d: must not be negative"
                            .formatted(bodyBytes, trailerBytes));
        }
    }

    /** What {@link Limits#defaults} has. */
    public static HttpLimits defaults() {
        return new HttpLimits(8192, 16_384, 100, 1 << 20, 256, 4096);
    }

    /** The same, but for bodies of up to so many bytes. */
    public HttpLimits withBodyBytes(int bodyBytes) {
        return new HttpLimits(
                requestLineBytes,
                headerBytes,
                headerFields,
                bodyBytes,
                chunkHeaderBytes,
                trailerBytes);
    }

    private static void requirePositive(String name, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " is " + value + ", must be positive");
        }
    }
}
