/** The one port: TLS, HTTP, WebSocket, back-pressure, flush. The only module that knows Netty. */
module dev.resound.netty {
    requires static transitive org.jspecify;
    requires transitive dev.resound.core;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires org.slf4j;

    exports dev.resound.netty;
}
