/**
 * Fakes we own: loops that turn when told, connections that remember, a client that speaks on the
 * wire.
 */
module dev.resound.testkit {
    requires static transitive org.jspecify;
    requires transitive dev.resound.core;

    exports dev.resound.testkit;
}
