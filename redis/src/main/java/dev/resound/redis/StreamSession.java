package dev.resound.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.resound.socketio.RecoveryStore;
import dev.resound.socketio.RecoveryStore.Session;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What this node keeps of one client in Redis. It writes only over what it has written: once
 * somebody else has taken the session, it is no longer its own. One write is under way at most; of
 * those that wait only the last is made.
 *
 * <p><b>Thread:</b> any.
 */
final class StreamSession implements RecoveryStore.Entry {
    private static final Script SAVE = Script.of("session-save.lua");
    private static final byte[] NOTHING = {};
    private static final int MOST_DIGESTS = 8;

    private final RedisLink link;
    private final String key;

    /** Of what may be there: more than one while it is not known what a write came to. */
    private final Set<String> digests = new LinkedHashSet<>(); // this and the rest guarded by this

    private @Nullable Write next;
    private boolean kept; // once, for sure
    private boolean writing;
    private boolean lost;

    private record Write(byte[] value, long millis) {}

    StreamSession(RedisLink link, String key) {
        this.link = link;
        this.key = key;
    }

    @Override
    public void save(Session session, Duration life) {
        write(new Write(StreamSessionCodec.write(session), life.toMillis()));
    }

    @Override
    public void remove() {
        write(new Write(NOTHING, 0));
    }

    private void write(Write wanted) {
        synchronized (this) {
            next = wanted;
        }
        write();
    }

    private void write() {
        Write now;
        byte[][] arguments;
        synchronized (this) {
            now = next;
            if (now == null || writing || lost) {
                return;
            }
            next = null;
            writing = true;
            List<byte[]> all = new ArrayList<>();
            all.add(now.value);
            all.add(Long.toString(now.millis).getBytes(US_ASCII));
            if (kept) {
                digests.forEach(digest -> all.add(digest.getBytes(US_ASCII)));
            }
            arguments = all.toArray(byte[][]::new);
            digests.add(digest(now.value));
        }
        SAVE.run(link, key, arguments)
                .whenComplete((answer, failure) -> written(now, answer, failure));
    }

    private void written(Write written, byte @Nullable [] answer, @Nullable Throwable failure) {
        synchronized (this) {
            writing = false;
            if (failure == null && answer != null) {
                lost = !isYes(answer);
                kept = true;
                digests.clear();
                digests.add(digest(written.value));
            } else if (digests.size() > MOST_DIGESTS) {
                lost = true; // Redis has been away for long
            }
        }
        write();
    }

    static boolean isYes(byte[] answer) {
        return new String(answer, UTF_8).equals("1");
    }

    /** As Redis writes it. */
    static String digest(byte[] value) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(value));
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new AssertionError(everyPlatformHasIt);
        }
    }
}
