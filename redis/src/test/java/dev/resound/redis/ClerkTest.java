package dev.resound.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the clerk has to do is done, whatever becomes of the rest. */
@Timeout(30)
class ClerkTest {

    @Test
    void aTaskThatFailsIsRepeatedAllTheSame() throws Exception {
        var times = new CountDownLatch(3);
        Clerk clerk = new Clerk();
        try {
            clerk.repeat(
                    Duration.ofMillis(1),
                    () -> {
                        times.countDown();
                        if (times.getCount() > 0) {
                            throw new StackOverflowError("on purpose");
                        }
                    });
            assertThat(times.await(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            clerk.close();
        }
    }
}
