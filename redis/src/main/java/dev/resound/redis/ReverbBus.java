package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.resound.core.Bus;
import dev.resound.core.Envelope;
import dev.resound.core.RateLimitedLog;
import dev.resound.core.Roster;
import dev.resound.core.TopicName;
import dev.resound.pusher.App;
import dev.resound.pusher.LocalApp;
import dev.resound.pusher.PusherProtocol;
import dev.resound.pusher.json.JsonText;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The bus of nodes that are in a cluster of PHP's Laravel Reverb. What Reverb has words for, events
 * of apps and the end of a user's sockets, crosses on its channel and in its words, and nowhere
 * else: all nodes hear it there, those of Resound among them, which know each other's by a
 * signature. All else crosses on Resound's own channel, and so does the rare event that PHP cannot
 * read.
 *
 * <p>Reverb's servers ask each other about channels, and wait for everybody who listens. So this
 * answers whatever it is asked, if only with nothing.
 *
 * <p>The protocol is as the specification states it and as its published classes are. It was tried
 * with PHP, and with a script of ours that speaks it, not with a server of Reverb.
 *
 * <p><b>Thread:</b> any.
 */
public final class ReverbBus implements Bus {
    /** Of the channels of those who did not choose another. */
    public static final String DEFAULT_CHANNEL = "reverb";

    /** How long Reverb waits for answers. */
    public static final Duration ANSWER_TIME = Duration.ofSeconds(10);

    private static final RateLimitedLog LOG =
            new RateLimitedLog(LoggerFactory.getLogger(ReverbBus.class));

    private static final String SCOPE = "app/"; // as PusherProtocol.scope has it
    private static final String NO_CHANNEL = "";
    private static final String TERMINATE = "terminate";

    /** More than that Redis may hold for no subscriber. */
    private static final int LONGEST_ANSWER = 8 << 20;

    private static final int MOST_WRITTEN = 1_000;

    private final RedisLink link;
    private final RedisBus own;
    private final String channel;
    private final ReverbVersion version;
    private final ReverbGathering gathering;
    private final String node = Ids.random(12);
    private final Inbox.Listener ears = this::onMessage;
    private final HeardSequences heard = new HeardSequences();
    private final LongAdder received = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final LongAdder unsaid = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final ConcurrentHashMap<String, Written> written = new ConcurrentHashMap<>();
    private @Nullable Receiver receiver;
    private volatile @Nullable PusherProtocol pusher;
    private long sent; // guarded by this

    /**
     * What was heard on Reverb's channel so far.
     *
     * @param received from other nodes, and passed on
     * @param missed said by other nodes of Resound, and never heard or never delivered here
     * @param repeated heard twice, and passed on once
     * @param malformed no message of Reverb
     * @param unknown of a meaning that is unknown here, or an answer nobody waits for
     * @param unsaid events that PHP could not read or that are too large, which only nodes of
     *     Resound were told
     * @param answered questions
     */
    public record Statistics(
            long received,
            long missed,
            long repeated,
            long malformed,
            long unknown,
            long unsaid,
            long answered) {}

    /** An app as PHP has it: its text as a string of JSON. */
    private record Written(App app, byte[] json) {}

    private ReverbBus(
            RedisLink link,
            RedisBus own,
            String channel,
            ReverbVersion version,
            Duration answerTime) {
        this.link = link;
        this.own = own;
        this.channel = channel;
        this.version = version;
        this.gathering = new ReverbGathering(link, channel, node, answerTime);
    }

    /**
     * A bus for a node that joins a cluster of Reverb.
     *
     * @param own for what Reverb has no words for, over the same link
     * @param channel Reverb's {@code scaling.channel}
     * @param version of the servers of Reverb
     */
    public static ReverbBus over(
            RedisLink link, RedisBus own, String channel, ReverbVersion version) {
        return over(link, own, channel, version, ANSWER_TIME);
    }

    /**
     * The same.
     *
     * @param answerTime how long the answers of other nodes are waited for
     */
    public static ReverbBus over(
            RedisLink link,
            RedisBus own,
            String channel,
            ReverbVersion version,
            Duration answerTime) {
        return new ReverbBus(link, own, channel, version, answerTime);
    }

    /** Has these apps spoken for; until then there are none, which is what others are told. */
    public void serve(PusherProtocol pusher) {
        this.pusher = pusher;
    }

    /**
     * A roster that also knows what the servers of Reverb say when they are asked. They tell
     * nothing unasked: whoever comes and goes there is not heard of.
     *
     * @param own of the nodes of Resound
     */
    public Roster roster(Roster own) {
        return new ReverbRoster(own, this);
    }

    @Override
    public void connect(Receiver receiver) {
        this.receiver = receiver;
        own.connect(receiver);
        link.subscribe(channel, ears);
    }

    @Override
    public boolean hasRoom() {
        return own.hasRoom();
    }

    @Override
    public boolean isConnected() {
        return own.isConnected();
    }

    public Statistics statistics() {
        return new Statistics(
                received.sum(),
                heard.missed.sum(),
                heard.repeated.sum(),
                malformed.sum(),
                unknown.sum(),
                unsaid.sum(),
                answered.sum());
    }

    // ---- saying

    @Override
    public boolean offer(Envelope envelope, @Nullable String except) {
        LocalApp app = isForReverb(envelope) ? local(envelope.topic().scope()) : null;
        return app == null
                ? own.offer(envelope, except)
                : say(app.app(), envelope, except).toCompletableFuture().getNow(true);
    }

    @Override
    public CompletionStage<Boolean> tell(Envelope envelope, @Nullable String except) {
        LocalApp app = isForReverb(envelope) ? local(envelope.topic().scope()) : null;
        return app == null ? own.tell(envelope, except) : say(app.app(), envelope, except);
    }

    private static boolean isForReverb(Envelope envelope) {
        return envelope.kind() == Envelope.Kind.JSON
                && envelope.topic().scope().startsWith(SCOPE)
                && (!envelope.topic().name().equals(NO_CHANNEL)
                        || envelope.event().equals(TERMINATE));
    }

    private @Nullable LocalApp local(String scope) {
        PusherProtocol apps = pusher;
        return apps == null ? null : apps.local(scope.substring(SCOPE.length())).orElse(null);
    }

    /** Counted and queued in one step: the others take what comes out of turn for a repetition. */
    private synchronized CompletionStage<Boolean> say(
            App app, Envelope envelope, @Nullable String except) {
        var by = new ReverbMessage.Signature(node, sent + 1);
        byte[] application = written(app);
        byte[] message =
                envelope.topic().name().equals(NO_CHANNEL)
                        ? ReverbMessage.terminate(by, application, envelope.data())
                        : ReverbMessage.event(by, application, envelope, except);
        if (message.length > ReverbMessage.MOST_BYTES || !PhpJson.reads(message)) {
            unsaid.increment();
            return own.tell(envelope, except);
        }
        var told = new CompletableFuture<Boolean>();
        if (link.publish(channel, message, () -> told.complete(true))) {
            sent++;
        } else {
            told.complete(false);
        }
        return told;
    }

    private byte[] written(App app) {
        Written known = written.get(app.id());
        if (known == null || known.app != app) {
            String text = ReverbApplication.of(app, version).serialized();
            known = new Written(app, new JsonText().quoted(text).toBytes());
            if (written.size() >= MOST_WRITTEN) {
                written.clear(); // secrets are in it, of apps that may be gone
            }
            written.put(app.id(), known);
        }
        return known.json;
    }

    // ---- hearing

    private void onMessage(String from, byte[] bytes) {
        ReverbMessage.Signed signed = ReverbMessage.read(bytes);
        if (signed == null) {
            malformed.increment();
            LOG.warn("A message on Reverb's channel is none of Reverb's: dropped");
            return;
        }
        ReverbMessage.Signature by = signed.by();
        boolean mine = by.node().equals(node);
        switch (signed.message()) {
            case ReverbMessage.Event event -> {
                if (isNew(by, mine)) {
                    hear(event);
                }
            }
            case ReverbMessage.Terminate terminate -> {
                if (isNew(by, mine)) {
                    hear(terminate);
                }
            }
            case ReverbMessage.Question(var request) -> {
                if (mine) {
                    gathering.answered(request.key(), node, null);
                } else {
                    answer(request, !by.node().isEmpty());
                }
            }
            case ReverbMessage.Answer(String key, byte[] payload) -> {
                if (!mine && !gathering.answered(key, by.node(), payload)) {
                    unknown.increment(); // to somebody else, as a rule
                }
            }
            case ReverbMessage.Unknown() -> unknown.increment();
        }
    }

    private boolean isNew(ReverbMessage.Signature by, boolean mine) {
        return !mine && (by.sequence() == 0 || !heard.isRepeated(by.node(), by.sequence()));
    }

    private void hear(ReverbMessage.Event event) {
        for (String name : event.channels()) {
            handIn(
                    new Envelope(
                            new TopicName(SCOPE + event.app(), name),
                            event.event(),
                            Envelope.Kind.JSON,
                            event.data(),
                            event.user()),
                    event.except());
        }
    }

    private void hear(ReverbMessage.Terminate terminate) {
        handIn(
                Envelope.json(
                        new TopicName(SCOPE + terminate.app(), NO_CHANNEL),
                        TERMINATE,
                        new JsonText().quoted(terminate.user()).toBytes()),
                null);
    }

    private void handIn(Envelope envelope, @Nullable String except) {
        Receiver ears = Objects.requireNonNull(receiver);
        if (RedisBus.handIn(() -> ears.onEnvelope(envelope, except))) {
            received.increment();
        } else {
            heard.missed.increment();
            LOG.warn("Event loops are too far behind: a message of another node was dropped");
        }
    }

    /** Nodes of Resound know from each other already; they only want to know who is there. */
    private void answer(ReverbMetric.Request request, boolean known) {
        String payload =
                known
                        ? ReverbAnswers.NOTHING
                        : ReverbAnswers.to(request.metric(), local(SCOPE + request.app()));
        if (payload.length() > LONGEST_ANSWER || !PhpJson.reads(payload.getBytes(UTF_8))) {
            LOG.warn(
                    "An answer to Reverb was too large for it, or not for PHP: it gets an empty one");
            payload = ReverbAnswers.NOTHING;
        }
        var by = new ReverbMessage.Signature(node, 0);
        if (link.publish(channel, ReverbMessage.answer(by, request.key(), payload))) {
            answered.increment();
        }
    }

    // ---- asking

    /** What the servers of Reverb say. */
    CompletionStage<ReverbGathering.Gathered> gather(String scope, ReverbMetric metric) {
        LocalApp app = scope.startsWith(SCOPE) ? local(scope) : null;
        return app == null
                ? ReverbGathering.NOTHING
                : gathering.ask(ReverbApplication.of(app.app(), version), metric);
    }

    /** Whether the topic may be a channel of Reverb. */
    static boolean isChannel(TopicName topic) {
        String name = topic.name();
        return topic.scope().startsWith(SCOPE) && !name.isEmpty() && name.charAt(0) > ' ';
    }

    /** The link stays open: it may serve others, too. */
    @Override
    public void close() {
        link.unsubscribe(channel, ears);
        gathering.close();
        own.close();
    }
}
