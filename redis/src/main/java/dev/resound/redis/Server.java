package dev.resound.redis;

import io.lettuce.core.RedisURI;

/**
 * Where to connect to.
 *
 * @param name what tells it from others, and may be logged
 * @param uri with what is needed to be let in
 */
record Server(String name, RedisURI uri) {

    static Server of(RedisURI uri) {
        return new Server(uri.getHost() + ":" + uri.getPort(), uri);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Server server && name.equals(server.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
