/**
 * What clients see of a real server, frame by frame: every row of the specification's table of edge
 * cases, and what ill-meaning clients do to well-meaning ones.
 */
@NullMarked
package dev.resound.socketio.wire;

import org.jspecify.annotations.NullMarked;
