/** Socket.IO for Java, and Engine.IO, the sessions it runs on. */
module dev.resound.socketio {
    exports dev.resound.engineio;
    exports dev.resound.socketio;
    exports dev.resound.socketio.admin;

    requires static transitive org.jspecify;
    requires transitive dev.resound.core;
    requires transitive tools.jackson.databind;
    requires msgpack.core;
    requires org.slf4j;
    requires spring.security.crypto;
}
