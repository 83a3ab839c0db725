/**
 * Engine.IO: sessions over HTTP long-polling and WebSocket that begin on one and go on on the
 * other. Knows messages, not what they mean.
 *
 * @see <a href="https://socket.io/docs/v4/engine-io-protocol/">the Engine.IO protocol</a>
 */
@NullMarked
package dev.resound.engineio;

import org.jspecify.annotations.NullMarked;
