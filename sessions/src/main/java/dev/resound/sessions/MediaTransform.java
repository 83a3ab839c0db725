package dev.resound.sessions;

import org.jspecify.annotations.Nullable;

/**
 * Changes a device's media before anybody hears it: the place for a decoder. One for each socket of
 * a device. <b>Thread:</b> the session's loop; must not block.
 */
@FunctionalInterface
public interface MediaTransform {

    /**
     * Takes a binary message, and gives what companions get.
     *
     * @param piece its own array
     * @return null or empty: nothing, for now
     */
    byte @Nullable [] apply(byte[] piece);

    /** Makes one for a socket that has just come. */
    @FunctionalInterface
    interface Factory {
        MediaTransform begin(DeviceIdentity device);
    }

    /**
     * Whole samples of two bytes, which 16-bit PCM consists of: what is odd about a message waits
     * for the next one.
     */
    static MediaTransform wholeSamples() {
        return new MediaTransform() {
            private boolean odd;
            private byte kept;

            @Override
            public byte @Nullable [] apply(byte[] piece) {
                int available = piece.length + (odd ? 1 : 0);
                if (!odd && available % 2 == 0) {
                    return piece;
                }
                byte[] whole = new byte[available & ~1];
                int from = 0;
                int at = 0;
                if (odd && whole.length > 0) {
                    whole[at++] = kept;
                }
                int take = whole.length - at;
                System.arraycopy(piece, from, whole, at, take);
                if (available % 2 == 1 && piece.length > take) {
                    kept = piece[piece.length - 1];
                }
                odd = available % 2 == 1;
                return whole;
            }
        };
    }
}
