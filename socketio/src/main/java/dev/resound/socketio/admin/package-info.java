/**
 * The server's side of the Socket.IO admin UI: a namespace that tells the page what goes on, and
 * does what the page asks for.
 *
 * <p>Read first: {@link dev.resound.socketio.admin.AdminUi} (what an application says), {@code
 * Console} (who is there, and when anything is watched at all), {@code Watch} (what is watched).
 *
 * <p><b>State.</b> Who is there belongs to {@code Console}, under its monitor. What happens on the
 * event loops is put into the {@code Feed}, which one thread at a time empties; traffic is counted
 * in {@code Traffic} by whichever loop sees it.
 *
 * @see <a href="https://socket.io/docs/v4/admin-ui/">the Socket.IO admin UI</a>
 */
@NullMarked
package dev.resound.socketio.admin;

import org.jspecify.annotations.NullMarked;
