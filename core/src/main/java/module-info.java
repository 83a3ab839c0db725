/**
 * The words and the rules: topics, lanes, connections, protocols. Knows no Netty, Redis, JSON or
 * Spring.
 */
module dev.resound.core {
    requires static transitive org.jspecify;
    requires java.net.http;
    requires org.slf4j;

    exports dev.resound.core;
    exports dev.resound.core.calls;
    exports dev.resound.core.http;
    exports dev.resound.core.socket;
}
