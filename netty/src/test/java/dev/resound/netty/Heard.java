package dev.resound.netty;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.resound.core.Close;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down what a decoder says, one line each. */
final class Heard implements FrameDecoder.Sink {
    final List<String> lines = new ArrayList<>();

    @Nullable Close violation;

    int mostTextBytes = Integer.MAX_VALUE;
    int mostBinaryBytes = Integer.MAX_VALUE;

    /** How many lines to hear before wanting no more. */
    int patience = Integer.MAX_VALUE;

    @Override
    public void text(byte[] buffer, int offset, int length) {
        lines.add("text " + new String(buffer, offset, length, UTF_8));
    }

    @Override
    public void binary(byte[] buffer, int offset, int length) {
        lines.add("binary " + HexFormat.of().formatHex(buffer, offset, offset + length));
    }

    @Override
    public void inflated(int length) {}

    @Override
    public void ping(byte[] payload) {
        lines.add("ping " + HexFormat.of().formatHex(payload));
    }

    @Override
    public void pong(byte[] payload) {
        lines.add("pong " + HexFormat.of().formatHex(payload));
    }

    @Override
    public void closed(int code, String reason) {
        lines.add("closed " + code + " " + reason);
    }

    @Override
    public void violation(Close close) {
        violation = close;
        lines.add("violation " + close.code());
    }

    @Override
    public int mostBytes(boolean binary, int accepted) {
        return Math.min(accepted, binary ? mostBinaryBytes : mostTextBytes);
    }

    @Override
    public boolean readsOn() {
        return lines.size() < patience;
    }
}
