package dev.resound.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.io.Serial;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** There is nobody to ask at present. It says when and why, not where in the code. */
final class NotNow extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    /**
     * How Redis says that it is not itself for a while: it loads its data, runs a script, has lost
     * its primary or its place in the cluster. A moved or asked slot is somebody else's by now.
     */
    private static final Set<String> WORDS =
            Set.of(
                    "LOADING",
                    "BUSY",
                    "READONLY",
                    "MASTERDOWN",
                    "CLUSTERDOWN",
                    "TRYAGAIN",
                    "NOSCRIPT", // the whole of it is sent the next time
                    "MOVED",
                    "ASK");

    NotNow(String reason) {
        super(reason, null, false, false);
    }

    /**
     * Whether the same may succeed later: Redis said so, or said nothing, because the connection is
     * gone. Any other answer is final.
     */
    static boolean is(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return !(cause instanceof RedisCommandExecutionException answer)
                || WORDS.contains(firstWord(answer.getMessage()));
    }

    private static String firstWord(@Nullable String answer) {
        String text = answer == null ? "" : answer;
        int end = text.indexOf(' ');
        return end < 0 ? text : text.substring(0, end);
    }
}
