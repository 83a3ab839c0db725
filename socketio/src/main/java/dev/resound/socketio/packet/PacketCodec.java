package dev.resound.socketio.packet;

/** A wire form of packets. Stateless. <b>Thread:</b> any. */
public sealed interface PacketCodec permits JsonPacketCodec, MessagePackCodec {
    /** Text with attachments behind it: what every client speaks unless it was told otherwise. */
    PacketCodec JSON = new JsonPacketCodec();

    /** The whole packet as one binary message: a MessagePack map. */
    PacketCodec MSGPACK = new MessagePackCodec();

    /**
     * The packet as messages. The payload is not validated again.
     *
     * @throws IllegalArgumentException when the packet cannot be said in this form: a {@link
     *     Packet.Connect} or {@link Packet.ConnectError} with attachments, in JSON
     */
    Encoded encode(Packet packet);

    /**
     * A decoder for one connection.
     *
     * @param maxAttachments how many binary values a packet may have
     */
    PacketDecoder newDecoder(int maxAttachments);
}
