package dev.resound.server;

import java.io.IOException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again and again whether a restart has been announced. What was there at first is the
 * announcement of an earlier one; every other value, also the first one where there was none, is
 * meant for this server. That a value goes (caches are cleared) means nothing, and so does a store
 * that cannot be reached. <b>Thread:</b> one.
 */
final class RestartWatch {
    private static final Logger LOG = LoggerFactory.getLogger(RestartWatch.class);

    private final RestartSignal signal;
    private final String place;
    private boolean watching;
    private boolean failing;
    private boolean strange;
    private @Nullable Long last;

    /**
     * Has not looked yet.
     *
     * @param place what is watched, for the log
     */
    RestartWatch(RestartSignal signal, String place) {
        this.signal = signal;
        this.place = place;
    }

    /**
     * Watches on a thread of its own, until there is a signal or that thread is interrupted.
     *
     * @param restart called once, when there is a signal
     */
    static Thread start(Configuration.RestartSettings settings, Runnable restart) {
        return Thread.ofVirtual()
                .name("resound-restart")
                .start(() -> {
                    try (RestartSignal signal = settings.signal(InstantSource.system())) {
                        RestartWatch watch = new RestartWatch(signal, settings.toString());
                        while (!watch.isTold()) {
                            Thread.sleep(settings.interval());
                        }
                        restart.run();
                    } catch (InterruptedException ended) {
                        LOG.debug("Watched to the end", ended);
                    }
                });
    }

    /** Looks once; blocks, but not long. */
    boolean isTold() {
        String text;
        try {
            text = signal.read();
        } catch (IOException failure) {
            if (!failing && !Thread.currentThread().isInterrupted()) {
                LOG.warn("The restart signal cannot be read ({}): {}", place, Reason.of(failure));
                failing = true;
            }
            return false;
        }
        if (failing) {
            LOG.info("The restart signal can be read again ({})", place);
            failing = false;
        }
        Long value = text == null ? null : PhpInteger.read(text);
        if (text != null && value == null && !strange) {
            LOG.warn("No restart signal, but something else than a time is there ({})", place);
        }
        strange = text != null && value == null;
        boolean told = watching && value != null && !value.equals(last);
        if (!watching) {
            LOG.info("Watching for a restart signal ({})", place);
            watching = true;
        }
        if (told) {
            LOG.info("Restart signal {} ({}): ending, as after SIGTERM", value, place);
        }
        last = value == null ? last : value;
        return told;
    }
}
