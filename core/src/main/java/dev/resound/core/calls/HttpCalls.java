package dev.resound.core.calls;

import dev.resound.core.RateLimitedLog;
import dev.resound.core.http.Header;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Calls others over HTTP/1.1. Redirects are not followed, and more than {@value #MAX_ANSWER_BYTES}
 * bytes of an answer are not read. <b>Thread:</b> any that may block.
 */
public final class HttpCalls implements AutoCloseable {
    /** Of an answer's body, at most; a longer one ends the connection. */
    public static final int MAX_ANSWER_BYTES = 64 << 10;

    private static final RateLimitedLog LOG =
            new RateLimitedLog(LoggerFactory.getLogger(HttpCalls.class));

    /** Headers that are the connection's; the JDK would refuse the request. */
    private static final Set<String> OF_CONNECTION =
            Set.of("connection", "content-length", "expect", "host", "upgrade");

    private static final Outcome UNFIT =
            new Refused("URL or headers are such as no request can have");

    private final String threads;
    private final Duration timeout;
    private final Resolver resolver;
    private @Nullable HttpClient http; // guarded by this; there only if it is used
    private boolean closed; // guarded by this

    /** From a host's name to its addresses. */
    @FunctionalInterface
    public interface Resolver {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    /** What came of a call. */
    public sealed interface Outcome {}

    /**
     * There was an answer, whatever it says.
     *
     * @param body of {@link #get}; empty of others, of which only the status matters
     */
    public record Answered(int status, byte[] body) implements Outcome {

        /** Shape only. */
        @Override
        public String toString() {
            return "Answered " + status + " with " + body.length + " bytes";
        }
    }

    /**
     * May go better another time.
     *
     * @param reason for logs, in our own words
     */
    public record Failed(String reason) implements Outcome {}

    /**
     * Was not made, and never will be.
     *
     * @param reason for logs, in our own words
     */
    public record Refused(String reason) implements Outcome {}

    /**
     * With the system's names of hosts.
     *
     * @param threads name of the virtual threads that are needed
     * @param timeout for connecting, and for a call as a whole
     */
    public HttpCalls(String threads, Duration timeout) {
        this(threads, timeout, InetAddress::getAllByName);
    }

    /** With names of its own. */
    public HttpCalls(String threads, Duration timeout, Resolver resolver) {
        this.threads = threads;
        this.timeout = timeout;
        this.resolver = resolver;
    }

    /**
     * Posts once.
     *
     * @param headers those of the connection are left out
     * @param replacing headers beside which no other of their name stands
     * @param privateAddresses whether the host may have an address that is not on the Internet
     */
    public Outcome post(
            URI url,
            List<Header> headers,
            List<Header> replacing,
            byte[] body,
            boolean privateAddresses)
            throws InterruptedException {
        HttpRequest.Builder request;
        try {
            request = request(url, headers);
            replacing.forEach(header -> request.setHeader(header.name(), header.value()));
            request.POST(HttpRequest.BodyPublishers.ofByteArray(body));
        } catch (IllegalArgumentException unfit) {
            return UNFIT;
        }
        return call(request.build(), privateAddresses, false);
    }

    /**
     * Fetches what is there, once: all of it, within the timeout, or it has failed.
     *
     * @param privateAddresses whether the host may have an address that is not on the Internet
     */
    public Outcome get(URI url, List<Header> headers, boolean privateAddresses)
            throws InterruptedException {
        HttpRequest request;
        try {
            request = request(url, headers).build();
        } catch (IllegalArgumentException unfit) {
            return UNFIT;
        }
        return call(request, privateAddresses, true);
    }

    private HttpRequest.Builder request(URI url, List<Header> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(timeout);
        for (Header header : headers) {
            if (!OF_CONNECTION.contains(header.name().toLowerCase(Locale.ROOT))) {
                request.header(header.name(), header.value());
            }
        }
        return request;
    }

    private Outcome call(HttpRequest request, boolean privateAddresses, boolean whole)
            throws InterruptedException {
        try {
            return !privateAddresses && leadsIntoPrivateNetwork(request.uri())
                    ? new Refused("the host has a private address")
                    : send(request, whole);
        } catch (UnknownHostException unknown) {
            return new Failed("the host is unknown");
        } catch (RuntimeException bug) {
            LOG.error("A call could not be made", bug);
            return new Failed("the call could not be made");
        }
    }

    /**
     * Looked at before each call, because names come to mean other addresses. The connection made
     * right after this asks again; it gets the same answer, since the JDK remembers answers for 30
     * seconds ({@code networkaddress.cache.ttl}): a name server that says something else each time
     * does not get around this, but for the moment in which that memory ends.
     */
    private boolean leadsIntoPrivateNetwork(URI url) throws UnknownHostException {
        for (InetAddress address : resolver.addresses(url.getHost())) {
            if (PrivateAddresses.contain(address)) {
                return true;
            }
        }
        return false;
    }

    private Outcome send(HttpRequest request, boolean whole) throws InterruptedException {
        HttpClient client = http();
        if (client == null) {
            return new Failed("shutdown");
        }
        Answer answer = new Answer(whole);
        long began = System.nanoTime();
        try {
            // Not sendAsync: that completes on the common pool, which others may keep busy.
            client.send(request, answer);
        } catch (IOException failed) {
            return new Failed(reason(failed));
        }
        // The request's own timeout is over with the headers.
        String incomplete = answer.awaitEnd(timeout.toNanos() - (System.nanoTime() - began));
        return whole && incomplete != null
                ? new Failed(incomplete)
                : new Answered(answer.status, answer.bytes.toByteArray());
    }

    /** In our own words: those of an exception may hold what is nobody's business. */
    private static String reason(IOException failure) {
        return switch (failure) {
            case HttpTimeoutException late -> "timeout";
            case ConnectException refused -> "no connection";
            case SSLException tls -> "TLS failed";
            default -> "the connection was lost";
        };
    }

    /** Null once closed. */
    private synchronized @Nullable HttpClient http() {
        HttpClient present = http;
        if (present == null && !closed) {
            present =
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1) // no offer of h2c in the headers
                            .connectTimeout(timeout)
                            .followRedirects(HttpClient.Redirect.NEVER)
                            .executor(task -> Thread.ofVirtual().name(threads).start(task))
                            .build();
            http = present;
        }
        return present;
    }

    /** Breaks off what is under way. */
    @Override
    public void close() {
        HttpClient present;
        synchronized (this) {
            closed = true;
            present = http;
            http = null;
        }
        if (present != null) {
            present.shutdownNow();
        }
    }

    /** Takes the status and, if it is wanted, the body, as long as there is not too much of it. */
    private static final class Answer
            implements HttpResponse.BodyHandler<Integer>, HttpResponse.BodySubscriber<Integer> {
        private final boolean keep;
        private final CompletableFuture<@Nullable String> end = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private volatile Flow.@Nullable Subscription body;
        private long length;
        private volatile int status;

        private Answer(boolean keep) {
            this.keep = keep;
        }

        @Override
        public HttpResponse.BodySubscriber<Integer> apply(HttpResponse.ResponseInfo head) {
            status = head.statusCode();
            return this;
        }

        /** At once: who waits for what is still to come, and how long, is known to the caller. */
        @Override
        public CompletionStage<Integer> getBody() {
            return CompletableFuture.completedFuture(status);
        }

        /**
         * So that the connection can be used again; one whose body has no end is closed.
         *
         * @return why the body is not whole; null if it is
         */
        private @Nullable String awaitEnd(long nanos) throws InterruptedException {
            try {
                return end.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            } catch (TimeoutException late) {
                cancel();
                return "no whole answer in time";
            } catch (ExecutionException impossible) {
                throw new AssertionError(impossible);
            }
        }

        private void cancel() {
            Flow.Subscription present = body;
            if (present != null) {
                present.cancel();
            }
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            body = subscription;
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> part) {
            for (ByteBuffer buffer : part) {
                length += buffer.remaining();
                if (length > MAX_ANSWER_BYTES) {
                    cancel();
                    end.complete("an answer of more than " + MAX_ANSWER_BYTES + " bytes");
                    return;
                }
                if (keep) {
                    byte[] copy = new byte[buffer.remaining()];
                    buffer.get(copy);
                    bytes.writeBytes(copy);
                }
            }
        }

        @Override
        public void onError(Throwable failure) {
            end.complete("the connection was lost");
        }

        @Override
        public void onComplete() {
            end.complete(null);
        }
    }
}
