package dev.resound.sessions;

import dev.resound.core.Loop;
import dev.resound.core.RateLimitedLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The streams of one session that providers make of its media: one for each name that anybody has
 * subscribed to. A provider's code runs on a virtual thread for each stream; what it is too slow
 * for is dropped. <b>Thread:</b> the session's loop.
 */
final class DerivedStreams {
    private static final RateLimitedLog LOG =
            new RateLimitedLog(LoggerFactory.getLogger(StreamProvider.class));

    /** After its last subscriber a stream stays for a while: another one may come. */
    private static final long LINGER_MILLIS = 5_000;

    /** One that has failed is opened again after this. */
    private static final long PAUSE_MILLIS = 5_000;

    private static final int MOST_WAITING = 64;

    /** In one session; each has a thread of its own. */
    private static final int MOST_STREAMS = 32;

    private final DeviceSession session;
    private final List<StreamProvider> providers;
    private final Map<StreamName, Open> open = new HashMap<>();

    DerivedStreams(DeviceSession session, List<StreamProvider> providers) {
        this.session = session;
        this.providers = providers;
    }

    /** Subscriptions are others now. */
    void update(List<Subscription> subscriptions) {
        if (providers.isEmpty()) {
            return;
        }
        Set<StreamName> wanted = new HashSet<>();
        for (Subscription subscription : subscriptions) {
            if (subscription.stream() != null) {
                wanted.add(subscription.stream());
            }
        }
        for (StreamName stream : wanted) {
            Open present = open.get(stream);
            if (present != null) {
                present.keep();
            } else {
                begin(stream);
            }
        }
        for (Open one : new ArrayList<>(open.values())) {
            if (!wanted.contains(one.stream)) {
                one.linger();
            }
        }
    }

    private void begin(StreamName stream) {
        if (open.size() >= MOST_STREAMS) {
            LOG.warn("A session wants more than " + MOST_STREAMS + " derived streams");
            return;
        }
        for (StreamProvider provider : providers) {
            if (supports(provider, stream)) {
                Open begun = new Open(stream, provider);
                open.put(stream, begun);
                begun.worker.start();
                return;
            }
        }
    }

    private static boolean supports(StreamProvider provider, StreamName stream) {
        try {
            return provider.supports(stream);
        } catch (RuntimeException failure) { // foreign code
            LOG.error("A provider of streams has failed", failure);
            return false;
        }
    }

    void media(byte[] piece) {
        for (Open one : open.values()) {
            one.worker.offer(new Media(piece));
        }
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    void speech(boolean speaking) {
        for (Open one : open.values()) {
            one.worker.offer(new Speech(speaking));
        }
    }

    void end() {
        new ArrayList<>(open.values()).forEach(Open::end);
    }

    /** A stream, seen from the session. */
    private final class Open implements StreamProvider.Sink {
        private final StreamName stream;
        private final Worker worker;
        private Loop.@Nullable Timer timer;
        private boolean failed; // it keeps its place, so that nobody begins it before its time

        private Open(StreamName stream, StreamProvider provider) {
            this.stream = stream;
            this.worker = new Worker(stream, provider, session.owner(), this);
        }

        private void keep() {
            if (!failed) {
                cancel();
            }
        }

        private void cancel() {
            if (timer != null) {
                timer.cancel();
                timer = null;
            }
        }

        private void linger() {
            if (timer == null) {
                timer = session.loop().schedule(LINGER_MILLIS, this::end);
            }
        }

        private void end() {
            cancel();
            open.remove(stream, this);
            worker.end();
        }

        @Override
        public void emit(byte[] json) {
            emit(stream, json);
        }

        @Override
        public void emit(StreamName name, byte[] json) {
            byte[] event = json.clone(); // the provider's own, which may go on with it
            session.loop()
                    .execute(() -> {
                        if (open.get(stream) == this && !failed) {
                            session.routing().deliver(name, event);
                        }
                    });
        }

        @Override
        public void failed(@Nullable Throwable why) {
            LOG.error("A stream of a provider has failed", why);
            session.loop()
                    .execute(() -> {
                        if (open.get(stream) != this || failed) {
                            return;
                        }
                        failed = true;
                        worker.end();
                        cancel();
                        timer = session.loop().schedule(PAUSE_MILLIS, this::again);
                    });
        }

        private void again() {
            timer = null;
            open.remove(stream, this);
            session.updateDerived();
        }
    }

    private sealed interface Input {}

    private record Media(byte[] piece) implements Input {}

    private record Speech(boolean speaking) implements Input {}

    private record End() implements Input {}

    /**
     * Where the provider's code runs. <b>Thread:</b> {@link #offer} and {@link #end} the session's
     * loop.
     */
    private static final class Worker {
        private final StreamName stream;
        private final StreamProvider provider;
        private final String owner;
        private final StreamProvider.Sink sink;
        private final LinkedBlockingDeque<Input> waiting = new LinkedBlockingDeque<>(MOST_WAITING);
        private boolean ended;

        private Worker(
                StreamName stream,
                StreamProvider provider,
                String owner,
                StreamProvider.Sink sink) {
            this.stream = stream;
            this.provider = provider;
            this.owner = owner;
            this.sink = sink;
        }

        private void start() {
            Thread.ofVirtual().name("resound-stream").start(this::run);
        }

        /** If there is no room the oldest goes. */
        private void offer(Input input) {
            while (!ended && !waiting.offer(input)) {
                waiting.poll();
            }
        }

        private void end() {
            waiting.clear();
            offer(new End());
            ended = true;
        }

        private void run() {
            try (StreamProvider.DerivedStream opened = provider.open(stream, owner, sink)) {
                boolean goesOn = true;
                while (goesOn) {
                    switch (waiting.take()) {
                        case Media(var piece) -> opened.media(piece.clone());
                        case Speech(var speaking) -> opened.speech(speaking);
                        case End() -> goesOn = false;
                    }
                }
            } catch (Exception | LinkageError failure) { // foreign code, perhaps with native parts
                sink.failed(failure);
            }
        }
    }
}
