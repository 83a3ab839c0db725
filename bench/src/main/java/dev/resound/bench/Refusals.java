package dev.resound.bench;

/** Why a connection could not be made, in words that help. */
final class Refusals {

    private Refusals() {}

    static String explain(Target.Address address, String cause) {
        if (cause.contains("refused")) {
            return "Nobody listens at "
                    + address.authority()
                    + " (connection refused): is the server started, is the port right?";
        }
        if (cause.contains("Cannot assign requested address")) {
            return "This machine has no port left towards "
                    + address.authority()
                    + ": wait a minute for closed connections to be forgotten, or ask for fewer.";
        }
        return address.authority() + ": " + cause;
    }
}
