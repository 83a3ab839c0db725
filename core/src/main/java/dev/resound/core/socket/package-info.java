/**
 * Plain WebSockets with typed data: the low-level face of Resound. Read {@link
 * dev.resound.core.socket.SocketEndpoint}.
 */
@NullMarked
package dev.resound.core.socket;

import org.jspecify.annotations.NullMarked;
