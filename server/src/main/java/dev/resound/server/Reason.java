package dev.resound.server;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Why something failed, in words: exceptions of the JDK often have none. */
final class Reason {
    private Reason() {}

    static String of(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        for (Throwable deeper = cause; deeper != null; deeper = deeper.getCause()) {
            switch (deeper) {
                case UnresolvedAddressException e -> {
                    return "the host name is not known";
                }
                case UnknownHostException e -> {
                    return "the host name is not known";
                }
                case HttpTimeoutException e -> {
                    return "no answer in time";
                }
                case NoSuchFileException e -> {
                    return "there is no file " + e.getFile();
                }
                case AccessDeniedException e -> {
                    return "no permission for " + e.getFile();
                }
                default -> {}
            }
        }
        String message = cause.getMessage();
        if (message != null && !message.isBlank()) {
            return Printable.of(message);
        }
        return cause instanceof ConnectException
                ? "connection refused"
                : cause.getClass().getSimpleName();
    }
}
