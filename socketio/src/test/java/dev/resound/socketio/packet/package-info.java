@NullMarked
package dev.resound.socketio.packet;

import org.jspecify.annotations.NullMarked;
