/** A chat for Socket.IO clients, on Resound's public API. */
@NullMarked
package dev.resound.examples.chat;

import org.jspecify.annotations.NullMarked;
