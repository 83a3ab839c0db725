package dev.resound.core.socket;

import dev.resound.core.http.Header;
import java.util.List;

/** What an application says to a plain WebSocket's handshake. */
public sealed interface SocketUpgrade<D> {

    /** Welcome: {@code data} becomes {@link Socket#data}, the headers go out with the 101. */
    record Accept<D>(D data, List<Header> headers) implements SocketUpgrade<D> {}

    /** Refused, in plain HTTP with a JSON body. */
    record Reject<D>(int status, String json) implements SocketUpgrade<D> {
        public Reject {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException(
                        "a rejection has a status of 400..599, not " + status);
            }
        }
    }

    static <D> SocketUpgrade<D> accept(D data) {
        return new Accept<>(data, List.of());
    }

    static <D> SocketUpgrade<D> accept(D data, List<Header> headers) {
        return new Accept<>(data, headers);
    }

    static <D> SocketUpgrade<D> reject(int status, String json) {
        return new Reject<>(status, json);
    }
}
