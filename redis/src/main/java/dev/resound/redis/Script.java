package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What Redis does in one step. It is sent as a whole only to a server that does not know it yet.
 *
 * @param text in Lua
 */
record Script(String text, String digest) {

    /**
     * Scripts from files of this module, in this order; a comment at the beginning of each says
     * what it takes and returns.
     */
    static Script of(String... files) {
        var text = new StringBuilder();
        for (String file : files) {
            text.append(read(file));
        }
        return new Script(text.toString(), digest(text.toString()));
    }

    private static String read(String file) {
        try (InputStream in = Script.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("missing in this module: " + file);
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static String digest(String text) {
        try {
            byte[] sha1 = MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(sha1);
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new AssertionError(everyPlatformHasIt);
        }
    }

    /**
     * Has it done by the primary that has the key. A script is done once at most, but whoever gets
     * no answer ({@link NotNow}) does not know.
     */
    CompletionStage<byte[]> run(RedisLink link, String key, byte[]... arguments) {
        String[] keys = {key};
        return link.<byte[]>ask(
                        key,
                        commands ->
                                commands.evalsha(digest, ScriptOutputType.VALUE, keys, arguments))
                .exceptionallyCompose(failure ->
                        isUnknown(failure)
                                ? link.ask(
                                        key,
                                        commands ->
                                                commands.eval(
                                                        text,
                                                        ScriptOutputType.VALUE,
                                                        keys,
                                                        arguments))
                                : CompletableFuture.failedFuture(failure));
    }

    /** Has it done in the order of what is sent over a connection. */
    CompletionStage<Long> send(
            RedisAsyncCommands<String, byte[]> commands,
            boolean asAWhole,
            String key,
            byte[]... arguments) {
        String[] keys = {key};
        return asAWhole
                ? commands.eval(text, ScriptOutputType.INTEGER, keys, arguments)
                : commands.evalsha(digest, ScriptOutputType.INTEGER, keys, arguments);
    }

    private static boolean isUnknown(@Nullable Throwable failure) {
        return failure instanceof CompletionException
                ? isUnknown(failure.getCause())
                : failure instanceof RedisNoScriptException;
    }
}
