package dev.resound.examples.sensors;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.resound.sessions.StreamName;
import dev.resound.sessions.StreamProvider;
import java.util.ArrayDeque;

/** Makes {@code alert} of {@code vibration}: when its moving average passes a limit, either way. */
final class VibrationAlarm implements StreamProvider {
    private static final int WINDOW = 32; // samples
    private static final int LIMIT = 50;

    @Override
    public boolean supports(StreamName stream) {
        return stream.equals(SensorProfile.ALERT);
    }

    @Override
    public DerivedStream open(StreamName stream, String owner, Sink sink) {
        return new Alarm(sink);
    }

    private static final class Alarm implements DerivedStream {
        private final Sink sink;
        private final ArrayDeque<Integer> window = new ArrayDeque<>(WINDOW + 1);
        private int sum;
        private boolean raised;

        private Alarm(Sink sink) {
            this.sink = sink;
        }

        @Override
        public void media(byte[] samples) {
            for (byte sample : samples) {
                window.add(Math.abs(sample));
                sum += Math.abs(sample);
                if (window.size() > WINDOW) {
                    sum -= window.remove();
                }
                boolean high = sum > LIMIT * WINDOW;
                if (high != raised) {
                    raised = high;
                    sink.emit(("{\"type\":\"alert\",\"raised\":" + high + "}").getBytes(UTF_8));
                }
            }
        }

        @Override
        public void speech(boolean speaking) {}

        @Override
        public void close() {}
    }
}
