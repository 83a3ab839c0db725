/** Device sessions, and the profiles of devices that are known here. */
module dev.resound.sessions {
    requires static transitive org.jspecify;
    requires transitive dev.resound.core;
    requires transitive tools.jackson.databind;
    requires com.nimbusds.jose.jwt;
    requires org.slf4j;

    exports dev.resound.sessions;
    exports dev.resound.sessions.mentraos;
}
