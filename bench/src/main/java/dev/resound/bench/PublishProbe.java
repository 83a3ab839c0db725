package dev.resound.bench;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * One publish to a channel nobody listens to, to find wrong credentials before thousands of
 * connections are open.
 *
 * <p><b>Thread:</b> the client's loop.
 */
final class PublishProbe implements HttpConnection.Listener {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ClientLoop loop;
    private final Target.Pusher target;
    private final HttpConnection connection;
    private final byte[] request;
    private boolean over;
    private Runnable whenAccepted = () -> {};
    private Consumer<CannotRunException> whenRefused = refusal -> {};

    PublishProbe(ClientLoop loop, Target.Pusher target) {
        this.loop = loop;
        this.target = target;
        connection = new HttpConnection(loop, target.address().resolve(), this);
        String body = HttpPublisher.bodyUpToData("bench-probe") + "probe\"}";
        request =
                new RequestSigner(target)
                        .publish(
                                body.getBytes(StandardCharsets.UTF_8),
                                System.currentTimeMillis() / 1000);
    }

    void run(Runnable accepted, Consumer<CannotRunException> refused) {
        whenAccepted = accepted;
        whenRefused = refused;
        connection.send(Unpooled.directBuffer(request.length).writeBytes(request));
        connection.flush();
        loop.later(PATIENCE, this::giveUp);
    }

    private void giveUp() {
        if (!over) {
            refuse(
                    target.address().authority()
                            + " accepts connections, but does not answer a publish within "
                            + PATIENCE.toSeconds()
                            + " s.");
        }
    }

    private void refuse(String why) {
        over = true;
        connection.close();
        whenRefused.accept(new CannotRunException(why));
    }

    @Override
    public void onAnswer(HttpConnection answered, int status, String excerpt, long nanos) {
        if (status == 200) {
            over = true;
            connection.close();
            whenAccepted.run();
        } else {
            refuse("The server refuses to publish: " + status + " " + excerpt + hint(status));
        }
    }

    @Override
    public void onFailure(HttpConnection failed, int requests, String why) {
        refuse(Refusals.explain(target.address(), why));
    }

    private String hint(int status) {
        return switch (status) {
            case 401, 403 ->
                    "\nCheck --app-key and --secret: the signature was made with key "
                            + target.appKey()
                            + ".";
            case 404 -> "\nCheck --app-id (" + target.appId() + ") and the path in --url.";
            default -> "";
        };
    }
}
