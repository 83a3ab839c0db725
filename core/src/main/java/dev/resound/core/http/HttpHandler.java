package dev.resound.core.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Answers requests. A failed stage or an exception is answered with 500 and logged; its text never
 * reaches the peer.
 */
@FunctionalInterface
public interface HttpHandler {

    /** <b>Thread:</b> an event loop; must not block, may complete later on any thread. */
    CompletionStage<HttpResponse> handle(HttpRequest request);

    /**
     * The head of a request with a body is here, the body is not yet. For handlers that want to
     * know of a request before it is whole; it may never be. <b>Thread:</b> as {@link #handle},
     * which follows with an equal request if the body arrives.
     *
     * @param head the request, its body empty
     */
    default void onHead(HttpRequest head) {}

    /**
     * The request whose head was shown is not handled: its body is too large, malformed or late,
     * and the transport has answered it. <b>Thread:</b> as {@link #handle}.
     *
     * @param head as {@link #onHead} had it
     * @param status of the answer
     */
    default void onRefused(HttpRequest head, int status) {}

    /** A handler that is done at once and never blocks. */
    static HttpHandler onLoop(Function<HttpRequest, HttpResponse> answer) {
        return request -> CompletableFuture.completedFuture(answer.apply(request));
    }

    /** A handler that may block: each request runs on a virtual thread. */
    static HttpHandler blocking(Function<HttpRequest, HttpResponse> answer) {
        Executor threads = task -> Thread.ofVirtual().name("resound-http").start(task);
        return request -> CompletableFuture.supplyAsync(() -> answer.apply(request), threads);
    }
}
