package dev.resound.pusher;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where the servers that speak the Pusher protocol differ on the wire: one row of the table per
 * component. The code asks the table; it never asks which dialect it is.
 */
public record Dialect(
        String name,
        Sockets sockets,
        Errors errors,
        Subscribing subscribing,
        Users users,
        Answers answers,
        Queries queries,
        Defaults defaults) {

    /**
     * The connection.
     *
     * @param poweredBy the {@code X-Powered-By} of the 101; null for none
     * @param overQuotaCode error and close code of a socket beyond the app's quota
     * @param terminateCode close code of a terminated user; 0: the TCP connection ends without a
     *     close frame
     * @param answersMalformed whether an undecodable message gets error 4200, or silence
     * @param pongHasData whether {@code pusher:pong} carries an empty data object
     */
    public record Sockets(
            @Nullable String poweredBy,
            int overQuotaCode,
            int terminateCode,
            boolean answersMalformed,
            boolean pongHasData) {

        public Sockets withPoweredBy(@Nullable String value) {
            return new Sockets(value, overQuotaCode, terminateCode, answersMalformed, pongHasData);
        }

        public Sockets withOverQuotaCode(int code) {
            return new Sockets(poweredBy, code, terminateCode, answersMalformed, pongHasData);
        }

        public Sockets withTerminateCode(int code) {
            return new Sockets(poweredBy, overQuotaCode, code, answersMalformed, pongHasData);
        }
    }

    /**
     * The {@code pusher:error} event.
     *
     * @param dataIsObject {@code data} is an object; otherwise it is that object as a string
     * @param clientEventErrorsNameChannel the error about a client event has a {@code channel}
     * @param beforeClose who is turned away is told by the event and by the close code, otherwise
     *     by the code alone
     * @param strangersAreTold who sends a client event to a channel it is not in gets an error,
     *     otherwise silence
     */
    public record Errors(
            boolean dataIsObject,
            boolean clientEventErrorsNameChannel,
            boolean beforeClose,
            boolean strangersAreTold) {

        public Errors withDataAsObject(boolean object) {
            return new Errors(object, clientEventErrorsNameChannel, beforeClose, strangersAreTold);
        }

        public Errors withBeforeClose(boolean told) {
            return new Errors(dataIsObject, clientEventErrorsNameChannel, told, strangersAreTold);
        }
    }

    /** What a refused subscription gets. */
    public enum RefusalFrames {
        /** {@code pusher:error} without the channel. */
        ERROR,
        /** {@code pusher:subscription_error} with the channel. */
        SUBSCRIPTION_ERROR,
        /** Both, in this order. */
        BOTH
    }

    /**
     * Subscriptions and client events.
     *
     * @param refusals what a refused subscription gets
     * @param checksAuthKey the key part of {@code auth} must be the app's
     * @param strictNames names have Pusher's alphabet; otherwise anything without control
     *     characters
     * @param presenceNeedsData a presence subscription without {@code channel_data} is refused;
     *     otherwise it is accepted and the member list comes out empty
     * @param clientEventsOnAnyChannel public channels take client events, too
     * @param decodesClientData a client event's {@code data} that is a string of JSON is forwarded
     *     decoded
     */
    public record Subscribing(
            RefusalFrames refusals,
            boolean checksAuthKey,
            boolean strictNames,
            boolean presenceNeedsData,
            boolean clientEventsOnAnyChannel,
            boolean decodesClientData) {

        public Subscribing withRefusals(RefusalFrames frames) {
            return new Subscribing(
                    frames,
                    checksAuthKey,
                    strictNames,
                    presenceNeedsData,
                    clientEventsOnAnyChannel,
                    decodesClientData);
        }

        public Subscribing withStrictNames(boolean strict) {
            return new Subscribing(
                    refusals,
                    checksAuthKey,
                    strict,
                    presenceNeedsData,
                    clientEventsOnAnyChannel,
                    decodesClientData);
        }
    }

    /**
     * Users who sign in.
     *
     * @param successDataIsObject {@code data} of {@code pusher:signin_success} is an object that
     *     holds the signature, too; otherwise a string without it
     * @param presenceBySignIn a presence subscription without {@code channel_data} is that of the
     *     signed-in user
     */
    public record Users(boolean successDataIsObject, boolean presenceBySignIn) {}

    /**
     * What the HTTP API answers.
     *
     * @param published body of an accepted publish without {@code info}
     * @param publishedBatch body of an accepted batch without {@code info}
     * @param terminated body of {@code terminate_connections}
     * @param invalidStatus status for a field that fails validation
     * @param notJsonStatus status for a body that is no JSON object
     * @param errorsAreJson error bodies are {@code {"error","code"}}, otherwise plain text
     * @param fieldErrors a failed validation is answered field by field
     */
    public record Answers(
            String published,
            String publishedBatch,
            String terminated,
            int invalidStatus,
            int notJsonStatus,
            boolean errorsAreJson,
            boolean fieldErrors) {}

    /**
     * What the HTTP API tells of channels.
     *
     * @param countsOfUnoccupied an unoccupied channel has counts of zero; otherwise it has none
     * @param subscriptionCountOfPresence presence channels have a {@code subscription_count}
     * @param refusesUserCountOfOthers {@code user_count} of a channel that is no presence channel
     *     is an error; otherwise it is left out
     * @param alwaysCounts {@code subscription_count} and {@code occupied} are told without being
     *     asked for, of a single channel {@code user_count}, too; nothing else is
     * @param cacheIsEnvelope {@code info=cache} gives the whole event, otherwise its data and time
     *     to live
     * @param usersOfUnoccupiedIs404 otherwise an empty list, and 400 for other kinds of channel
     */
    public record Queries(
            boolean countsOfUnoccupied,
            boolean subscriptionCountOfPresence,
            boolean refusesUserCountOfOthers,
            boolean alwaysCounts,
            boolean cacheIsEnvelope,
            boolean usersOfUnoccupiedIs404) {}

    /**
     * What an app gets that does not say otherwise; sizes in bytes, times in seconds, 0 is no
     * limit.
     *
     * @param checksTimestamp {@code auth_timestamp} must be within 600 s, and {@code auth_key} the
     *     app's
     * @param cacheSeconds for how long cache channels keep their last event
     * @param signIn whether users may sign in
     */
    public record Defaults(
            int activityTimeout,
            int pingInterval,
            ClientEvents clientEvents,
            int maxMessageBytes,
            PublishLimits publish,
            PresenceLimits presence,
            boolean checksTimestamp,
            boolean checksRequestKey,
            int cacheSeconds,
            boolean signIn) {}

    /** What one publish may hold; 0 is no limit but the size of the request. */
    public record PublishLimits(int channels, int batch, int dataBytes, int nameChars) {}

    /** What one presence channel may hold; 0 is no limit. */
    public record PresenceLimits(int members, int memberBytes) {}

    /** Laravel Reverb 1.10, byte for byte. The default. */
    public static final Dialect REVERB =
            new Dialect(
                    "reverb",
                    new Sockets("Laravel Reverb", 4004, 0, true, false),
                    new Errors(false, false, true, true),
                    new Subscribing(RefusalFrames.ERROR, false, false, false, true, true),
                    new Users(false, false),
                    new Answers("{}", "{\"batch\":{}}", "{}", 422, 500, false, true),
                    new Queries(false, false, false, false, true, true),
                    new Defaults(
                            30,
                            60,
                            ClientEvents.MEMBERS,
                            10_000,
                            new PublishLimits(0, 0, 0, 0),
                            new PresenceLimits(0, 0),
                            false,
                            false,
                            1_800,
                            true));

    /** The hosted service, as its documentation and the official SDKs' acceptance tests have it. */
    public static final Dialect PUSHER =
            new Dialect(
                    "pusher",
                    new Sockets(null, 4004, 4009, true, true),
                    new Errors(true, true, true, true),
                    new Subscribing(
                            RefusalFrames.SUBSCRIPTION_ERROR, true, true, true, false, false),
                    new Users(false, true),
                    new Answers("{}", "{}", "{}", 400, 400, false, false),
                    new Queries(true, true, true, false, false, false),
                    new Defaults(
                            120,
                            120,
                            ClientEvents.NONE,
                            16_384,
                            new PublishLimits(100, 10, 10_240, 200),
                            new PresenceLimits(100, 1_024),
                            true,
                            true,
                            1_800,
                            true));

    /** soketi 1.6. */
    public static final Dialect SOKETI =
            new Dialect(
                    "soketi",
                    new Sockets(null, 4100, 4009, false, true),
                    new Errors(true, true, true, false),
                    new Subscribing(
                            RefusalFrames.SUBSCRIPTION_ERROR, true, true, true, true, false),
                    new Users(true, false),
                    new Answers(
                            "{\"ok\":true}",
                            "{\"ok\":true}",
                            "{\"ok\":true}",
                            400,
                            400,
                            true,
                            false),
                    new Queries(true, true, false, true, false, false),
                    new Defaults(
                            30,
                            60,
                            ClientEvents.NONE,
                            1 << 20,
                            new PublishLimits(100, 10, 102_400, 200),
                            new PresenceLimits(100, 2_048),
                            false,
                            true,
                            3_600,
                            false));

    /** The dialect of this name, in any case; null if there is none. */
    public static @Nullable Dialect named(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "reverb" -> REVERB;
            case "pusher" -> PUSHER;
            case "soketi" -> SOKETI;
            default -> null;
        };
    }

    /** This dialect with other words for connections. */
    public Dialect with(Sockets others) {
        return new Dialect(name, others, errors, subscribing, users, answers, queries, defaults);
    }

    /** This dialect with other errors. */
    public Dialect with(Errors others) {
        return new Dialect(name, sockets, others, subscribing, users, answers, queries, defaults);
    }

    /** This dialect with other rules for subscriptions. */
    public Dialect with(Subscribing others) {
        return new Dialect(name, sockets, errors, others, users, answers, queries, defaults);
    }

    @Override
    public String toString() {
        return name;
    }
}
