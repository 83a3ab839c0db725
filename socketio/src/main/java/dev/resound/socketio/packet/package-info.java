/**
 * Socket.IO packets and their wire forms: JSON with attachments, and MessagePack.
 *
 * <p>A {@link dev.resound.socketio.packet.Packet} holds its {@link
 * dev.resound.socketio.packet.Payload} in one canonical form, whatever the wire form was: the bytes
 * of a JSON text, and attachments beside it. So a JSON packet passes through without a tree ever
 * being built, and a broadcast is encoded once per {@link dev.resound.socketio.packet.PacketCodec}.
 * {@link dev.resound.socketio.packet.PayloadWriter} is where application objects become payloads,
 * {@link dev.resound.socketio.packet.Argument} where payloads become application objects. Decoders
 * belong to one connection and its event loop; everything else is immutable.
 */
@NullMarked
package dev.resound.socketio.packet;

import org.jspecify.annotations.NullMarked;
