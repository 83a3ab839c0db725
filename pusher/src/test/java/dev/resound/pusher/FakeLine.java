package dev.resound.pusher;

import dev.resound.core.Close;
import dev.resound.testkit.FakeConnection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** No socket: the test plays the network. */
record FakeLine(FakeConnection fake) implements Line {

    @Override
    public void says(String text) {
        fake.says(text);
    }

    @Override
    public void says(byte[] bytes) {
        fake.says(bytes);
    }

    @Override
    public void saysControl() {
        fake.saysControl();
    }

    @Override
    public void closes(Close close) {
        fake.closes(close);
    }

    @Override
    public void vanishes() {
        fake.vanishes();
    }

    @Override
    public List<String> takeTexts() {
        return fake.takeTexts();
    }

    @Override
    public @Nullable Close closedWith() {
        return fake.closedWith();
    }

    @Override
    public boolean isOpen() {
        return fake.isOpen();
    }

    @Override
    public boolean isEnded() {
        return fake.isEnded();
    }

    @Override
    public boolean isDisconnected() {
        return fake.isDisconnected();
    }

    @Override
    public int pings() {
        return fake.pings();
    }
}
