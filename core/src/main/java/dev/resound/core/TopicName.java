package dev.resound.core;

import java.util.Objects;

/**
 * Names a topic: {@code name} inside {@code scope}. The scope keeps tenants apart (a Pusher app, a
 * Socket.IO namespace); two topics are the same only if both parts are.
 */
public record TopicName(String scope, String name) {
    public TopicName {
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(name, "name");
    }
}
