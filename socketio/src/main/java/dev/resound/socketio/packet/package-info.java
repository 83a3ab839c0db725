/** Socket.IO packets and their wire forms: JSON with attachments, and MessagePack. */
@NullMarked
package dev.resound.socketio.packet;

import org.jspecify.annotations.NullMarked;
