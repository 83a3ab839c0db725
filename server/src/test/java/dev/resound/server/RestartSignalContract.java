package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A restart signal, whatever it is kept in. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class RestartSignalContract {
    static final String KEY = "shop-cache-laravel:reverb:restart";
    static final long NOW = 1_795_000_000L;

    private RestartSignal signal;

    /** The store, of which the signal is opened. */
    abstract SignalStore store();

    /** Makes it as it was when the application was installed. */
    abstract void empty();

    /** Puts what Laravel writes when it is told to keep this number forever. */
    abstract void laravelPuts(String key, long number);

    /** Puts something else under {@link #KEY}, which stays there. */
    abstract void put(String value);

    /** What stands under the key, in the store's own form. */
    abstract String stored(String key);

    /** How {@link #stored} has the number when Laravel has written it. */
    abstract String inLaravelsForm(long number);

    abstract void stop();

    abstract void startAgain() throws IOException;

    RestartSignal open(String key) {
        return RestartSignal.in(store(), key, () -> Instant.ofEpochSecond(NOW));
    }

    RestartSignal signal() {
        return signal;
    }

    @BeforeEach
    void open() {
        empty();
        signal = open(KEY);
    }

    @AfterEach
    void close() {
        signal.close();
    }

    @Test
    void whatLaravelWritesIsRead() throws IOException {
        assertThat(signal.read()).isNull();
        laravelPuts(KEY, NOW - 1);
        assertThat(PhpInteger.read(String.valueOf(signal.read()))).isEqualTo(NOW - 1);
        laravelPuts(KEY, NOW);
        assertThat(PhpInteger.read(String.valueOf(signal.read()))).isEqualTo(NOW);
    }

    @Test
    void whatIsWrittenHasLaravelsForm() throws IOException {
        signal.write(NOW);
        assertThat(stored(KEY)).isEqualTo(inLaravelsForm(NOW));
        assertThat(PhpInteger.read(String.valueOf(signal.read()))).isEqualTo(NOW);
        signal.write(NOW + 1);
        assertThat(stored(KEY)).isEqualTo(inLaravelsForm(NOW + 1));
        laravelPuts(KEY, NOW + 2);
        assertThat(PhpInteger.read(String.valueOf(signal.read()))).isEqualTo(NOW + 2);
    }

    @Test
    void otherKeysAreOtherSignals() throws IOException {
        laravelPuts("laravel:reverb:restart", NOW);
        assertThat(signal.read()).isNull();
        try (RestartSignal other = open("laravel:reverb:restart")) {
            assertThat(PhpInteger.read(String.valueOf(other.read()))).isEqualTo(NOW);
        }
    }

    @Test
    void whatLooksLikeALanguageIsAKey() throws IOException {
        String key = "it's \"quoted\" \\ `key` ../.. {x} %s\u00e9";
        try (RestartSignal other = open(key)) {
            assertThat(other.read()).isNull();
            other.write(NOW);
            assertThat(PhpInteger.read(String.valueOf(other.read()))).isEqualTo(NOW);
        }
        assertThat(signal.read()).isNull();
    }

    @Test
    void somethingElseIsHandedOnAsItIs() throws IOException {
        put("a:1:{i:0;i:1;}");
        assertThat(signal.read()).isEqualTo("a:1:{i:0;i:1;}");
    }

    @Test
    void aStoreThatIsAwayIsAFailureAndUsedAgainWhenItIsBack() throws IOException {
        laravelPuts(KEY, NOW);
        assertThat(signal.read()).isNotNull();
        stop();
        try {
            assertThatThrownBy(signal::read).isInstanceOf(IOException.class);
            assertThatThrownBy(signal::read).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> signal.write(NOW)).isInstanceOf(IOException.class);
        } finally {
            startAgain();
        }
        signal.write(NOW + 7);
        assertThat(PhpInteger.read(String.valueOf(signal.read()))).isEqualTo(NOW + 7);
    }
}
