/** The Pusher protocol and its HTTP API. */
@SuppressWarnings("module") // that of Redis is built after this one
module dev.resound.pusher {
    requires static transitive org.jspecify;
    requires transitive dev.resound.core;
    requires com.github.benmanes.caffeine;
    requires org.slf4j;

    exports dev.resound.pusher;
    exports dev.resound.pusher.json to
            dev.resound.redis;
}
