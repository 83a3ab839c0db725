package dev.resound.sessions;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Makes streams of everything whose base is the one it is for, and writes down what happens. Tests
 * set what is to go wrong. <b>Thread:</b> any.
 */
final class RecordingProvider implements StreamProvider {
    final List<String> calls = new CopyOnWriteArrayList<>();

    /** Those that were opened, the newest last. */
    final List<Sink> sinks = new CopyOnWriteArrayList<>();

    /** Takes one permit for each piece of media; there are plenty unless a test drains them. */
    final Semaphore mayTake = new Semaphore(1_000_000);

    volatile @Nullable Exception opening;
    volatile @Nullable Exception taking;
    volatile @Nullable Error linking;
    volatile boolean supportFails;
    private final String base;

    RecordingProvider(String base) {
        this.base = base;
    }

    @Override
    public boolean supports(StreamName stream) {
        if (supportFails) {
            throw new IllegalStateException("does not know");
        }
        return stream.base().equals(base);
    }

    @Override
    public DerivedStream open(StreamName stream, String owner, Sink sink) throws Exception {
        Exception failure = opening;
        Error error = linking;
        calls.add("open " + stream.text() + " " + owner); // from here on the test goes on
        if (error != null) {
            throw error;
        }
        fail(failure);
        sinks.add(sink);
        return new DerivedStream() {
            @Override
            public void media(byte[] piece) throws Exception {
                mayTake.acquire();
                fail(taking);
                calls.add("media " + new String(piece, StandardCharsets.UTF_8));
                Arrays.fill(piece, (byte) '?');
            }

            @Override
            public void speech(boolean speaking) {
                calls.add("speech " + speaking);
            }

            @Override
            public void close() {
                calls.add("close " + stream.text());
            }
        };
    }

    private static void fail(@Nullable Exception failure) throws Exception {
        if (failure != null) {
            throw failure;
        }
    }

    long count(String call) {
        return calls.stream().filter(call::equals).count();
    }
}
