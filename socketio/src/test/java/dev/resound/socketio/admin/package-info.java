/** Tests of the admin UI's namespace. */
@NullMarked
package dev.resound.socketio.admin;

import org.jspecify.annotations.NullMarked;
