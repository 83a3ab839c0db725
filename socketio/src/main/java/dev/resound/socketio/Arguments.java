package dev.resound.socketio;

import dev.resound.socketio.packet.Argument;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;

/**
 * What came with an event or an answer. Arguments are kept as they came and read when asked for. An
 * argument that was not sent is as good as null. Immutable.
 *
 * <p><b>Errors:</b> reading an argument as what it is not throws an {@link
 * IllegalArgumentException} that says which argument and what was expected, never what it was.
 * Positions count from 0, without the event's name.
 */
public final class Arguments {
    private final Json json;
    private final List<Argument> elements;
    private final Ack ack;

    Arguments(Json json, List<Argument> elements, Ack ack) {
        this.json = json;
        this.elements = elements;
        this.ack = ack;
    }

    /** How many arguments were sent. */
    public int size() {
        return elements.size();
    }

    /** The argument as a tree; binary values are binary nodes in it. */
    public JsonNode get(int position) {
        return isMissing(position)
                ? json.mapper().missingNode()
                : elements.get(position).node(json.mapper());
    }

    /** The argument as an object of this type, as the server's mapper reads it. */
    public <T> @Nullable T as(int position, Class<T> type) {
        return isMissing(position) ? null : elements.get(position).as(json.mapper(), type);
    }

    /** The argument as an object of this type. */
    public <T> @Nullable T as(int position, TypeReference<T> type) {
        return isMissing(position) ? null : elements.get(position).as(json.mapper(), type);
    }

    @Nullable Object as(int position, JavaType type) {
        return isMissing(position) ? null : elements.get(position).as(json.mapper(), type);
    }

    /** The argument, which must be a string. */
    public String string(int position) {
        return present(position, "a string").asString();
    }

    /** The argument, which must be binary. The array is shared: do not change it. */
    public byte[] bytes(int position) {
        return present(position, "binary").asBytes();
    }

    /** Whether the argument is null, or was not sent. */
    public boolean isNull(int position) {
        return isMissing(position) || elements.get(position).isNull();
    }

    /** Whether the argument is a string. */
    public boolean isString(int position) {
        return !isMissing(position) && elements.get(position).isString();
    }

    /** Whether the argument as a whole is binary. */
    public boolean isBinary(int position) {
        return !isMissing(position) && elements.get(position).isBinary();
    }

    /**
     * All arguments, to be sent on or answered with: {@code socket.emit("echo",
     * arguments.toArray())}. They go out byte by byte as they came.
     */
    public Object[] toArray() {
        return elements.toArray();
    }

    /** How to answer. */
    public Ack ack() {
        return ack;
    }

    /** Other arguments in the place of these, with the same way to answer; for middlewares. */
    public Arguments with(@Nullable Object @Nullable ... arguments) {
        return json.arguments(json.answer(arguments), ack);
    }

    /** Shape only: payloads do not get into logs. */
    @Override
    public String toString() {
        return elements.size() + " arguments" + (ack.isExpected() ? " and an ack" : "");
    }

    private Argument present(int position, String expected) {
        if (isMissing(position)) {
            throw new MissingArgument(position, expected);
        }
        return elements.get(position);
    }

    private boolean isMissing(int position) {
        if (position < 0) {
            throw new IndexOutOfBoundsException(position);
        }
        return position >= elements.size();
    }
}
