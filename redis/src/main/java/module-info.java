/**
 * Several nodes over Redis or Valkey: what one says the others hear, Node's Socket.IO servers and
 * PHP's Reverb among them. The only module that knows Redis.
 */
module dev.resound.redis {
    requires static transitive org.jspecify;
    requires transitive dev.resound.core;
    requires transitive dev.resound.pusher;
    requires transitive dev.resound.socketio;
    requires lettuce.core;
    requires msgpack.core;
    requires org.slf4j;

    exports dev.resound.redis;
}
