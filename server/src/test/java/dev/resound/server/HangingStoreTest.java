package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.InstantSource;
import java.util.Objects;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store of the restart signal that takes connections and never says a word. */
@Timeout(60)
class HangingStoreTest {

    @ParameterizedTest
    @ValueSource(strings = {"redis", "rediss", "jdbc:postgresql", "jdbc:mariadb", "jdbc:mysql"})
    void aLookFailsSoon(String scheme) throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            SignalStore store =
                    Objects.requireNonNull(
                            SignalStore.read(
                                    scheme + "://127.0.0.1:" + mute.getLocalPort() + "/1",
                                    "someone",
                                    "never-to-be-shown",
                                    "cache"));
            try (RestartSignal signal = RestartSignal.in(store, "key", InstantSource.system())) {
                long began = System.nanoTime();
                assertThatThrownBy(signal::read)
                        .isInstanceOf(IOException.class)
                        .hasMessageNotContainingAny("never-to-be-shown", "someone");
                assertThat(System.nanoTime() - began)
                        .isLessThan(10 * RestartSignal.PATIENCE.toNanos());
            }
        }
    }
}
