/** What clients see and what the application sees, one file per behaviour. */
@NullMarked
package dev.resound.socketio;

import org.jspecify.annotations.NullMarked;
