/**
 * Socket.IO: namespaces, sockets, rooms, events and acknowledgements on top of Engine.IO sessions.
 *
 * <p>Read first: {@link dev.resound.socketio.SocketIo} (the server), {@link
 * dev.resound.socketio.Namespace} (who is there, and broadcasts to them), {@link
 * dev.resound.socketio.Socket} (one client in one namespace). Behind them: {@code Client} is one
 * Engine.IO session, {@code Conversation} one socket as its event loop sees it, {@code Broadcast}
 * what goes to many.
 *
 * <p><b>State.</b> A client, its conversations and their acknowledgements belong to the loop of the
 * Engine.IO session. Which rooms a socket is in is known at once to every thread; its seats in the
 * topics follow on its loop, in order with everything that is sent.
 *
 * @see <a href="https://socket.io/docs/v4/socket-io-protocol/">the Socket.IO protocol</a>
 */
@NullMarked
package dev.resound.socketio;

import org.jspecify.annotations.NullMarked;
