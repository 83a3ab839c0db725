package dev.resound.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Burst;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop is handed much in one go. It has no timer here, so that nothing else would wake it. */
@Timeout(30)
class BurstTest {
    private final EventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final NettyLoop loop = new NettyLoop(group.next(), 1 << 16);
    private final List<Integer> ran = new ArrayList<>(); // the loop's

    @AfterEach
    void end() throws InterruptedException {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void itsTasksRunInTheOrderOfTheHandingOver() {
        var done = new CountDownLatch(1);
        loop.execute(() -> ran.add(0));
        Burst.run(() -> {
            for (int i = 1; i < 1_000; i++) {
                int task = i;
                loop.execute(() -> ran.add(task));
            }
        });
        loop.execute(done::countDown);
        await(done);
        assertThat(ran).hasSize(1_000).isSorted();
    }

    @Test
    void itIsWokenWhenTheBurstIsOver() {
        var done = new CountDownLatch(1);
        Burst.run(() -> loop.execute(done::countDown));
        await(done);
    }

    @Test
    void itIsWokenBeforeSomebodyWaitsForIt() {
        Burst.run(() -> {
            var done = new CountDownLatch(1);
            loop.execute(done::countDown);
            Burst.wake();
            await(done);
        });
    }

    @Test
    void whatItHandsItselfIsNoMatterOfTheBurst() {
        var done = new CountDownLatch(1);
        Burst.run(() -> loop.execute(() -> Burst.run(() -> loop.execute(done::countDown))));
        await(done);
    }
}
