package dev.resound.socketio;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names an event: for a method of a contract or a handler, or for the type of an event's argument.
 *
 * @see Socket#serve(Object)
 * @see Broadcasts#as
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface OnEvent {
    /** The event's name. */
    String value();
}
