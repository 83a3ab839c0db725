package dev.resound.sessions;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what an issuer publishes. Redirects are not followed, and no more is read than a set of
 * keys can be long. <b>Thread:</b> any that may block.
 */
final class JwksClient implements AutoCloseable {
    static final int MAX_ANSWER_BYTES = 64 << 10;
    static final String THREAD = "resound-jwks";

    private final JwksOptions options;
    private final HttpClient http;

    JwksClient(JwksOptions options) {
        this.options = options;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1) // no offer of h2c in the headers
                        .connectTimeout(options.timeout())
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .executor(task -> Thread.ofVirtual().name(THREAD).start(task))
                        .build();
    }

    /**
     * Fetches once, within the timeout from the first byte sent to the last one read.
     *
     * @throws IOException in our own words: those of the JDK may be missing
     */
    byte[] fetch() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(options.url())
                        .header("Accept", "application/jwk-set+json, application/json")
                        .timeout(options.timeout())
                        .build();
        Answer answer = new Answer();
        long began = System.nanoTime();
        try {
            // Not sendAsync: that completes on the common pool, which others may keep busy.
            HttpResponse<Answer> head = http.send(request, answer);
            if (head.statusCode() != 200) {
                throw new IOException("HTTP " + head.statusCode());
            }
            // The request's timeout is over with the headers.
            return answer.body(options.timeout().toNanos() - (System.nanoTime() - began));
        } catch (HttpTimeoutException late) {
            throw new IOException("no answer in time", late);
        } catch (ConnectException refused) {
            throw new IOException("no connection", refused);
        } catch (SSLException tls) {
            throw new IOException("TLS failed", tls);
        } finally {
            answer.cancel();
        }
    }

    /** Breaks off what is under way. */
    @Override
    public void close() {
        http.shutdownNow();
    }

    /** Collects the body, as long as there is not too much of it. */
    private static final class Answer
            implements HttpResponse.BodyHandler<Answer>, HttpResponse.BodySubscriber<Answer> {
        private final CompletableFuture<byte[]> end = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private volatile Flow.@Nullable Subscription subscription;
        private volatile boolean cancelled;

        @Override
        public HttpResponse.BodySubscriber<Answer> apply(HttpResponse.ResponseInfo head) {
            return this;
        }

        /** At once, so that it is known who waits for the rest, and how long. */
        @Override
        public CompletionStage<Answer> getBody() {
            return CompletableFuture.completedFuture(this);
        }

        byte[] body(long nanos) throws IOException, InterruptedException {
            try {
                return end.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            } catch (TimeoutException late) {
                throw new IOException("no whole answer in time", late);
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof TooLarge large
                        ? large
                        : new IOException("the connection was lost", failed.getCause());
            }
        }

        /** Closes the connection if the body is still coming. */
        void cancel() {
            cancelled = true;
            Flow.Subscription present = subscription;
            if (present != null && !end.isDone()) {
                present.cancel();
            }
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            if (cancelled) { // the headers were enough
                subscription.cancel();
            } else {
                subscription.request(Long.MAX_VALUE);
            }
        }

        @Override
        public void onNext(List<ByteBuffer> part) {
            for (ByteBuffer buffer : part) {
                if (bytes.size() + buffer.remaining() > MAX_ANSWER_BYTES) {
                    cancel();
                    end.completeExceptionally(new TooLarge());
                    return;
                }
                byte[] copy = new byte[buffer.remaining()];
                buffer.get(copy);
                bytes.writeBytes(copy);
            }
        }

        @Override
        public void onError(Throwable failure) {
            end.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            end.complete(bytes.toByteArray());
        }
    }

    private static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1;

        TooLarge() {
            super("an answer of more than " + MAX_ANSWER_BYTES + " bytes");
        }
    }
}
