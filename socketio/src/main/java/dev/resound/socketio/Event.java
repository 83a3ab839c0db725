package dev.resound.socketio;

import dev.resound.socketio.packet.EventNames;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event with one argument of a known type. Immutable; best kept in a constant.
 *
 * @param name the event's name
 * @param type what the argument is read as
 */
public record Event<T>(String name, Class<T> type) {
    public Event {
        EventNames.checked(name);
        Objects.requireNonNull(type, "type");
    }

    public static <T> Event<T> of(String name, Class<T> type) {
        return new Event<>(name, type);
    }

    /**
     * An event named by its type: by {@link OnEvent}, or as the class is called, beginning with a
     * small letter: {@code chatMessage} for {@code ChatMessage}.
     */
    public static <T> Event<T> of(Class<T> type) {
        OnEvent given = type.getAnnotation(OnEvent.class);
        String simple = type.getSimpleName();
        String name =
                given != null
                        ? given.value()
                        : simple.substring(0, 1).toLowerCase(Locale.ROOT) + simple.substring(1);
        return new Event<>(name, type);
    }

    @Nullable T read(Arguments arguments) {
        return arguments.as(0, type);
    }
}
