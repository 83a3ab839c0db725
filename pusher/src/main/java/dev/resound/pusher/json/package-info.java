/**
 * JSON as the wire needs it: found by position, not turned into objects. Read {@link
 * dev.resound.pusher.json.JsonScanner} first (bytes in, a view out), then {@link
 * dev.resound.pusher.json.JsonValue} (one value inside the bytes), then {@link
 * dev.resound.pusher.json.JsonText} (the way out).
 *
 * <p>Nothing is decoded that nobody asks for, and a value can be copied into another document as it
 * came, so that the precision of numbers and the order of keys survive. A document that is wrong is
 * a null, never an exception: it is the peer's mistake. Views share the caller's buffer and are
 * owned by whoever owns that.
 */
@NullMarked
package dev.resound.pusher.json;

import org.jspecify.annotations.NullMarked;
