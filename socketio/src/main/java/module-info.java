/** Socket.IO for Java, and Engine.IO, the sessions it runs on. */
@SuppressWarnings("module") // that of Redis is built after this one
module dev.resound.socketio {
    exports dev.resound.engineio;
    exports dev.resound.socketio;
    exports dev.resound.socketio.admin;
    exports dev.resound.socketio.packet to
            dev.resound.redis;

    requires static transitive org.jspecify;
    requires transitive dev.resound.core;
    requires transitive tools.jackson.databind;
    requires msgpack.core;
    requires org.slf4j;
    requires spring.security.crypto;
}
