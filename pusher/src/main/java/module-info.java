/** The Pusher protocol and its HTTP API. */
module dev.resound.pusher {
    requires static transitive org.jspecify;
    requires transitive dev.resound.core;
    requires com.github.benmanes.caffeine;
    requires org.slf4j;

    exports dev.resound.pusher;
}
