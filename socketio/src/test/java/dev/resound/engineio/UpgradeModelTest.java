package dev.resound.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Frame;
import dev.resound.testkit.FakeConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * E27: both sides count aloud all through an upgrade, or several that fail, and each hears the
 * other's numbers once and in order. Loops turn and time passes as the seed has it.
 */
class UpgradeModelTest {
    private static final int SEEDS = 3_000;
    private static final int STEPS = 120;

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void nothingIsLostDoubledOrOutOfOrder(int revision) {
        int upgraded = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Run run = new Run(revision, new Random(seed));
            for (int step = 0; step < STEPS; step++) {
                run.step();
            }
            run.finish();
            assertThat(run.session().end).as("seed %d", seed).isEmpty();
            assertThat(run.fromServer).as("seed %d", seed).isEqualTo(counted(run.said));
            assertThat(run.session().heard.messages())
                    .as("seed %d", seed)
                    .isEqualTo(counted(run.told));
            assertThat(run.session().heard.wrongs()).as("seed %d", seed).isEmpty();
            upgraded += run.session().heard.upgrades();
        }
        assertThat(upgraded).as("runs that got to the other side").isGreaterThan(SEEDS / 4);
        assertThat(upgraded).as("and runs that did not").isLessThan(SEEDS);
    }

    private static List<String> counted(int count) {
        return IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }

    /** One client and its session. */
    private static final class Run {
        private final EngineWorld world = new EngineWorld();
        private final Random random;
        private final EngineWorld.Client client;
        private final List<String> fromServer = new ArrayList<>();
        private EngineWorld.@Nullable Asked poll;
        private EngineWorld.@Nullable Asked post;
        private @Nullable FakeConnection socket;
        private boolean upgrading; // the probe was sent on the socket
        private boolean upgraded; // as far as the client is concerned
        private int framesTaken;
        private int said;
        private int told;

        private record Seen(Heard heard, List<Heard.End> end) {}

        Run(int revision, Random random) {
            this.random = random;
            this.client = world.open(revision);
        }

        Seen session() {
            Heard heard = client.session();
            return new Seen(heard, heard.hasEnded() ? List.of(heard.end()) : List.of());
        }

        void step() {
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> world.home.run(this::say);
                case 3, 4 -> poll();
                case 5 -> tell();
                case 6, 7 -> changeTransports();
                case 8 -> world.clock.advance(Duration.ofMillis(random.nextInt(60)));
                case 9 -> world.home.turn();
                case 10 -> world.elsewhere.turn();
                default -> world.home.step();
            }
            listen();
        }

        /** The server says a number, as text or as bytes. */
        private void say() {
            String number = String.valueOf(said++);
            if (random.nextBoolean()) {
                client.socket().send(number);
            } else {
                client.socket().send(number.getBytes(UTF_8));
            }
        }

        private void poll() {
            if (poll == null && !upgraded) {
                poll = world.ask(world.elsewhere, "GET", client.query(), new byte[0]);
            }
        }

        /** The client says a number, by whatever carries its messages at the moment. */
        private void tell() {
            FakeConnection current = socket;
            if (upgraded && current != null) {
                current.says("4" + told++);
            } else if (post == null) {
                String packet = "4" + told++;
                String body = client.revision == 3 ? packet.length() + ":" + packet : packet;
                post = world.ask(world.elsewhere, "POST", client.query(), body.getBytes(UTF_8));
            }
        }

        private void changeTransports() {
            FakeConnection current = socket;
            if (upgraded) {
                return;
            }
            if (current == null || current.isEnded() || !current.isOpen()) {
                socket = client.webSocket();
                framesTaken = 0;
                upgrading = false;
            } else if (random.nextInt(10) == 0) {
                if (random.nextBoolean()) {
                    current.vanishes();
                } else {
                    current.says("4before its time");
                }
            } else if (!upgrading) {
                upgrading = true;
                current.says("2probe");
            } else if (post == null) { // clients wait for their posts before they change
                current.says("5");
                upgraded = current.isOpen();
            }
        }

        /** The client takes what has come for it, in the order in which it came. */
        private void listen() {
            if (post != null && post.isAnswered()) {
                assertThat(post.body()).isEqualTo("ok");
                post = null;
            }
            if (poll != null && poll.isAnswered()) {
                hearPoll(poll);
                poll = null;
            }
            FakeConnection current = socket;
            if (current != null) {
                List<Frame> frames = current.frames();
                for (Frame frame : frames.subList(framesTaken, frames.size())) {
                    hear(frame);
                }
                framesTaken = frames.size();
            }
        }

        private void hearPoll(EngineWorld.Asked answered) {
            if (upgraded && answered.status() == 400) {
                return; // overtaken by the switch on its way to the session; nothing was in it
            }
            assertThat(answered.status()).isEqualTo(200);
            boolean wellFormed =
                    PollCodec.of(client.revision)
                            .decode(
                                    answered.response().body(),
                                    answered.response().headers().stream()
                                            .anyMatch(h -> h.value().endsWith("octet-stream")),
                                    new PollCodec.Sink() {
                                        @Override
                                        public boolean text(byte[] buffer, int offset, int length) {
                                            hear(new String(buffer, offset, length, UTF_8));
                                            return true;
                                        }

                                        @Override
                                        public boolean binary(byte[] message) {
                                            fromServer.add(new String(message, UTF_8));
                                            return true;
                                        }
                                    });
            assertThat(wellFormed).isTrue();
        }

        private void hear(Frame frame) {
            if (frame.binary()) {
                String text = new String(frame.payload(), UTF_8);
                fromServer.add(client.revision == 3 ? text.substring(1) : text);
            } else {
                hear(new String(frame.payload(), UTF_8));
            }
        }

        private void hear(String packet) {
            if (packet.startsWith("4")) {
                fromServer.add(packet.substring(1));
            } else {
                assertThat(packet).isIn("6", "3probe", "2", "3");
            }
        }

        /** Lets everything arrive that is under way. */
        void finish() {
            world.pass(300);
            listen();
            for (int i = 0; i < 3 && !upgraded; i++) {
                poll();
                world.pass(20);
                listen();
            }
        }
    }
}
